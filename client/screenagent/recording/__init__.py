"""Sessions: every run is written down as it happens."""

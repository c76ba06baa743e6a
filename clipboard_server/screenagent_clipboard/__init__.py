"""The clipboard service that lives on the controlled desktop."""

__version__ = "0.1.0"

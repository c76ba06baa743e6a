"""The values that travel: frozen, without I/O, the same for every desktop and every model."""

"""The window. The only place that knows Qt; `main_window.main` is the entry."""

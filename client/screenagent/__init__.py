"""ScreenAgent: a vision-language model drives a real desktop over VNC."""

__version__ = "0.1.0"

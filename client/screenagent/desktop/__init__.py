"""Desktops: actions become pointer and key events, framebuffers become screenshots."""

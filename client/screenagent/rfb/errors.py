"""Failures that callers of this library must tell apart from the others of their kind in `screenagent.errors`."""

from __future__ import annotations

from screenagent.errors import ActionRefused, AuthenticationFailed, DesktopUnreachable


class CutTextRefused(ActionRefused):
    """The text cannot travel as an RFB cut text: a character outside Latin-1, or too long."""


class NoGreeting(DesktopUnreachable):
    """A server took the connection and said nothing, or went: perhaps it waits for another protocol's first words."""


class PasswordMissing(AuthenticationFailed):
    """The server asks for a password and none was given."""


class WrongPassword(AuthenticationFailed):
    """The server looked at the password and refused it."""


class AppleLoginWanted(AuthenticationFailed):
    """macOS Screen Sharing, which does not take VNC passwords as it is set."""

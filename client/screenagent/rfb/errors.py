"""The one failure that callers of this library must tell apart from those in `screenagent.errors`."""

from __future__ import annotations

from screenagent.errors import ActionRefused


class CutTextRefused(ActionRefused):
    """The text cannot travel as an RFB cut text: a character outside Latin-1, or too long."""

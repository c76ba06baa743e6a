"""How updates come about: each is asked for, or the server sends them when it likes (ContinuousUpdates, community rfbproto).

The first whole picture is asked for in any case. The request that goes out after it stands while the server is told to go on by
itself, so that nothing falls between the two.
"""

from __future__ import annotations

from screenagent.rfb import outgoing
from screenagent.rfb.framebuffer import Framebuffer
from screenagent.rfb.values import Updates

FENCE, CONTINUOUS_UPDATES = -312, -313
"""Under which they are offered among the encodings."""


class Pace:
    """Decides for one connection; every method returns what is to be sent."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._fences = False
        self._offered = False
        self.continuous = False
        """The server sends updates by itself."""

    def updated(self, framebuffer: Framebuffer, *, resized: bool) -> bytes:
        """Act on an update's having been applied, which may have changed the size."""
        whole = (0, 0, framebuffer.width, framebuffer.height)
        if resized:
            area = outgoing.enable_continuous_updates(*whole) if self.continuous else b""
            return area + outgoing.update_request(*whole, incremental=False)
        if self.continuous:
            return b""
        return outgoing.update_request(*whole, incremental=True) + self._switch(framebuffer)

    def fenced(self, framebuffer: Framebuffer) -> bytes:
        """Act on a fence: the server has the means to notice when we do not keep up."""
        self._fences = True
        return self._switch(framebuffer)

    def ended(self, framebuffer: Framebuffer) -> bytes:
        """Act on EndOfContinuousUpdates. A server sends it first to say that it can, and later when it goes on no more."""
        if self.continuous:
            self.continuous, self._updates = False, "request"
            return outgoing.update_request(0, 0, framebuffer.width, framebuffer.height, incremental=True)
        self._offered = True
        return self._switch(framebuffer)

    def _switch(self, framebuffer: Framebuffer) -> bytes:
        wanted = self._updates == "continuous" or (self._updates == "auto" and self._fences)
        if not (wanted and self._offered and framebuffer.complete) or self.continuous:
            return b""
        self.continuous = True
        return outgoing.enable_continuous_updates(0, 0, framebuffer.width, framebuffer.height)

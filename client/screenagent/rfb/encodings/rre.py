"""RRE: a background and rectangles of one colour on it (RFC 6143 section 7.7.3)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from screenagent.errors import DesktopProtocolError
from screenagent.rfb.channel import Channel
from screenagent.rfb.encodings.patches import paint_patches
from screenagent.rfb.framebuffer import Rectangle
from screenagent.rfb.wire import CHUNK, Steps, read_u32

_MOST_TIMES = 16
"""How often the subrectangles may cover their rectangle; servers cover it once. Twelve bytes could else paint all of it again."""


class Rre:
    """Subrectangles are painted as they come in."""

    number: ClassVar[int] = 2

    def decode(self, rectangle: Rectangle, channel: Channel) -> Steps[None]:
        """Paint the rectangle."""
        framebuffer, translator = channel.framebuffer, channel.translator
        framebuffer.require_inside(rectangle, "an RRE rectangle")
        channel.painter.finish()
        area, size = framebuffer.area(rectangle), translator.size
        count = yield from read_u32()
        if count > area.size:
            raise DesktopProtocolError(
                f"The server sent an RRE rectangle of {rectangle} with {count} subrectangles, more than it has pixels."
            )
        pixels = 0
        area[:] = translator.words((yield size), 1)
        fields = np.dtype([("pixel", f"V{size}"), ("x", ">u2"), ("y", ">u2"), ("width", ">u2"), ("height", ">u2")])
        while count:
            batch = min(count, CHUNK // fields.itemsize)
            found = np.frombuffer((yield batch * fields.itemsize), fields)
            words = translator.words(found["pixel"].tobytes(), batch)
            x, y, width, height = (found[name].astype(np.intp) for name in ("x", "y", "width", "height"))
            pixels += int((width * height).sum())
            if pixels > _MOST_TIMES * area.size:
                raise DesktopProtocolError(
                    f"The server sent an RRE rectangle of {rectangle} whose parts cover it more than {_MOST_TIMES} times over."
                )
            paint_patches(area, words, x, y, width, height)
            count -= batch
        if area.size:
            channel.painted.append(rectangle)

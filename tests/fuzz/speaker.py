"""Makes up what a server could send: every message and every encoding, in every pixel format, of small random pictures."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import simplejpeg
from PIL import Image

from fuzz.conversation import Conversation
from fuzz.mutation import damaged
from screenagent.rfb.pixels import FORMATS
from support import rfb_encoders as encode
from support.rfb_wire import HANDSHAKE, colour_map, cut_text, extended_cut_text, fence, rectangle, server_init, update

_PNG_MODES = ("RGB", "L", "P", "RGBA", "1", "I;16")
_CAPS, _REQUEST, _PEEK, _NOTIFY, _PROVIDE = (1 << bit for bit in range(24, 29))
_OTHER_STARTS = (
    b"RFB 003.003\n\0\0\0\1",
    b"RFB 003.003\n\0\0\0\2" + bytes(16) + bytes(4),
    b"RFB 003.007\n\1\1",
    b"RFB 003.008\n\1\2" + bytes(16) + bytes(4),
    b"RFB 003.008\n\2\x13\2" + bytes(16) + bytes(4),
    b"RFB 003.008\n\1\x13\0\2\0\1" + struct.pack("!I", 256) + bytes(4),
    b"RFB 003.008\n\1\x13\0\2\0\1" + struct.pack("!I", 257) + b"\1",
    b"RFB 003.008\n\1\x1e\0\2\0\x40" + b"\xff" * 64 + b"\3" * 64 + bytes(4),
    b"RFB 003.008\n\0\0\0\0\4full",
)


class _Deflater(encode.Deflater):
    """Damages, now and then, what it is about to compress."""

    def __init__(self, chance: random.Random, harm: float) -> None:
        super().__init__(chance.choice((0, 1, 6)))
        self._chance, self._harm = chance, harm

    def __call__(self, data: bytes) -> bytes:
        return super().__call__(damaged(self._chance, data) if self._chance.random() < self._harm else data)


class Speaker:
    """One server. `harm` is how often data is damaged before it is compressed; at 0 all that is sent is valid."""

    def __init__(self, chance: random.Random, harm: float = 0.0) -> None:
        self._chance, self._harm = chance, harm
        self._format = chance.choice(tuple(FORMATS))
        form = FORMATS[self._format]
        self._size = form.bits // 8
        self._compact = min(3, self._size)
        self._width, self._height = chance.choice(((1, 1), (4, 3), (17, 20), (70, 66), (130, 5), (3, 90), (16, 16)))
        self._zlib, self._zrle = _Deflater(chance, harm), _Deflater(chance, harm)
        self._tight = encode.TightEncoder(self._size, self._compact, form.maxima, form.shifts, lambda: _Deflater(chance, harm))
        self._pixels: dict[int, Callable[[encode.Picture], bytes]] = {
            0: lambda picture: encode.pixels(picture, self._size),
            2: lambda picture: encode.rre(picture, self._size),
            5: lambda picture: encode.hextile(picture, self._size, chance.choice),
            6: lambda picture: encode.sized(self._zlib(encode.pixels(picture, self._size))),
            7: lambda picture: self._tight(picture, chance.choice),
            15: lambda picture: encode.trle(picture, self._compact, chance.choice),
            16: lambda picture: encode.zrle(picture, self._compact, chance.choice, self._zrle),
            -260: self._jpeg_or_png,
        }

    def speak(self) -> Conversation:
        """Return all that it says."""
        chance = self._chance
        start = HANDSHAKE if chance.random() < 0.9 or not self._harm else chance.choice(_OTHER_STARTS)
        said = [start, server_init(self._width, self._height, b"desk")]
        if self._format == "colour-map":
            said.append(colour_map(0, 256, chance.randbytes(6 * 256)))
        for _ in range(chance.randint(1, 5)):
            said.append(chance.choice(self._messages())())
        return Conversation(self._format, b"".join(said))

    def _messages(self) -> Sequence[Callable[[], bytes]]:
        chance = self._chance
        pictures = [self._update] * 6
        return [
            *pictures,
            self._other_size,
            self._pointer,
            lambda: b"\2",
            lambda: b"\x96",
            lambda: fence(chance.getrandbits(32), chance.randbytes(chance.randint(0, 64))),
            lambda: cut_text(5, b"caf\xe9\n"),
            lambda: extended_cut_text(_CAPS | _REQUEST | _PEEK | _NOTIFY | _PROVIDE | 1, bytes(4)),
            lambda: extended_cut_text(chance.choice((_REQUEST, _PEEK, _NOTIFY)) | 1),
            self._text,
            lambda: colour_map(chance.randint(0, 255), 3, chance.randbytes(18)),
            lambda: update(rectangle(0, 0, 0, 0, -307, encode.sized("büro".encode()))),
            lambda: update(rectangle(0, 0, 0, 0, -258), rectangle(0, 0, 0, 0, -316)),
            lambda: update(rectangle(1, 2, 0, 0, 0x574D5666)),
        ]

    def _update(self) -> bytes:
        parts = [self._rectangle() for _ in range(self._chance.randint(0, 4))]
        if self._chance.random() < 0.2:
            return update(*parts, rectangle(0, 0, 0, 0, -224), count=65535)
        return update(*parts)

    def _rectangle(self) -> bytes:
        chance = self._chance
        width, height = chance.randint(0, self._width), chance.randint(0, self._height)
        if chance.random() < 0.3:
            width, height = self._width, self._height
        x, y = chance.randint(0, self._width - width), chance.randint(0, self._height - height)
        if chance.random() < 0.1:
            source = struct.pack("!HH", chance.randint(0, self._width - width), chance.randint(0, self._height - height))
            return rectangle(x, y, width, height, 1, source)
        number = chance.choice(tuple(self._pixels))
        width, height = max(1, width), max(1, height)
        x, y = min(x, self._width - width), min(y, self._height - height)
        return rectangle(x, y, width, height, number, self._pixels[number](self._picture(width, height)))

    def _picture(self, width: int, height: int) -> encode.Picture:
        chance = self._chance
        noise = np.random.default_rng(chance.getrandbits(32))
        values = noise.integers(0, 1 << 8 * self._compact, chance.choice((1, 1, 1, 2, 4, 9, 16, 40, 127, 200, 256)))
        if chance.random() < 0.5:
            return values[noise.integers(0, len(values), (height, width))]
        runs = np.repeat(values[noise.integers(0, len(values), width * height)], noise.integers(1, 600, width * height))
        return runs[: width * height].reshape(height, width)

    def _jpeg_or_png(self, picture: encode.Picture) -> bytes:
        colours = np.repeat(picture.astype(np.uint8)[:, :, None], 3, axis=2)
        if self._chance.random() < 0.5:
            control, data = 0x90, simplejpeg.encode_jpeg(np.ascontiguousarray(colours))
        else:
            out = io.BytesIO()
            Image.fromarray(colours).convert("L").convert(self._chance.choice(_PNG_MODES)).save(out, "PNG")
            control, data = 0xA0, out.getvalue()
        if self._chance.random() < self._harm:
            data = damaged(self._chance, data)
        return bytes([control]) + encode.compact_length(len(data)) + data

    def _other_size(self) -> bytes:
        self._width, self._height = self._chance.choice(((5, 4), (64, 64), (65, 65), (200, 2)))
        if self._chance.random() < 0.5:
            return update(rectangle(0, 0, self._width, self._height, -223))
        screens = struct.pack("!B3xIHHHHI", 1, 7, 0, 0, self._width, self._height, 0)
        return update(rectangle(self._chance.randint(0, 2), 0, self._width, self._height, -308, screens))

    def _pointer(self) -> bytes:
        chance = self._chance
        width, height = chance.randint(0, 20), chance.randint(0, 20)
        mask = chance.randbytes((width + 7) // 8 * height)
        number, body = chance.choice(
            (
                (-239, chance.randbytes(self._size * width * height) + mask),
                (-240, chance.randbytes(6) + mask + mask if mask else b""),
                (-314, bytes(4) + chance.randbytes(4 * width * height)),
            )
        )
        return update(rectangle(3, 3, width, height, number, body))

    def _text(self) -> bytes:
        data = "grüße\r\n".encode() * self._chance.randint(0, 30) + b"\0"
        packed = struct.pack("!I", len(data)) + data
        if self._chance.random() < self._harm:
            packed = damaged(self._chance, packed)
        return extended_cut_text(_PROVIDE | 1, zlib.compress(packed))

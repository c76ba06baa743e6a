"""Damage: what becomes of bytes when they are wrong in one of the ways in which bytes are wrong."""

from __future__ import annotations

import random

_TELLING = (0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF)
_LENGTHS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damaged(chance: random.Random, data: bytes, other: bytes = b"") -> bytes:
    """Return `data` with a few things wrong; parts of `other` may have got into it."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        _harm(chance, found, other)
    return bytes(found)


def _harm(chance: random.Random, data: bytearray, other: bytes) -> None:
    place = chance.randrange(len(data) + 1)
    end = min(len(data), place + chance.choice((1, 2, 4, 12, 100)))
    kind = chance.randrange(9)
    if kind == 0 and place < len(data):
        data[place] ^= 1 << chance.randrange(8)
    elif kind == 1 and place < len(data):
        data[place] = chance.choice(_TELLING)
    elif kind == 2 and place < len(data):
        data[place] = chance.randrange(256)
    elif kind == 3:
        size = chance.choice((2, 4))
        data[place : place + size] = (chance.choice(_LENGTHS) & ((1 << 8 * size) - 1)).to_bytes(size, "big")
    elif kind == 4:
        del data[place:end]
    elif kind == 5:
        data[place:place] = data[place:end] * chance.choice((1, 2, 30))
    elif kind == 6:
        data[place:place] = chance.randbytes(chance.randint(1, 8))
    elif kind == 7:
        del data[place:]
    elif other:
        start = chance.randrange(len(other))
        data[place:end] = other[start : start + chance.choice((1, 4, 12, 100, 1000))]

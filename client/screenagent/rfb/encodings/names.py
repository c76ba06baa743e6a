"""Names of encodings, for messages (RFC 6143 section 7.7 and the community rfbproto document)."""

from __future__ import annotations

_NAMES = {
    0: "Raw",
    1: "CopyRect",
    2: "RRE",
    4: "CoRRE",
    5: "Hextile",
    6: "Zlib",
    7: "Tight",
    8: "ZlibHex",
    15: "TRLE",
    16: "ZRLE",
    21: "JPEG",
    50: "Open H.264",
    -223: "DesktopSize",
    -224: "LastRect",
    -232: "pointer position",
    -239: "Cursor",
    -240: "X cursor",
    -257: "QEMU pointer motion change",
    -258: "QEMU extended key event",
    -259: "QEMU audio",
    -260: "Tight PNG",
    -261: "LED state",
    -307: "DesktopName",
    -308: "ExtendedDesktopSize",
    -309: "xvp",
    -312: "Fence",
    -313: "ContinuousUpdates",
    -314: "Cursor with alpha",
    -316: "ExtendedMouseButtons",
}


def encoding_name(number: int) -> str:
    """Return the name with its number, or the number alone."""
    return f"{_NAMES[number]} ({number})" if number in _NAMES else f"number {number} (unknown)"

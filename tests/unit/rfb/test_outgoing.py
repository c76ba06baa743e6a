"""Messages from client to server."""

from __future__ import annotations

import pytest

from screenagent.rfb import CutTextRefused
from screenagent.rfb import outgoing as out


def test_messages_have_the_layout_of_the_specification() -> None:
    assert out.set_pixel_format().hex() == "00000000" + "20180001" + "00ff00ff00ff" + "100800" + "000000"
    assert out.set_encodings([1, 0, -239]).hex() == "02000003" + "00000001" + "00000000" + "ffffff11"
    assert out.update_request(1, 2, 3, 4, incremental=True).hex() == "0301" + "0001000200030004"
    assert out.key_event(0xFF0D, True).hex() == "04010000" + "0000ff0d"
    assert out.key_event(0x1004F60, False).hex() == "04000000" + "01004f60"
    assert out.pointer_event(258, 3, 0b101).hex() == "0505" + "01020003"
    assert out.client_cut_text("é\r\nb", 10) == b"\x06\0\0\0\0\0\0\x03\xe9\nb"


def test_a_character_outside_latin_1_is_refused_by_name() -> None:
    with pytest.raises(CutTextRefused, match="你"):
        out.client_cut_text("ab你好", 100)


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(CutTextRefused, match="11 characters"):
        out.client_cut_text("x" * 11, 10)


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (0, 65536, 0), (0, 0, 256)])
def test_pointer_positions_and_masks_must_fit(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not a"):
        out.pointer_event(*arguments)


@pytest.mark.parametrize("keysym", [0, -1, 1 << 32])
def test_a_keysym_must_fit(keysym: int) -> None:
    with pytest.raises(ValueError, match="keysym"):
        out.key_event(keysym, True)

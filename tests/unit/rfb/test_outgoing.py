"""Messages from client to server."""

from __future__ import annotations

import pytest

from screenagent.errors import ActionRefused
from screenagent.rfb import CutTextRefused
from screenagent.rfb import outgoing as out
from screenagent.rfb.abilities import Screen
from screenagent.rfb.pixels import FORMATS


def test_messages_have_the_layout_of_the_specification() -> None:
    assert out.set_pixel_format(FORMATS["bgrx"]).hex() == "00000000" + "20180001" + "00ff00ff00ff" + "100800" + "000000"
    assert out.set_encodings([1, 0, -239]).hex() == "02000003" + "00000001" + "00000000" + "ffffff11"
    assert out.update_request(1, 2, 3, 4, incremental=True).hex() == "0301" + "0001000200030004"
    assert out.key_event(0xFF0D, True).hex() == "04010000" + "0000ff0d"
    assert out.key_event(0x1004F60, False).hex() == "04000000" + "01004f60"
    assert out.pointer_event(258, 3, 0b101).hex() == "0505" + "01020003"
    assert out.client_cut_text("é\r\nb", 10) == b"\x06\0\0\0\0\0\0\x03\xe9\nb"


def test_messages_of_extensions_have_the_layout_of_the_community_document() -> None:
    assert out.coded_key_event(0xFF53, True, 0xCD).hex() == "ff000001" + "0000ff53" + "000000cd"
    assert out.coded_key_event(0x61, False, 0x1E).hex() == "ff000000" + "00000061" + "0000001e"
    assert out.fence(0b11, b"ab").hex() == "f8000000" + "00000003" + "02" + "6162"
    assert out.enable_continuous_updates(1, 2, 3, 4).hex() == "9601" + "0001000200030004"
    screens = (Screen(0xAABBCCDD, 5, 5, 60, 40, 0x11223344), Screen(2, 65, 5, 60, 40, 0))
    one = "aabbccdd" + "00000000" + "03200258" + "11223344"
    assert out.set_desktop_size(800, 600, screens).hex() == "fb00" + "03200258" + "0100" + one
    assert out.set_desktop_size(1, 2, ()).hex() == "fb00" + "00010002" + "0100" + "00000000" * 2 + "00010002" + "00000000"


def test_back_and_forward_buttons_take_another_byte_where_the_server_reads_it() -> None:
    assert out.pointer_event(258, 3, 0b0_1000_0001).hex() == "0581" + "01020003"
    assert out.pointer_event(258, 3, 0b0_0000_0101, more_buttons=True).hex() == "0505" + "01020003"
    assert out.pointer_event(258, 3, 0b0_1000_0001, more_buttons=True).hex() == "0581" + "01020003" + "01"
    assert out.pointer_event(258, 3, 0b1_0100_0000, more_buttons=True).hex() == "05c0" + "01020003" + "02"
    assert out.pointer_event(258, 3, 0b1_1000_0000, more_buttons=True).hex() == "0580" + "01020003" + "03"
    with pytest.raises(ActionRefused, match="forward button"):
        out.pointer_event(0, 0, 0b1_0000_0000)


def test_a_character_outside_latin_1_is_refused_by_name() -> None:
    with pytest.raises(CutTextRefused, match="你"):
        out.client_cut_text("ab你好", 100)


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(CutTextRefused, match="11 characters"):
        out.client_cut_text("x" * 11, 10)


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (0, 65536, 0), (0, 0, 512)])
def test_pointer_positions_and_masks_must_fit(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not a"):
        out.pointer_event(*arguments)


@pytest.mark.parametrize("keysym", [0, -1, 1 << 32])
def test_a_keysym_must_fit(keysym: int) -> None:
    with pytest.raises(ValueError, match="keysym"):
        out.key_event(keysym, True)
    with pytest.raises(ValueError, match="keysym"):
        out.coded_key_event(keysym, True, 0x1E)


@pytest.mark.parametrize("keycode", [0, -1, 0xE04D])
def test_a_scan_code_must_fit(keycode: int) -> None:
    with pytest.raises(ValueError, match="scan code"):
        out.coded_key_event(0x61, True, keycode)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (65536, 5), (5, -1)])
def test_a_screens_size_must_fit(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="size of a screen"):
        out.set_desktop_size(*size, ())

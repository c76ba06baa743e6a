"""The real engine reads drawn desktops; what did not change is not read again."""

from __future__ import annotations

from typing import Any

import pytest

from screenagent_workers.reading.reader import Reader, Reading


def texts(reading: Reading) -> list[str]:
    return [line.text for line in reading.screen.lines]


def desktop(canvas: Any) -> Any:
    drawn = canvas(1024, 768).box(0, 0, 1024, 30, "#e0e0e0").text(20, 6, "Applications").text(960, 6, "12:45")
    drawn.box(100, 80, 700, 500, "#ffffff").menu_bar(40, "File", "Edit", "View", "Help")
    drawn.text(120, 100, "Dear reader,").text(120, 130, "the meeting is on Friday.").text(120, 160, "Yours, Ada")
    return drawn.text(780, 200, "Documents").text(780, 300, "Pictures").text(780, 400, "Downloads")


def test_a_desktop_is_read_with_its_small_labels(reader: Reader, canvas: Any) -> None:
    reading = reader.read(desktop(canvas).pixels())
    assert {"Applications", "File", "Edit", "View", "Help", "Documents", "Pictures", "12:45"} <= set(texts(reading))
    assert "the meeting is on Friday." in texts(reading)
    assert reading.read_fraction == 1
    assert (reading.screen.width, reading.screen.height) == (1024, 768)
    assert reading.screen.changed is None


def test_a_label_lies_where_it_was_drawn(reader: Reader, canvas: Any) -> None:
    reading = reader.read(desktop(canvas).pixels())
    (pictures,) = [line for line in reading.screen.lines if line.text == "Pictures"]
    x, y = pictures.centre
    assert 780 < x < 850
    assert 300 < y < 322


def test_chinese_labels_are_read(reader: Reader, canvas: Any) -> None:
    drawn = canvas(500, 200).chinese(30, 30, "新建文件夹").chinese(30, 80, "保存").chinese(200, 80, "文本编辑器")
    assert {"新建文件夹", "保存", "文本编辑器"} <= set(texts(reader.read(drawn.pixels())))


def test_an_empty_screen_has_no_lines(reader: Reader, canvas: Any) -> None:
    assert texts(reader.read(canvas(320, 200).pixels())) == []


def test_the_same_screen_is_not_read_again(reader: Reader, canvas: Any) -> None:
    first = reader.read(desktop(canvas).pixels())
    second = reader.read(desktop(canvas).pixels())
    assert second.read_fraction == 0
    assert second.screen.lines == first.screen.lines
    assert second.screen.changed is None


def test_a_word_typed_is_read_and_little_else(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    after = reader.read(desktop(canvas).text(120, 190, "and Charles").pixels())
    assert 0 < after.read_fraction < 0.1
    assert {"and Charles", "Yours, Ada", "Pictures", "File"} <= set(texts(after))
    assert after.screen.changed is not None
    left, top, right, bottom = after.screen.changed
    assert left >= 112
    assert right <= 240
    assert top >= 184
    assert bottom <= 216


def test_a_line_that_grows_is_read_whole(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    after = reader.read(desktop(canvas).text(203, 160, " Lovelace").pixels())
    assert "Yours, Ada Lovelace" in texts(after)
    assert "Yours, Ada" not in texts(after)


def test_a_line_unread_before_is_read_whole_when_a_change_touches_it(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    faint = desktop(canvas).text(100, 560, "Remember the milk and the bread", fill="#cfcecd")
    after = reader.read(faint.box(150, 572, 152, 574, "#202020").pixels())
    row = "".join(line.text for line in after.screen.lines if 555 < line.centre[1] < 590).replace(" ", "")
    assert row == "Rememberthemilkandthebread"
    assert 0 < after.read_fraction < 0.2


def test_text_that_went_away_is_gone(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    after = reader.read(desktop(canvas).box(110, 120, 690, 150, "#ffffff").pixels())
    assert "the meeting is on Friday." not in texts(after)
    assert {"Dear reader,", "Yours, Ada"} <= set(texts(after))


def test_a_menu_over_text_is_read_and_what_shows_beside_it_too(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    opened = desktop(canvas).box(60, 62, 180, 220, "#f0f0f0")
    opened.text(70, 70, "New").text(70, 100, "Open").text(70, 130, "Save As")
    after = reader.read(opened.pixels())
    assert {"New", "Open", "Save As", "Documents"} <= set(texts(after))
    assert "Dear reader," not in texts(after)
    assert any("Friday" in text for text in texts(after))
    assert after.read_fraction < 0.6


def test_a_screen_that_comes_back_is_not_read_again(reader: Reader, canvas: Any) -> None:
    first = reader.read(desktop(canvas).pixels())
    reader.read(desktop(canvas).box(60, 62, 180, 220, "#f0f0f0").text(70, 70, "New").pixels())
    back = reader.read(desktop(canvas).pixels())
    assert back.read_fraction == 0
    assert back.screen.lines == first.screen.lines
    assert back.screen.changed is not None


def test_a_reading_that_is_no_answer_leaves_the_change_to_the_next_answer(reader: Reader, canvas: Any) -> None:
    reader.read(desktop(canvas).pixels())
    typed = desktop(canvas).text(120, 190, "and Charles").pixels()
    reader.read(typed, answering=False)
    assert reader.read(typed).screen.changed is not None
    assert reader.read(typed).screen.changed is None


def test_screens_of_another_size_are_not_compared(reader: Reader, canvas: Any) -> None:
    reader.read(canvas(320, 200).text(20, 20, "small").pixels())
    other = reader.read(canvas(400, 200).text(20, 20, "wider").pixels())
    assert texts(other) == ["wider"]
    assert other.screen.changed is None
    assert other.read_fraction == 1


def test_a_part_is_read_alone_in_the_coordinates_of_the_whole(reader: Reader, canvas: Any) -> None:
    part = reader.read_part(desktop(canvas).pixels(), (770, 290, 900, 330))
    assert texts(part) == ["Pictures"]
    assert 780 < part.screen.lines[0].centre[0] < 850
    assert part.read_fraction < 0.05


@pytest.mark.parametrize("size", [(8, 8), (2000, 10), (9, 900)])
def test_odd_shapes_are_read_without_harm(reader: Reader, canvas: Any, size: tuple[int, int]) -> None:
    picture = canvas(*size).box(0, 0, 5, 5, "black").pixels()
    assert reader.read(picture).screen.width == size[0]
    assert reader.read(canvas(*size).pixels()).screen.height == size[1]

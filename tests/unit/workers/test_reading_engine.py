"""The engine reads what is wanted, and each run of text for itself."""

from __future__ import annotations

from typing import Any

from screenagent_workers.reading.engine import Engine


def page(canvas: Any) -> Any:
    return canvas(600, 200).text(20, 20, "Save").text(20, 80, "Open another file").text(400, 140, "Quit")


def test_only_what_is_wanted_is_read(engine: Engine, canvas: Any) -> None:
    pixels = page(canvas).pixels()
    assert [found.text for found in engine.read(pixels, lambda left, top, right, bottom: top > 60 and right < 300)] == [
        "Open another file"
    ]
    assert engine.read(pixels, lambda *box: False) == []
    assert len(engine.read(pixels)) == 3


def test_a_short_label_is_read_alike_whatever_stands_beside_it(engine: Engine, canvas: Any) -> None:
    pixels = page(canvas).text(100, 170, "a long line of small text, " * 2, size=10).pixels()
    (save,) = [found for found in engine.read(pixels) if found.text == "Save"]
    assert engine.read(pixels, lambda left, top, right, bottom: bottom < 60) == [save]

"""A thousand ends in mid drag and in mid chord, drawn by lot: nothing stays held, and nothing is sent after the end was told.

A tenth of them in every run, all with ``--long``. A case is run again by its number: ``-k case0042``.
"""

from __future__ import annotations

import pytest

from contract.stop.chance import draw
from contract.stop.endings import ENDINGS, Scene
from contract.stop.stage import Stage

pytestmark = pytest.mark.end2end

ALWAYS, ALL = 100, 1000


def case(number: int) -> object:
    return pytest.param(number, id=f"case{number:04}", marks=() if number < ALWAYS else pytest.mark.long)


@pytest.mark.parametrize("number", [case(number) for number in range(ALL)])
def test_nothing_stays_held_and_nothing_follows(number, screen, x11vnc, x_input, tmp_path, monkeypatch, caplog):
    drawn = draw(number)
    if drawn.backend == "vncdotool":
        pytest.importorskip("vncdotool")
    print(f"{drawn}, after {drawn.after} events, with {drawn.deeds}: {drawn.actions[:6]}")
    assert not x_input.down()
    stage = Stage(tmp_path, x11vnc if x11vnc and drawn.server == "x11vnc" else screen, drawn.backend)
    try:
        stage.worker.lines["actor"] = [drawn.actions]
        ENDINGS[drawn.ending](Scene(drawn, stage, x_input, monkeypatch))
    finally:
        stage.close()
    x_input.until(lambda down: not down, of="held in the end")

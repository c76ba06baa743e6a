"""The frame around the live desktop."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtWidgets import QAction, QWidget

from screenagent.gui.desktop_panel import DesktopPanel, Whisper
from screenagent.gui.hands import Hands
from screenagent.gui.words import Words


@pytest.fixture
def panel(qtbot: Any, desktop: Any) -> DesktopPanel:
    desktop.connected = True
    made = DesktopPanel(Words("en"), desktop, QWidget(), *(QAction(name) for name in ("fit", "actual", "reconnect")))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitActive(made).__enter__()
    made.live.refresh()
    return made


def test_it_says_whose_mouse_and_keyboard_are(panel: DesktopPanel) -> None:
    said = []
    for hands, pausing in ((Hands.AGENT, False), (Hands.AGENT, True), (Hands.BOTH, False), (Hands.PERSON, False)):
        panel.show_hands(hands, pausing=pausing)
        said.append(panel.keyboard.text())
    words = Words("en")
    assert said == [words("live.agent"), words("live.pausing"), words("live.both"), ""]
    panel.live.canvas.setFocus()
    assert panel.keyboard.text() == words("live.keyboard")


def test_while_a_point_is_picked_it_says_so_and_no_frame_shows_that_keys_go_to_the_desktop(panel: DesktopPanel) -> None:
    panel.show_hands(Hands.PERSON)
    panel.live.canvas.setFocus()
    assert panel.property("focused") is True
    panel.live.pick(lambda point: None)
    assert (panel.keyboard.text(), panel.property("focused")) == (Words("en")("live.pick"), False)
    panel.live.stop_picking()
    assert (panel.keyboard.text(), panel.property("focused")) == (Words("en")("live.keyboard"), True)


def test_what_it_says_never_pushes_anything_aside(qtbot: Any) -> None:
    line = Whisper()
    qtbot.addWidget(line)
    line.setText("a long sentence " * 20)
    assert line.minimumSizeHint().width() == 0
    line.resize(60, 20)
    assert not line.grab().isNull()
    assert line.toolTip() == line.text()

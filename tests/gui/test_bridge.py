"""The crossing from other threads."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from screenagent.domain.events import Resumed, Stamped
from screenagent.gui.bridge import Bridge, Outcome

DAMAGE = SimpleNamespace(damage=(object(),), link="connected", reason="")


def on_a_thread(job: Any) -> None:
    thread = threading.Thread(target=job)
    thread.start()
    thread.join()


@pytest.fixture
def bridge(qtbot: Any) -> Any:
    made = Bridge()
    yield made
    assert made.close(5)


def test_a_burst_of_events_is_one_signal_and_keeps_its_order(bridge: Bridge, qtbot: Any) -> None:
    signals: list[int] = []
    bridge.told.connect(lambda: signals.append(1))
    events = [Stamped(n, 0.0, Resumed()) for n in range(500)]
    with qtbot.waitSignal(bridge.told):
        on_a_thread(lambda: [bridge.tell(event) for event in events])
    assert len(signals) == 1
    assert bridge.take_events() == events
    assert bridge.take_events() == []


def test_a_burst_of_paintings_is_one_signal_until_it_is_taken(bridge: Bridge, qtbot: Any) -> None:
    signals: list[int] = []
    bridge.painted.connect(lambda: signals.append(1))
    for expected in (1, 2):
        with qtbot.waitSignal(bridge.painted):
            on_a_thread(lambda: [bridge.desktop_changed(DAMAGE) for _ in range(100)])
        assert len(signals) == expected
        bridge.take_painted()


def test_signals_arrive_in_the_windows_thread(bridge: Bridge, qtbot: Any) -> None:
    heard: list[threading.Thread] = []
    done: list[Outcome] = []

    def then(outcome: Outcome) -> None:
        heard.append(threading.current_thread())
        done.append(outcome)

    bridge.work("sum", lambda: 1 + 1, then)
    bridge.work("fault", lambda: 1 // 0, then)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert set(heard) == {threading.current_thread()}
    assert {type(outcome.failure) for outcome in done} == {type(None), ZeroDivisionError}
    assert {outcome.result for outcome in done} == {2, None}


def test_nothing_comes_after_closing(qtbot: Any) -> None:
    bridge = Bridge()
    assert bridge.close(1)
    for signal, say in (
        (bridge.told, lambda: bridge.tell(Stamped(1, 0.0, Resumed()))),
        (bridge.painted, lambda: bridge.desktop_changed(DAMAGE)),
        (bridge.progressed, lambda: bridge.progress("on it")),
        (bridge.failed, lambda: bridge.fail(ValueError())),
    ):
        with qtbot.assertNotEmitted(signal):
            on_a_thread(say)


def test_closing_does_not_wait_for_ever(qtbot: Any) -> None:
    bridge, free = Bridge(), threading.Event()
    bridge.work("stuck", lambda: free.wait(30), lambda outcome: None)
    assert not bridge.close(0.05)
    free.set()
    assert bridge.close(10)

"""Listeners hear every change until they leave, whatever the others do."""

from __future__ import annotations

from screenagent.desktop.audience import Audience, Change


def test_a_listener_hears_until_it_leaves_and_may_leave_twice() -> None:
    audience = Audience()
    heard: list[str] = []
    leave = audience.subscribe(lambda change: heard.append(change.link))
    audience.tell(Change(link="connected"))
    leave()
    leave()
    audience.tell(Change(link="lost"))
    assert heard == ["connected"]


def test_a_listener_that_fails_keeps_nobody_from_hearing(caplog) -> None:
    audience = Audience()
    heard: list[str] = []

    def fail(change: object) -> None:
        raise RuntimeError("the window is gone")

    audience.subscribe(fail)
    audience.subscribe(lambda change: heard.append(change.link))
    audience.tell(Change(link="lost"))
    assert heard == ["lost"]
    assert "a listener of the desktop failed" in caplog.text

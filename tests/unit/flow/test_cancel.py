"""Cancelling wakes whoever waits, once, from any thread."""

from __future__ import annotations

import threading

import pytest

from screenagent.errors import Cancelled
from screenagent.flow.cancel import CancelToken


def test_waiting_ends_at_once_when_cancelled():
    token = CancelToken()
    result: list[bool] = []
    thread = threading.Thread(target=lambda: result.append(token.wait(60)))
    thread.start()
    token.cancel()
    thread.join(10)
    assert result == [True]
    with pytest.raises(Cancelled):
        token.check()


def test_waiting_runs_out_when_nobody_cancels():
    token = CancelToken()
    assert token.wait(0.001) is False
    token.check()


def test_a_callback_runs_once_and_only_while_its_context_is_open():
    token = CancelToken()
    calls: list[str] = []
    with token.on_cancel(lambda: calls.append("closed early")):
        pass
    with token.on_cancel(lambda: calls.append("open")):
        token.cancel()
        token.cancel()
    assert calls == ["open"]


def test_a_callback_added_too_late_runs_at_once():
    token = CancelToken()
    token.cancel()
    calls: list[str] = []
    with token.on_cancel(lambda: calls.append("late")):
        assert calls == ["late"]


def test_one_failing_callback_does_not_keep_the_others_from_running(caplog):
    token = CancelToken()
    calls: list[str] = []

    def fail() -> None:
        raise OSError("socket gone")

    with token.on_cancel(fail), token.on_cancel(lambda: calls.append("second")):
        token.cancel()
    assert calls == ["second"]
    assert "a callback failed" in caplog.text

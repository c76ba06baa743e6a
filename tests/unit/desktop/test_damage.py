from __future__ import annotations

import threading
import time

import pytest

from screenagent.desktop.damage import KEPT, DamageLog
from screenagent.domain.geometry import Box
from screenagent.domain.screen import Damage
from screenagent.errors import Cancelled, LinkLost

BOX = Box(0, 0, 10, 10)


@pytest.fixture
def log():
    made = DamageLog()
    made.link_changed("")
    return made


def test_what_was_painted_after_a_moment_comes_oldest_first(log):
    log.add([Damage(BOX, 1.0), Damage(BOX, 2.0)])
    log.add([Damage(BOX, 3.0, cursor=True)])
    assert [part.time for part in log.since(1.0)] == [2.0, 3.0]


def test_only_the_latest_few_thousand_are_kept(log):
    log.add([Damage(BOX, float(number)) for number in range(2 * KEPT)])
    assert len(log.since(-1)) == KEPT


def test_a_wait_ends_with_damage(log, token):
    painter = threading.Timer(0.05, lambda: log.add([Damage(BOX, time.monotonic())]))
    painter.start()
    assert log.wait(time.monotonic(), 60, token)
    painter.join()


def test_a_wait_ends_with_its_time(log, token):
    log.add([Damage(BOX, 5.0)])
    assert log.wait(4.0, 60, token)
    assert not log.wait(5.0, 0.01, token)


def test_a_wait_ends_when_cancelled(log, token):
    stopper = threading.Timer(0.05, token.cancel)
    stopper.start()
    with pytest.raises(Cancelled):
        log.wait(time.monotonic(), 60, token)
    stopper.join()


def test_a_wait_ends_when_the_link_goes(log, token):
    cutter = threading.Timer(0.05, lambda: log.link_changed("the server left"))
    cutter.start()
    with pytest.raises(LinkLost, match="the server left"):
        log.wait(time.monotonic(), 60, token)
    cutter.join()


def test_before_the_first_connection_there_is_nothing_to_wait_for(token):
    with pytest.raises(LinkLost):
        DamageLog().wait(0, 60, token)

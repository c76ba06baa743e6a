import pytest

from screenagent.desktop.xfce.revival import Revival


def test_what_lived_long_is_started_again_soon():
    revival = Revival()
    revival.started("panel", 0.0)
    assert revival.wait(5.0) is None
    revival.ended("panel", 100.0)
    assert revival.wait(100.0) == pytest.approx(0.3)
    assert revival.take_due(100.2) == []
    assert revival.take_due(100.31) == ["panel"]
    assert revival.wait(100.31) is None


def test_what_keeps_ending_is_waited_for_longer_and_longer_up_to_a_minute():
    revival = Revival()
    now, waits = 0.0, []
    for _ in range(12):
        revival.started("panel", now)
        revival.ended("panel", now + 0.1)
        waits.append(round(revival.wait(now + 0.1), 6))
        now += 0.11 + waits[-1]
        assert revival.take_due(now) == ["panel"]
    assert waits == sorted(waits)
    assert waits[0] < 1.0
    assert waits[-1] == 60.0


def test_one_part_waits_without_another():
    revival = Revival()
    for name in ("panel", "clipboard"):
        revival.started(name, 0.0)
        revival.ended(name, 0.1)
    revival.started("panel", 0.7)
    revival.ended("panel", 0.8)
    assert revival.take_due(0.8) == ["clipboard"]
    assert revival.take_due(9.0) == ["panel"]

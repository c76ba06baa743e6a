"""When a part of the desktop that ended is started again: soon, and later and later while it keeps ending."""

from __future__ import annotations

_LONG_LIFE = 10.0
_SHORTEST_DELAY = 0.3
_LONGEST_DELAY = 60.0


class Revival:
    """Keeps the dates; times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._born: dict[str, float] = {}
        self._delay: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def started(self, name: str, now: float) -> None:
        """`name` runs since `now`."""
        self._born[name] = now

    def ended(self, name: str, now: float) -> None:
        """`name` has ended; set the date for its next start."""
        if now - self._born.get(name, now) > _LONG_LIFE:
            delay = _SHORTEST_DELAY
        else:
            delay = min(2 * self._delay.get(name, _SHORTEST_DELAY), _LONGEST_DELAY)
        self._delay[name] = delay
        self._due[name] = now + delay

    def take_due(self, now: float) -> list[str]:
        """Return the names whose date has come; they have none any more."""
        due = [name for name, date in self._due.items() if date <= now]
        for name in due:
            del self._due[name]
        return due

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next date, None without one."""
        return max(0.0, min(self._due.values()) - now) if self._due else None

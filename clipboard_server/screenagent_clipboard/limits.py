"""How much, how many and how long: the bounds within which the service keeps answering, whatever is sent to it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes are bytes, times are seconds."""

    body: int = 10 * MIB
    """The largest body taken, and the largest text read from the clipboard."""
    small: int = 16 * 1024
    """Bodies and answers up to this size need no room."""
    room: int = 32 * MIB
    """For all larger ones at once: this much for callers with the right token in the header, and as much for everybody else."""
    dropped: int = 64 * MIB
    """How much of a refused body is read and dropped, so that its sender lives to read the refusal."""
    connections: int = 1500

    head_time: float = 10.0
    """For a request's head to arrive."""
    pause_time: float = 5.0
    """Between two pieces of a body."""
    body_time: float = 30.0
    """For a whole body to arrive."""
    answer_time: float = 30.0
    """For a client that does not keep up to take the rest of its answer."""
    clipboard_time: float = 4.0
    """For the program that holds the clipboard to answer xclip; less than the five seconds that the controller waits."""
    turn_time: float = 60.0
    """For room to become free, and for a turn at the clipboard."""
    stop_time: float = 2.0
    """For requests in progress when the service stops."""


def raise_file_limit(wanted: int) -> int:
    """Let this process open `wanted` files (connections are files) where the system allows; return how many it may open."""
    try:
        import resource
    except ImportError:  # Windows has no such limit on sockets
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return wanted if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    except (ValueError, OSError):
        return soft
    return most

"""Connecting to a desktop and leaving it in order: nothing stays pressed, also after Ctrl+C or SIGTERM."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from screenagent import rfb
from screenagent.cli.signals import ending_on_signals
from screenagent.cli.vnc.frames import WholeFrame
from screenagent.cli.vnc.where import Where
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.rfb_link import RfbLink
from screenagent.desktop.vnc import VncDesktop
from screenagent.domain.screen import Damage
from screenagent.errors import LinkLost
from screenagent.flow.cancel import CancelToken
from screenagent.ports import DesktopChange

_TAKEN_IN = 2.0
"""Seconds that a server gets to show that it has taken the input in."""


@contextmanager
def looking(client: rfb.Client) -> Iterator[CancelToken]:
    """Connect a client, without moving or pressing anything; a signal cancels the token, and the client is closed at the end."""
    token = CancelToken()
    with ending_on_signals(lambda _: token.cancel(), client.close), contextlib.closing(client):
        client.connect(token.event)
        yield token


@contextmanager
def acting(where: Where, **options: Any) -> Iterator[tuple[VncDesktop, CancelToken]]:
    """Connect a desktop with these `DesktopOptions`; a signal cancels the token. At the end the server has taken all input in."""
    token = CancelToken()
    link = RfbLink(where.host, where.port, where.password, where.options, username=where.user)
    desktop = VncDesktop(link, DesktopOptions(takes_pointer=False, **options))
    with ending_on_signals(lambda _: token.cancel(), desktop.close), contextlib.closing(desktop):
        desktop.connect(token)
        try:
            yield desktop, token
        finally:
            desktop.release()
            with contextlib.suppress(LinkLost):
                _let_it_arrive(desktop, link)


def _let_it_arrive(desktop: VncDesktop, link: RfbLink) -> None:
    """Wait until the server has read everything: it answers in order, and closing at once could lose the last of it."""
    frame = WholeFrame()

    def changed(change: DesktopChange) -> None:
        frame.damaged([_plain(part) for part in change.damage])
        if change.link == "lost":
            frame.state_changed(rfb.State.DISCONNECTED, LinkLost(change.reason))

    unsubscribe = desktop.subscribe(changed)
    try:
        frame.fetch((desktop.size.width, desktop.size.height), link.refresh, _TAKEN_IN, CancelToken())
    finally:
        unsubscribe()


def _plain(part: Damage) -> rfb.Damage:
    box = part.box
    return rfb.Damage(int(box.left), int(box.top), int(box.right - box.left), int(box.bottom - box.top), part.time)

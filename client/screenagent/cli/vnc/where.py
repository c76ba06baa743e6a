"""Which desktop is meant, who we are there, and how it is spoken to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import typer

from screenagent import rfb
from screenagent.cli.vnc import passwords
from screenagent.cli.vnc.group import Given
from screenagent.errors import AuthenticationFailed, SettingsError
from screenagent.rfb.address import show_address
from screenagent.rfb.encodings import offered
from screenagent.rfb.errors import CertificateRefused, PasswordMissing, UserNameMissing
from screenagent.rfb.offer import Offer
from screenagent.rfb.pixels import FormatName
from screenagent.rfb.trust import Tls, TlsUse, digest_of
from screenagent.rfb.values import Updates

T = TypeVar("T")


@dataclass(frozen=True)
class Where:
    """An address, a login and the client's options."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    options: rfb.Options

    @property
    def peer(self) -> str:
        """The address, for people."""
        return show_address(self.host, self.port)

    def client(self, **listeners: Any) -> rfb.Client:
        """Return a client, not yet connected, that calls `listeners`: ``on_damage`` and the like of `rfb.Client`."""
        return rfb.Client(self.host, self.port, username=self.user, password=self.password, options=self.options, **listeners)

    def altered(self, **options: Any) -> Where:
        """Return the same desktop, spoken to with some `rfb.Options` changed."""
        return replace(self, options=replace(self.options, **options))


def find(given: Given) -> Where:
    """Return what the command line comes to.

    Raises:
        SettingsError: the address, an option or the password file cannot be used.
    """
    host, port = rfb.parse_address(given.address)
    if given.password is not None:
        why = "everybody on this machine can read a command line, and the shell keeps it"
        raise SettingsError(f"A password is not taken on the command line: {why}.", hint=passwords.HOW)
    names = given.encodings and tuple(name.strip().lower() for name in given.encodings.split(",") if name.strip())
    offered(Offer(names or ()))
    options = rfb.Options(
        connect_timeout=given.timeout,
        reconnect=False,
        encodings=names or None,
        quality=given.quality,
        compression=given.compression,
        pixel_format=cast(FormatName, given.pixel_format),
        updates=cast(Updates, given.updates),
        tls=_tls(given),
    )
    return Where(host, port, given.user, passwords.given_password(given.password_file), options)


def logged_in(where: Where, work: Callable[[Where], T]) -> T:
    """Do `work`, which connects; where the server wants what nobody has said, ask at the terminal and do it again.

    Raises what `work` raises, with a hint that fits the command line.
    """
    try:
        return work(where)
    except CertificateRefused as refused:
        if not refused.fingerprint:
            raise
        told = f"{refused.hint}\nTo accept this very certificate: --fingerprint {refused.fingerprint}"
        raise AuthenticationFailed(refused.message, hint=told) from None
    except (UserNameMissing, PasswordMissing) as missing:
        if not passwords.can_ask():
            user = "Name the user with --user NAME. " if isinstance(missing, UserNameMissing) else ""
            raise AuthenticationFailed(missing.message, hint=f"{missing.hint}\n{user}{passwords.HOW}") from None
        if isinstance(missing, UserNameMissing):
            where = replace(where, user=typer.prompt(f"User name at {where.peer}", err=True))
    if where.password is None:
        where = replace(where, password=passwords.ask_password(where.peer))
    return work(where)


def _tls(given: Given) -> Tls:
    if given.fingerprint is not None:
        try:
            digest_of(given.fingerprint)
        except ValueError as error:
            raise SettingsError(f'--fingerprint "{given.fingerprint}" {error}') from None
    try:
        return Tls(cast(TlsUse, given.tls), given.fingerprint, given.authorities, given.server_name)
    except ValueError as error:
        raise SettingsError(f"--tls, --fingerprint and --authorities contradict each other: {error}.") from None

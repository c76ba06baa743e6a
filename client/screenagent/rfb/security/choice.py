"""Which of the server's security types is taken: the strongest that the options allow and that we have the credentials for."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.errors import AuthenticationFailed
from screenagent.rfb.channel import Channel
from screenagent.rfb.errors import EncryptionMissing, PasswordMissing, UserNameMissing
from screenagent.rfb.security.advice import nothing_usable, password_missing_hint, user_name_missing_hint
from screenagent.rfb.security.base import SecurityType, Shield, Wants
from screenagent.rfb.security.names import offer
from screenagent.rfb.trust import Tls


def pick(ranked: Sequence[SecurityType], offered: Sequence[int], channel: Channel) -> SecurityType:
    """Return the first of `ranked` that is `offered` and usable.

    Raises UnsupportedSecurity, EncryptionMissing, UserNameMissing, PasswordMissing.
    """
    known = [security for security in ranked if security.number in offered]
    if not known:
        raise nothing_usable(channel.peer, offered, [security.number for security in ranked])
    allowed = [security for security in known if _is_allowed(security, channel.options.tls)]
    if not allowed:
        raise _not_allowed(channel, offered)
    for security in allowed:
        if _has_credentials(security, channel):
            return security
    raise _missing(channel, [security.wants for security in allowed], offered)


def _is_allowed(security: SecurityType, tls: Tls) -> bool:
    if tls.verified:
        return security.shield is Shield.CERTIFIED
    if tls.use == "unverified":
        return security.shield is not Shield.CLEAR
    return tls.use == "offered" or security.shield is Shield.CLEAR


def _has_credentials(security: SecurityType, channel: Channel) -> bool:
    if security.wants is Wants.LOGIN and channel.username is None:
        return False
    return security.wants is Wants.NOTHING or channel.password is not None


def _not_allowed(channel: Channel, offered: Sequence[int]) -> AuthenticationFailed:
    tls = channel.options.tls
    if tls.use == "off":
        return EncryptionMissing(
            f"{channel.peer} offers encrypted logins only, and TLS is switched off here; it offers: {offer(offered)}.",
            hint="Let TLS be used where it is offered.",
        )
    wanted = "TLS with a certificate" if tls.verified else "TLS"
    return EncryptionMissing(
        f"{channel.peer} offers no {wanted}, which is asked for here; it offers: {offer(offered)}.",
        hint="Switch VeNCrypt with X509 on at the server. Where it had it before, somebody in between may be stripping it off.",
    )


def _missing(channel: Channel, wants: Sequence[Wants], offered: Sequence[int]) -> AuthenticationFailed:
    tail = f"it offers: {offer(offered)}."
    if Wants.PASSWORD not in wants and channel.username is None:
        return UserNameMissing(
            f"{channel.peer} asks for a user name and none was given; {tail}", hint=user_name_missing_hint(channel.peer, offered)
        )
    return PasswordMissing(f"{channel.peer} asks for a password and none was given; {tail}", hint=password_missing_hint(offered))

"""What to change on a server that offers nothing we speak; the families by their security types (community rfbproto)."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.rfb.address import is_this_machine
from screenagent.rfb.errors import AppleLoginWanted, UnsupportedSecurity
from screenagent.rfb.security.names import is_apple, offer, security_name

APPLE_SETTING = (
    'On that Mac open System Settings, General, Sharing, the (i) beside Screen Sharing, switch on "VNC viewers may control '
    'screen with password" (before macOS 13: System Preferences, Sharing, Screen Sharing, Computer Settings), '
    "and use that password as the VNC password."
)
_OWN_SCREEN = (
    " If the desktop you mean is not this Mac's own screen (a container, a virtual machine, a tunnel), it listens on another "
    "port: macOS holds 5900 itself."
)
_TLS = (
    "TigerVNC: start it with -SecurityTypes VncAuth. QEMU: -vnc with password=on and without tls-creds and sasl. "
    "x11vnc: leave -ssl out. GNOME: grdctl vnc set-auth-method password, and "
    "gsettings set org.gnome.desktop.remote-desktop.vnc encryption \"['none']\"."
)
_SASL = "QEMU: leave sasl out of -vnc; a password (password=on) and TLS (tls-creds) do."
_FAMILIES: tuple[tuple[range | tuple[int, ...], str], ...] = (
    ((5, 6, 13, 129, 130, 133), 'RealVNC: Options, Security: encryption "Prefer off", authentication "VNC password".'),
    ((18, 19), _TLS),
    ((20, 263, 264), _SASL),
    ((17, 112, 113, 114, 117), 'UltraVNC: Admin Properties: switch "Require MS-Logon" and the encryption plugin off.'),
    ((16,), "TightVNC: set a primary password and switch VNC password authentication on."),
)


def nothing_usable(peer: str, offered: Sequence[int], usable: Sequence[int]) -> UnsupportedSecurity:
    """Return the error for a server all of whose types are strange to us; `usable` are those that we speak."""
    if any(is_apple(number) for number in offered):
        return AppleLoginWanted(
            f"{peer} is macOS Screen Sharing and wants a macOS login of a kind that is not spoken; it offers: {offer(offered)}.",
            hint=APPLE_SETTING + (_OWN_SCREEN if is_this_machine(peer) else ""),
        )
    known = [advice for numbers, advice in _FAMILIES if any(number in numbers for number in offered)]
    wanted = " or ".join(security_name(number) for number in usable if not is_apple(number))
    return UnsupportedSecurity(
        f"{peer} offers no security type that can be used, only: {offer(offered)}.",
        hint="\n".join([f"Switch on {wanted} in the server's settings.", *known]),
    )


def password_missing_hint(offered: Sequence[int]) -> str:
    """Return what to do when a server wants a VNC password and there is none."""
    if any(is_apple(number) for number in offered):
        return 'Give the password that stands under "VNC viewers may control screen with password" on that Mac.'
    return "Give its VNC password: the one set with vncpasswd, or in the server's own settings."


def user_name_missing_hint(peer: str, offered: Sequence[int]) -> str:
    """Return what to do when a server wants a user name and there is none."""
    if any(is_apple(number) for number in offered):
        own = _OWN_SCREEN if is_this_machine(peer) else ""
        return f"Give the name and the password of an account on that Mac. Or, without an account:\n{APPLE_SETTING}{own}"
    return "Give the name of an account on that machine, and its password."

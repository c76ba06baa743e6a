"""What to change on a server that offers nothing we speak; the families by their security types (community rfbproto)."""

from __future__ import annotations

from collections.abc import Sequence

from screenagent.errors import AuthenticationFailed
from screenagent.rfb.address import is_this_machine
from screenagent.rfb.errors import AppleLoginWanted
from screenagent.rfb.security.names import is_apple, security_name

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
_FAMILIES: tuple[tuple[range | tuple[int, ...], str], ...] = (
    ((5, 6, 13, 129, 130, 133), 'RealVNC: Options, Security: encryption "Prefer off", authentication "VNC password".'),
    ((18, 19, 20), _TLS),
    ((17, 112, 113, 114, 117), 'UltraVNC: Admin Properties: switch "Require MS-Logon" and the encryption plugin off.'),
    ((16,), "TightVNC: set a primary password and switch VNC password authentication on."),
)


def nothing_usable(peer: str, offered: Sequence[int], usable: Sequence[int]) -> AuthenticationFailed:
    """Return the error for a server all of whose types are strange to us; `usable` are those that we speak."""
    names = ", ".join(security_name(number) for number in dict.fromkeys(offered))
    if any(is_apple(number) for number in offered):
        return AppleLoginWanted(
            f"{peer} is macOS Screen Sharing and wants a macOS login, which is not spoken yet; it offers: {names}.",
            hint=APPLE_SETTING + (_OWN_SCREEN if is_this_machine(peer) else ""),
        )
    known = [advice for numbers, advice in _FAMILIES if any(number in numbers for number in offered)]
    wanted = " or ".join(security_name(number) for number in usable)
    return AuthenticationFailed(
        f"{peer} offers no security type that can be used, only: {names}.",
        hint="\n".join([f"Switch on {wanted} in the server's settings.", *known]),
    )


def password_missing_hint(offered: Sequence[int]) -> str:
    """Return what to do when a server wants a VNC password and there is none."""
    if any(is_apple(number) for number in offered):
        return 'Give the password that stands under "VNC viewers may control screen with password" on that Mac.'
    return "Give its VNC password: the one set with vncpasswd, or in the server's own settings."

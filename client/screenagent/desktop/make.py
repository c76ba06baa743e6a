"""Where the backend is chosen."""

from __future__ import annotations

from screenagent import rfb
from screenagent.desktop.link import Link
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.rfb_link import RfbLink
from screenagent.desktop.vnc import VncDesktop
from screenagent.log import hide


def make_desktop(options: DesktopOptions) -> VncDesktop:
    """Return the desktop at `options.host`, not yet connected.

    Raises:
        SettingsError: an unknown backend, or one whose package is not installed.
    """
    if options.password:
        hide(options.password)
    return VncDesktop(_link(options), options)


def _link(options: DesktopOptions) -> Link:
    if options.backend == "vncdotool":
        from screenagent.desktop.vncdotool import VncdotoolLink

        return VncdotoolLink(options.host, options.port, options.password, options.connect_timeout)
    return RfbLink(options.host, options.port, options.password, rfb.Options(connect_timeout=options.connect_timeout))

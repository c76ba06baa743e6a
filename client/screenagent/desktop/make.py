"""Where the backend is chosen."""

from __future__ import annotations

from screenagent import rfb
from screenagent.desktop.link import Link
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.rfb_link import RfbLink
from screenagent.desktop.vnc import VncDesktop
from screenagent.errors import SettingsError
from screenagent.log import hide
from screenagent.ports import Reader


def make_desktop(options: DesktopOptions, reader: Reader | None = None) -> VncDesktop:
    """Return the desktop at `options.host`, not yet connected; `reader` reads back what was entered.

    Raises:
        SettingsError: an unknown backend, one whose package is not installed, or one that cannot do what is asked.
    """
    if options.password:
        hide(options.password)
    return VncDesktop(_link(options), options, reader)


def _link(options: DesktopOptions) -> Link:
    if options.backend == "vncdotool":
        from screenagent.desktop.vncdotool import VncdotoolLink

        if options.tls.verified or options.tls.use == "unverified":
            raise SettingsError("The backend vncdotool does not speak TLS, which is asked for.", hint="Use the backend rfb.")
        if any(wish is not None for wish in (options.encodings, options.quality, options.compression)):
            raise SettingsError("The backend vncdotool reads no encoding but Raw.", hint="Use the backend rfb.")
        return VncdotoolLink(options.host, options.port, options.password, options.connect_timeout)
    wanted = rfb.Options(
        connect_timeout=options.connect_timeout,
        tls=options.tls,
        encodings=options.encodings,
        quality=options.quality,
        compression=options.compression,
    )
    return RfbLink(options.host, options.port, options.password, wanted, username=options.username)

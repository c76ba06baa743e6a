"""Whether the desktop can be used: exit status 0 and nothing said, or 1 and a sentence.

VNC itself is not spoken, because its server counts connections that end before the password and would come to refuse us: X and
VNC are one process, so that an answer over X and a listening port tell the same.
"""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

from places import CLIPBOARD_PORT, RUNTIME, SURROUNDINGS, VNC_PORT

from screenagent.desktop.xfce.x11 import XClient, XError

_SECONDS = 3.0
_LISTENING = "0A"


def problem() -> str:
    """Return what is wrong, or an empty string."""
    if not SURROUNDINGS.exists():
        return "the desktop is not ready yet"
    try:
        display = (RUNTIME / "display").read_text(encoding="ascii")
        cookie = (RUNTIME / "Xauthority").read_bytes()[-16:]
        with XClient(display, cookie, timeout=_SECONDS) as client:
            for selection, what in (("WM_S0", "window manager"), ("_XSETTINGS_S0", "settings program")):
                if not client.has_owner(selection):
                    return f"no {what} runs"
    except (OSError, XError) as error:
        return f"the X server does not answer: {error}"
    if not listens(VNC_PORT):
        return f"nothing listens on port {VNC_PORT}"
    connection = http.client.HTTPConnection("127.0.0.1", CLIPBOARD_PORT, timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return "" if answer.status == 200 else f"the clipboard service is not well: {answer.read(500).decode(errors='replace')}"
    except (OSError, http.client.HTTPException) as error:
        return f"the clipboard service is not well: {error}"
    finally:
        connection.close()


def listens(port: int) -> bool:
    """Whether a program of this network namespace listens on the TCP port."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        path = Path(table)
        for line in path.read_text(encoding="ascii").splitlines()[1:] if path.exists() else ():
            address, state = line.split()[1:4:2]
            if state == _LISTENING and int(address.rpartition(":")[2], 16) == port:
                return True
    return False


if __name__ == "__main__":
    found = problem()
    if found:
        print(found, flush=True)
        sys.exit(1)

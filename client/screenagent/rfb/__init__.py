"""An RFB (RFC 6143) client that knows nothing of the rest of ScreenAgent.

`Client` connects, keeps a picture of the desktop current and sends input. Below it, `session.Session` is the protocol without
a socket: bytes in, bytes out, events. A new encoding is a file in `encodings`, a new way to log in a file in `security`.
"""

from screenagent.rfb.address import parse_address
from screenagent.rfb.client import Client
from screenagent.rfb.errors import CutTextRefused, ResizeRefused
from screenagent.rfb.trust import Tls
from screenagent.rfb.values import Cursor, Damage, Options, Snapshot, State, Statistics

__all__ = [
    "Client",
    "Cursor",
    "CutTextRefused",
    "Damage",
    "Options",
    "ResizeRefused",
    "Snapshot",
    "State",
    "Statistics",
    "Tls",
    "parse_address",
]

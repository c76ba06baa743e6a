"""vncdotool's protocol fed with bytes: what a server may send, and what it may not."""

from __future__ import annotations

import struct

import pytest

from screenagent.desktop.vncdotool_canvas import Canvas
from screenagent.domain.geometry import Box, Size
from screenagent.errors import AuthenticationFailed, DesktopProtocolError, DesktopUnreachable, LinkLost
from screenagent.rfb.errors import PasswordMissing, UnsupportedSecurity

pytest.importorskip("vncdotool")

INIT = struct.pack("!HH16xI", 4, 3, 4) + b"desk"
GREETING = b"RFB 003.008\n\x01\x01" + bytes(4) + INIT
PIXEL = b"\x01\x02\x03\x00"


def update(*rectangles):
    return struct.pack("!BxH", 0, len(rectangles)) + b"".join(rectangles)


def rectangle(x, y, width, height, encoding, data=b""):
    return struct.pack("!HHHHi", x, y, width, height, encoding) + data


FULL = update(rectangle(0, 0, 4, 3, 0, PIXEL * 12))


class Hearing:
    """An `Owner` that remembers."""

    def __init__(self):
        self.ups, self.parts, self.texts, self.errors = 0, [], [], []

    def up(self, connection):
        self.ups += 1

    def painted(self, parts):
        self.parts += parts

    def heard_text(self, text):
        self.texts.append(text)

    def down(self, error):
        self.errors.append(error)


@pytest.fixture
def served():
    """A connection whose server side is a byte string: returns (feed, owner, canvas, transport)."""
    from twisted.internet.testing import StringTransport

    from screenagent.desktop.vncdotool_client import Factory

    made = []

    def serve(password=None):
        owner, canvas = Hearing(), Canvas()
        connection = Factory("peer:5900", password, canvas, owner).buildProtocol(None)
        transport = StringTransport()
        connection.makeConnection(transport)
        made.append(connection)
        return connection, owner, canvas, transport

    yield serve
    for connection in made:
        connection.connectionLost()


def test_the_first_whole_picture_makes_the_connection_usable(served):
    connection, owner, canvas, transport = served()
    connection.dataReceived(GREETING)
    connection.dataReceived(update(rectangle(0, 0, 4, 2, 0, PIXEL * 8)))
    assert owner.ups == 0
    connection.dataReceived(update(rectangle(0, 2, 4, 1, 0, PIXEL * 4)))
    assert owner.ups == 1
    assert canvas.size == Size(4, 3)
    assert canvas.picture()[2, 3].tolist() == [1, 2, 3, 0]
    assert [part.box for part in owner.parts] == [Box(0, 0, 4, 2), Box(0, 2, 4, 3)]
    assert transport.value().endswith(struct.pack("!BBHHHH", 3, 1, 0, 0, 4, 3))


def test_bytes_may_come_one_by_one(served):
    connection, owner, _canvas, _ = served()
    for value in GREETING + FULL:
        connection.dataReceived(bytes([value]))
    assert owner.ups == 1


def test_a_rectangle_away_from_the_origin_stays_where_it_belongs(served):
    connection, _, canvas, _ = served()
    connection.dataReceived(GREETING + update(rectangle(3, 2, 1, 1, 0, PIXEL)))
    assert canvas.size == Size(4, 3)
    assert canvas.picture().any(axis=2).sum() == 1
    assert canvas.picture()[2, 3].any()


def test_a_resize_is_followed_and_the_picture_asked_for_anew(served):
    connection, _, canvas, transport = served()
    connection.dataReceived(GREETING + FULL)
    transport.clear()
    connection.dataReceived(update(rectangle(0, 0, 6, 5, -223)))
    assert canvas.size == Size(6, 5)
    assert transport.value() == struct.pack("!BBHHHH", 3, 0, 0, 0, 6, 5)


def test_a_pointer_image_comes_with_its_mask_and_paints_nothing(served):
    connection, owner, _canvas, _ = served()
    connection.dataReceived(GREETING + FULL)
    connection.dataReceived(update(rectangle(1, 0, 2, 1, -239, PIXEL * 2 + b"\x40")))
    assert connection.shape.pixels[:, :, 3].tolist() == [[0, 255]]
    assert (connection.shape.hotspot_x, connection.shape.hotspot_y) == (1, 0)
    assert owner.parts[-1].cursor
    assert owner.parts[-1].box.area == 0


def test_cut_text_and_bells_do_not_disturb_each_other(served):
    connection, owner, _, _ = served()
    connection.dataReceived(GREETING + FULL + b"\x02" + struct.pack("!BxxxI", 3, 4) + b"caf\xe9" + b"\x02" + FULL)
    assert owner.texts == ["café"]
    assert owner.errors == []


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"HTTP/1.1 400", DesktopProtocolError),
        (b"RFB 003.008\n\x00" + struct.pack("!I", 5) + b"later", AuthenticationFailed),
        (b"RFB 003.008\n\x01\x13", UnsupportedSecurity),
        (b"RFB 003.008\n\x01\x02", PasswordMissing),
        (b"RFB 003.008\n\x00" + struct.pack("!I", 1 << 31), DesktopProtocolError),
        (GREETING[:-8] + struct.pack("!I", 1 << 31), DesktopProtocolError),
        (GREETING[:-28] + struct.pack("!HH16xI", 65535, 65535, 0), DesktopProtocolError),
        (GREETING + update(rectangle(60000, 60000, 1, 1, 0)), DesktopProtocolError),
        (GREETING + update(rectangle(0, 0, 65535, 65535, -223)), DesktopProtocolError),
        (GREETING + update(rectangle(0, 0, 30000, 30000, -239)), DesktopProtocolError),
        (GREETING + update(rectangle(0, 0, 1, 1, 77)), DesktopProtocolError),
        (GREETING + struct.pack("!BxxxI", 3, 1 << 31), DesktopProtocolError),
        (GREETING + b"\xfa", DesktopProtocolError),
    ],
)
def test_what_no_server_may_send_ends_the_connection_with_an_error_of_ours(served, sent, kind):
    connection, owner, _, _ = served()
    connection.dataReceived(sent)
    connection.dataReceived(b"more")
    connection.connectionLost()
    assert [type(error) for error in owner.errors] == [kind]
    assert owner.ups == 0


def test_a_refused_password_is_told_with_the_servers_reason(served):
    connection, owner, _, transport = served(password="secret")
    connection.dataReceived(b"RFB 003.008\n\x01\x02" + bytes(16))
    assert len(transport.value()) == 12 + 1 + 16
    connection.dataReceived(struct.pack("!II", 1, 4) + b"nope")
    connection.connectionLost()
    assert isinstance(owner.errors[0], AuthenticationFailed)
    assert "nope" in owner.errors[0].message


def test_an_end_before_the_first_picture_and_after_it_are_told_apart(served):
    for sent, kind in ((GREETING, DesktopUnreachable), (GREETING + FULL, LinkLost)):
        connection, owner, _, _ = served()
        connection.dataReceived(sent)
        connection.connectionLost()
        assert [type(error) for error in owner.errors] == [kind]


@pytest.mark.parametrize(("silent", "kind"), [(11.0, DesktopUnreachable), (25.0, None), (31.0, LinkLost)])
def test_silence_is_probed_and_then_ends_the_connection(served, silent, kind):
    connection, _owner, _, transport = served()
    if kind is not DesktopUnreachable:
        connection.dataReceived(GREETING + FULL)
    connection._heard -= silent
    transport.clear()
    connection._timer.cancel()
    connection._watch()
    assert type(connection.error) is (kind or type(None))
    assert (transport.value() == struct.pack("!BBHHHH", 3, 0, 0, 0, 1, 1)) == (kind is None)

"""Server-sent events are read as the standard says, however the bytes are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screenagent.models.call import TooLarge
from screenagent.models.event_stream import MAX_EVENT, EventStream


def read(*pieces, ended=True):
    stream = EventStream()
    told = [data for piece in pieces for data in stream.feed(piece)]
    return told + list(stream.end()) if ended else told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", []),
        (b"data: a\n\n", ["a"]),
        (b"data:a\n\ndata:  b\n\n", ["a", " b"]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", ["a", "b", "c"]),
        (b"data: a\ndata: b\ndata:\ndata\n\n", ["a\nb\n\n"]),
        (b": a comment\n\n:\ndata: a\n: another\n\n", ["a"]),
        (b"event: message\nid: 7\nretry: 10\ndata: a\n\n", ["a"]),
        (b"event: ping\n\n", []),
        (b"dat: a\nDATA: b\n data: c\n\n", []),
        (b"\xef\xbb\xbfdata: a\n\ndata: \xef\xbb\xbfb\n\n", ["a", "\ufeffb"]),
        ("data: 打开 🖱\n\n".encode(), ["打开 🖱"]),
        (b"data: \xff\n\n", ["\ufffd"]),
        (b'error: {"code": 500}\n\n', ['{"code": 500}']),
        ("data: a\u2028b\x0cc\x85d\n\n".encode(), ["a\u2028b\x0cc\x85d"]),
        (b"\n\n\n\ndata: a\n\n\n\n", ["a"]),
        (b"data: a", ["a"]),
        (b"data: a\r", ["a"]),
        (b"data: a\ndata: b\n", ["a\nb"]),
        (b"data: \xe6\x89", ["\ufffd"]),
    ],
)
def test_the_data_of_each_event_comes_out(raw, told):
    assert read(raw) == told


def test_an_event_comes_out_as_soon_as_its_blank_line_is_there():
    assert read(b"data: a\n", ended=False) == []
    assert read(b"data: a\n\n", ended=False) == ["a"]
    assert read(b"data: a\r\n\r", ended=False) == ["a"]


RAW = "\ufeffdata: 打开\r\n\r\n: x\rdata: é\rdata: 🖱\n\ndata: b\r\n\n\ndata: c\r\rdata: d".encode()


@settings(deadline=None)
@given(st.lists(st.integers(0, len(RAW)), max_size=12))
def test_where_the_bytes_are_cut_does_not_matter(cuts):
    edges = [0, *sorted(cuts), len(RAW)]
    assert read(*(RAW[a:b] for a, b in itertools.pairwise(edges))) == ["打开", "é\n🖱", "b", "c", "d"]


def test_bytes_one_by_one_are_read_too():
    assert read(*(RAW[at : at + 1] for at in range(len(RAW)))) == ["打开", "é\n🖱", "b", "c", "d"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_raise(pieces):
    assert all(isinstance(data, str) for data in read(*pieces))


@pytest.mark.parametrize(
    "piece",
    [b"data: " + b"x" * 1000, b"x" * 1000, b"data: x\n" * 200, b"data:" + b" " * 1000],
    ids=["line", "name", "lines", "blanks"],
)
def test_what_has_no_end_is_refused(piece):
    stream = EventStream()

    def feed_for_ever():
        for _ in range(2 * MAX_EVENT // len(piece) + 2):
            list(stream.feed(piece))

    with pytest.raises(TooLarge):
        feed_for_ever()


def test_a_long_stream_of_small_events_and_comments_is_not():
    stream = EventStream()
    piece = b": alive\ndata: x\n\n" * 1000
    assert sum(1 for _ in range(200) for _ in stream.feed(piece)) == 200_000

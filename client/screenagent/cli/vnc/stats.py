"""What a connection costs, as tables: with the encoding that client and server agree on, or with each in turn."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from screenagent.cli.progress import Progress
from screenagent.cli.vnc.measuring import Measured, measure
from screenagent.cli.vnc.telling import shown
from screenagent.cli.vnc.where import Where
from screenagent.rfb.encodings import CHOOSABLE, encoding_name

JPEG_QUALITY = 8
"""Of the comparison's row with JPEG."""
_UNTOLD = "-"


def show(where: Where, *, frames: int, as_json: bool) -> None:
    """Print what one connection costs. Raises DesktopError."""
    found = measure(where, frames)
    if as_json:
        typer.echo(json.dumps(_plain(found)))
        return
    console = _console()
    console.print(_title(where, found))
    for label, value in _figures(found):
        console.print(f"  {label:<34} {value}", markup=False)
    table = _table("encoding", "rectangles", "pixels", "bytes", "ratio")
    for name, count in sorted(found.encodings.items(), key=lambda entry: -entry[1].bytes):
        ratio = f"{count.pixels * found.pixel_size / count.bytes:.1f}" if count.pixels and count.bytes else _UNTOLD
        table.add_row(name, *(f"{number:,}" for number in (count.rectangles, count.pixels, count.bytes)), ratio)
    console.print(table)


def compare(where: Where, *, frames: int, as_json: bool) -> None:
    """Print what each encoding costs with this server, and which is the fastest. Raises DesktopError."""
    rows: list[tuple[str, Measured, bool]] = []
    progress = Progress()
    try:
        for label, options, number in _variants():
            progress.say(f"measuring {label}")
            found = measure(where.altered(**options), frames)
            rows.append((label, found, number is None or encoding_name(number) in found.encodings))
    finally:
        progress.clear()
    sent = [row for row in rows if row[2]]
    fastest = min(sent, key=lambda row: row[1].frame)[0]
    smallest = min(sent, key=lambda row: row[1].bytes)[0]
    if as_json:
        typer.echo(json.dumps([{"asked": label, "sent": came, **_plain(found)} for label, found, came in rows]))
        return
    console = _console()
    console.print(_title(where, rows[0][1]))
    table = _table("encoding", "full frame", "CPU", "bytes", "ratio", "")
    for label, found, came in rows:
        notes = [word for word, best in (("fastest here", fastest), ("smallest", smallest)) if label == best]
        note = ", ".join(notes) if came else f"not sent: {_main_encoding(found)} came"
        table.add_row(label, _ms(found.frame), _ms(found.cpu), f"{found.bytes:,}", f"{found.ratio:.1f}", note)
    console.print(table)


def _variants() -> list[tuple[str, dict[str, Any], int | None]]:
    """The offers to compare: a label, the client's options, and the encoding's number, if one was named."""
    named: list[tuple[str, dict[str, Any], int | None]] = [
        (name, {"encodings": (name,), "quality": None}, number) for name, number in CHOOSABLE.items() if name != "copyrect"
    ]
    lossy = (f"tight, JPEG {JPEG_QUALITY}", {"encodings": ("tight",), "quality": JPEG_QUALITY}, CHOOSABLE["tight"])
    return [("own choice", {"encodings": None}, None), *named, lossy]


def _figures(found: Measured) -> list[tuple[str, str]]:
    speed = found.bytes_per_second
    return [
        ("connect to first whole picture", _ms(found.connect)),
        (f"whole picture, median of {found.frames}", f"{_ms(found.frame)}, {found.bytes:,} bytes, ratio {found.ratio:.1f}"),
        ("CPU used here for it", _ms(found.cpu)),
        ("round trip", _ms(found.round_trip)),
        ("link, from large updates", _UNTOLD if speed is None else f"{speed / 1e6:.1f} MB/s"),
    ]


def _title(where: Where, found: Measured) -> str:
    return f"{where.peer}  {shown(found.name)}  {found.width}x{found.height}, {found.security}"


def _main_encoding(found: Measured) -> str:
    return max(found.encodings.items(), key=lambda entry: entry[1].pixels, default=("nothing", None))[0]


def _plain(found: Measured) -> dict[str, Any]:
    encodings = {name: asdict(count) for name, count in found.encodings.items()}
    return {**{name: value for name, value in vars(found).items() if name != "encodings"}, "encodings": encodings}


def _ms(seconds: float | None) -> str:
    return _UNTOLD if seconds is None else f"{seconds * 1000:.1f} ms"


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for other in others:
        table.add_column(other, justify="right" if other else "left", no_wrap=True)
    return table


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

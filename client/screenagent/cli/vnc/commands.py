"""The commands of `screenagent vnc`. Each imports what it needs when it runs, so that --help is quick."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from screenagent.cli.vnc.entry import app, at, example

__all__ = ["app"]

clipboard_app = typer.Typer(help="Read, set or watch the desktop's clipboard.", no_args_is_help=True)
app.add_typer(clipboard_app, name="clipboard")

Seconds = Annotated[float | None, typer.Option("--seconds", min=0, metavar="N", help="End after N seconds; else on Ctrl+C.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class Button(str, Enum):
    """A mouse button."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


class By(str, Enum):
    """How text is entered."""

    AUTO = "auto"
    KEYS = "keys"
    CLIPBOARD = "clipboard"


@app.command(epilog=example("screenagent vnc localhost:1 screenshot menu.png --region 0,0,300,400 --pointer"))
def screenshot(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help=".png or .jpg; - is standard output; else a name with the time.", show_default=False),
    ] = "",
    region: Annotated[str | None, typer.Option("--region", metavar="X,Y,WIDTH,HEIGHT", help="Only this part.")] = None,
    pointer: Annotated[bool, typer.Option("--pointer", help="Draw the mouse pointer in.")] = False,
) -> None:
    """Write what the screen shows to a picture file."""
    from screenagent.cli.vnc.screenshot import take

    at(context, lambda where: take(where, file, region=region, pointer=pointer))


@app.command("type", epilog=example("printf 'ls\\n' | screenagent vnc localhost:1 type -"))
def type_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A newline is Return; - reads standard input.", show_default=False)],
    by: Annotated[By, typer.Option("--by", help="auto: keys for short ASCII text, else pasted. Or one of them.")] = By.AUTO,
    paste: Annotated[
        str, typer.Option("--paste", metavar="CHORD", help="What pastes there, such as ctrl+shift+v; auto finds out.")
    ] = "auto",
) -> None:
    """Enter text where the focus is."""
    from screenagent.cli.vnc.hands import read_text, type_text

    wanted = read_text(text)
    at(context, lambda where: type_text(where, wanted, by=by.value, paste=paste))


@app.command(epilog=example("screenagent vnc localhost:1 key alt+F2; screenagent vnc localhost:1 key Right --hold 2"))
def key(
    context: typer.Context,
    chords: Annotated[list[str], typer.Argument(metavar="CHORD...", help="ctrl+s, Return, F5, é ...", show_default=False)],
    hold: Annotated[float | None, typer.Option("--hold", min=0, metavar="SECONDS", help="Keep each down that long.")] = None,
) -> None:
    """Press keys, one chord after another."""
    from screenagent.cli.vnc.hands import strike

    at(context, lambda where: strike(where, chords, hold=hold))


@app.command(epilog=example("screenagent vnc localhost:1 click 100,200 --button right"))
def click(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="X,Y", help="Pixels from the top left corner.", show_default=False)],
    button: Annotated[Button, typer.Option("--button", help="Which.")] = Button.LEFT,
    count: Annotated[int, typer.Option("--count", min=1, max=3, help="2 is a double click.")] = 1,
) -> None:
    """Move the pointer and click."""
    from screenagent.cli.vnc.hands import click as do

    at(context, lambda where: do(where, place, button=button.value, count=count))


@app.command(epilog=example("screenagent vnc localhost:1 drag 10,10 200,80 200,300"))
def drag(
    context: typer.Context,
    places: Annotated[
        list[str], typer.Argument(metavar="X,Y X,Y...", help="From the first, by way of the others.", show_default=False)
    ],
    button: Annotated[Button, typer.Option("--button", help="Which.")] = Button.LEFT,
) -> None:
    """Press the button at the first point, follow the others, release it at the last."""
    from screenagent.cli.vnc.hands import drag as do

    at(context, lambda where: do(where, places, button=button.value))


@clipboard_app.command("get")
def clipboard_get(
    context: typer.Context,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, metavar="N", help="Wait that long to be told.")] = 3.0,
) -> None:
    """Print the text that the desktop's clipboard holds."""
    from screenagent.cli.vnc.clipboard import get

    at(context, lambda where: get(where, seconds=seconds))


@clipboard_app.command("set", epilog=example("screenagent vnc localhost:1 clipboard set - --seconds 30 < notes.txt &"))
def clipboard_set(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="- reads standard input.", show_default=False)],
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, metavar="N", help="Stay that long, 0 not at all; else until Ctrl+C.")
    ] = None,
) -> None:
    """Put a text on the desktop's clipboard, and stay: TigerVNC forgets it when the client leaves."""
    from screenagent.cli.vnc.clipboard import put
    from screenagent.cli.vnc.hands import read_text

    wanted = read_text(text)
    at(context, lambda where: put(where, wanted, seconds=seconds))


@clipboard_app.command("watch")
def clipboard_watch(context: typer.Context, seconds: Seconds = None, as_json: Json = False) -> None:
    """Print every text that is copied there."""
    from screenagent.cli.vnc.watch import watch as do

    at(context, lambda where: do(where, seconds=seconds, as_json=as_json, only=["cut text"]))


@app.command(epilog=example("screenagent vnc localhost:1 watch --only damage --json | jq -c '[.x, .y, .width, .height]'"))
def watch(
    context: typer.Context,
    seconds: Seconds = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KIND", help="damage, size, name, pointer, cut text, bell, connected, lost. Repeatable."),
    ] = None,
    as_json: Json = False,
    reconnect: Annotated[bool, typer.Option("--reconnect", help="Connect again after a loss.")] = False,
) -> None:
    """Print what happens on the desktop, with the time, as it happens."""
    from screenagent.cli.vnc.watch import watch as do

    at(context, lambda where: do(where, seconds=seconds, as_json=as_json, reconnect=reconnect, only=only or ()))


@app.command(epilog=example("screenagent vnc localhost:1 stats --encodings tight --quality 8 --frames 20"))
def stats(
    context: typer.Context,
    frames: Annotated[int, typer.Option("--frames", min=1, max=1000, metavar="N", help="Whole pictures to fetch.")] = 5,
    each: Annotated[bool, typer.Option("--compare", help="Try every encoding, and say which is the fastest.")] = False,
    as_json: Json = False,
) -> None:
    """Measure the connection: time, CPU and bytes of a whole picture, and what came in which encoding."""
    from screenagent.cli.vnc import stats as measured

    run = measured.compare if each else measured.show
    at(context, lambda where: run(where, frames=frames, as_json=as_json))


@app.command(epilog=example("screenagent vnc localhost:1 record menu --seconds 10 --encodings zrle"))
def record(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Writes OUT.server.gz, OUT.client.gz and OUT.png.", show_default=False)
    ],
    seconds: Seconds = None,
) -> None:
    """Write down what the server sends and what is answered, to be replayed in tests without the server.

    Not through TLS. The password is not in the recording; the challenge and the response of a VNC password are.
    """
    from screenagent.cli.vnc.recording import record as do

    at(context, lambda where: do(where, out, seconds=seconds))

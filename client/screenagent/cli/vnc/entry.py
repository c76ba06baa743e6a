"""`screenagent vnc` itself: the desktop, and the options that all commands share."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenagent.cli.vnc.group import DesktopFirst, Given

if TYPE_CHECKING:
    from screenagent.cli.vnc.where import Where


class PixelFormat(str, Enum):
    """What the server can be asked to send."""

    BGRX = "bgrx"
    RGB565 = "rgb565"
    BGR233 = "bgr233"
    COLOUR_MAP = "colour-map"


class Updates(str, Enum):
    """How updates come about."""

    AUTO = "auto"
    REQUEST = "request"
    CONTINUOUS = "continuous"


class Tls(str, Enum):
    """How much encryption is wanted."""

    OFF = "off"
    OFFERED = "offered"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


_HELP = (
    "See, drive, measure and record any VNC desktop from a shell.\n\n"
    "HOST is host, host:display, host::port, \\[IPv6 address]:display, or the path of a unix socket. The password comes from "
    "--password-file, or from VNC_PASSWORD in the environment, or is asked for. These options may also follow the command."
)

_EPILOG = """Examples:

screenagent vnc localhost:1 screenshot now.png    what the screen shows

screenagent vnc localhost:1 type 'Hello, 你好'    into whatever has the focus

screenagent vnc localhost:1 key ctrl+s Return    two chords, one after the other

screenagent vnc box:2 watch --json --password-file ~/.vnc/passwd | jq    every change, as it happens

screenagent vnc box::5902 stats --compare    which encoding is the fastest here

Exit status: 0 done, 2 usage, 10-19 desktop (11 unreachable, 12 not let in, 13 protocol, 14 lost, 15 refused), 130 stopped."""

app = typer.Typer(
    cls=DesktopFirst, help=_HELP, epilog=_EPILOG, no_args_is_help=True, subcommand_metavar="COMMAND ...", rich_markup_mode="rich"
)


_WAYS_IN, _PICTURE = "How to get in", "How pictures come"


@app.callback()
def _connection(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="HOST", help="The VNC server.", show_default=False)],
    user: Annotated[
        str | None,
        typer.Option(
            "--user", metavar="NAME", envvar="VNC_USERNAME", help="User name, where one is asked for.", rich_help_panel=_WAYS_IN
        ),
    ] = None,
    password: Annotated[str | None, typer.Option("--password", hidden=True)] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help="Its first line is the password; or one made by vncpasswd.",
            rich_help_panel=_WAYS_IN,
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="For connecting.", rich_help_panel=_WAYS_IN)
    ] = 10.0,
    tls: Annotated[
        Tls,
        typer.Option(
            "--tls",
            help="offered: where the server has it. verified: only with a good certificate. unverified: with any. off: never.",
            rich_help_panel=_WAYS_IN,
        ),
    ] = Tls.OFFERED,
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", metavar="SHA256", help="The one certificate that is good.", rich_help_panel=_WAYS_IN),
    ] = None,
    authorities: Annotated[
        Path | None,
        typer.Option("--authorities", metavar="PEM", help="Trust certificates of these only.", rich_help_panel=_WAYS_IN),
    ] = None,
    server_name: Annotated[
        str | None,
        typer.Option("--server-name", metavar="NAME", help="The certificate's name, if not HOST.", rich_help_panel=_WAYS_IN),
    ] = None,
    encodings: Annotated[
        str | None,
        typer.Option(
            "--encodings", metavar="A,B", help="Best first, e.g. tight,zrle; else by the link's speed.", rich_help_panel=_PICTURE
        ),
    ] = None,
    quality: Annotated[
        int | None, typer.Option("--quality", min=0, max=9, help="JPEG quality of Tight.", rich_help_panel=_PICTURE)
    ] = None,
    compression: Annotated[
        int | None, typer.Option("--compression", min=0, max=9, help="Compression level.", rich_help_panel=_PICTURE)
    ] = None,
    pixel_format: Annotated[
        PixelFormat, typer.Option("--pixel-format", help="What the server sends.", rich_help_panel=_PICTURE)
    ] = PixelFormat.BGRX,
    updates: Annotated[
        Updates, typer.Option("--updates", help="Asked for one by one, or sent by themselves.", rich_help_panel=_PICTURE)
    ] = Updates.AUTO,
) -> None:
    context.obj = Given(
        host,
        user,
        password,
        password_file,
        timeout,
        encodings,
        quality,
        compression,
        pixel_format.value,
        updates.value,
        tls.value,
        fingerprint,
        authorities,
        server_name,
    )


def at(context: typer.Context, work: Callable[[Where], None]) -> None:
    """Do `work` on the desktop of the command line; a password that the server wants is asked for. Raises ScreenAgentError."""
    from screenagent.cli.vnc.where import find, logged_in

    logged_in(find(context.obj), work)


def example(line: str) -> str:
    """Return a command's epilog with one line that shows its use."""
    return f"Example: {line}\n\nPassword, TLS, encodings and other options of the connection: screenagent vnc --help"

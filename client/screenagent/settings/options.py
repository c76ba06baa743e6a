"""Every option once: name, type, bounds, default and description; errors and `check-config --explain` come from here."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from screenagent.domain.exchange import Price
from screenagent.domain.geometry import Size
from screenagent.domain.limits import Limits, Patience
from screenagent.errors import did_you_mean
from screenagent.log import hide
from screenagent.rfb.encodings import CHOOSABLE
from screenagent.settings.encryption import Fingerprint, TlsUse, contradiction
from screenagent.settings.plugins import DIALECTS, PROTOCOLS, Door


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false (YAML reads yes, no, on and off so).")
    return value


def _path(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip() or "\0" in value:
        raise ValueError("must name a file or folder.")
    folder: Path = info.context["folder"] if info.context else Path()
    try:
        return Path(os.path.normpath(folder / Path(value).expanduser()))
    except RuntimeError:
        raise ValueError(f'must name a file or folder; there is no home for "{value}".') from None


def _encoding(value: str) -> str:
    if value not in CHOOSABLE:
        raise ValueError(f"must be one of {', '.join(CHOOSABLE)}{did_you_mean(value, CHOOSABLE)}.")
    return value


Whole = Annotated[int, BeforeValidator(_number)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Real = Annotated[float, BeforeValidator(_number)]
File = Annotated[Path, BeforeValidator(_path)]


def _one_of(door: Door, *built_in: str) -> AfterValidator:
    def check(value: str) -> str:
        if value in built_in or value in (known := door.names(built_in)):
            return value
        raise ValueError(f'cannot be "{value}"{did_you_mean(value, known)}. Choose {" or ".join(known)}.')

    return AfterValidator(check)


Protocol = Annotated[str, _one_of(PROTOCOLS, "worker_generate", "chat_completions", "scripted")]
Dialect = Annotated[str, _one_of(DIALECTS, "screenagent")]
EMBEDDED = "embedded"


class Section(BaseModel):
    """A section of the file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class CallOptions(Section):
    """What may be set for all models in `llm_api` and for one model in its own section."""

    temperature: Real = Field(1.0, ge=0, le=2, description="Sampling temperature.")
    top_p: Real = Field(0.9, gt=0, le=1, description="Nucleus sampling: the share of probability that is drawn from.")
    max_tokens: Whole = Field(500, ge=1, le=1_000_000, description="Longest reply, in tokens.")
    timeout: Real = Field(120.0, gt=0, le=3600, description="Seconds that a whole reply may take.")
    connect_timeout: Real = Field(10.0, gt=0, le=600, description="Seconds that connecting to the model server may take.")
    retries: Whole = Field(3, ge=0, le=20, description="Further attempts after a busy server or a lost connection.")
    image_format: Literal["jpeg", "png"] = Field("jpeg", description="How screenshots are encoded for the model.")
    jpeg_quality: Whole = Field(90, ge=1, le=100, description="Quality of JPEG screenshots.")
    image_mode: Literal["copy", "resize"] = Field(
        "copy",
        description="copy sends the screen's own pixels, scaled down only where the model's canvas is smaller; "
        "resize always fits the picture to that canvas (1120 pixels a side).",
    )


class PriceOptions(Section):
    """What a model costs; both sides are wanted."""

    input: Real = Field(ge=0, description="A million tokens sent, in the currency of automaton.limits.cost; a price has both.")
    output: Real = Field(ge=0, description="A million tokens received.")


class BackendOptions(CallOptions):
    """One model: where it answers, in which protocol, and what language it speaks."""

    protocol: Protocol = Field(
        description="The wire protocol: worker_generate, chat_completions, scripted, or one that is installed; "
        "a known model name implies it."
    )
    dialect: Dialect = Field("screenagent", description="The model family's language; a known model name implies it.")
    target_url: str = Field("", description="Where it answers (http:// or https://), or embedded: the worker that comes along.")
    model_name: str = Field("", description="The name that the server knows the model by; wanted by chat_completions.")
    api_key: SecretStr | None = Field(None, description="The server's key; best from the environment: ${OPENAI_API_KEY}.")
    send_context: bool = Field(False, description="Send role, task, sub-task and advice as fields too; for our own OCR worker.")
    replies: File | None = Field(None, description="For protocol scripted: the file with the replies to give.")
    stream: bool = Field(
        True, description="Take the reply as it is written and stop at its end, where protocol and server can (chat_completions)."
    )
    price_options: PriceOptions | None = Field(None, alias="price", description="What the model costs.")

    @property
    def price(self) -> Price | None:
        """What a call costs; None where nothing is counted."""
        return Price(**self.price_options.model_dump()) if self.price_options else None

    @field_validator("target_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value in ("", EMBEDDED):
            return value
        try:
            parts = urlsplit(value)
            port_fits = parts.port is None or parts.port > 0
        except ValueError:
            raise ValueError("is not an address that can be used; it looks like http://host:port/path.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits or re.search(r"\s", value):
            raise ValueError('must begin with http:// or https:// and name a host, or be the word "embedded".')
        for secret in (parts.password or "", *(secret for _, secret in parse_qsl(parts.query))):
            hide(secret)
        return value


class Backend(BackendOptions):
    """A model as the settings name it."""

    name: str


class LimitOptions(Section):
    """What ends a run that does not end by itself; always on."""

    steps: Whole = Field(Limits.steps, ge=1, le=100_000, description="Model calls in one run.")
    seconds: Real = Field(Limits.seconds, gt=0, le=604_800, description="Seconds that one run may take, pauses left out.")
    tokens: Whole = Field(
        Limits.tokens, ge=1, le=10_000_000_000, description="Tokens sent and received, estimated where a server does not tell."
    )
    cost: Real = Field(Limits.cost, gt=0, le=1_000_000, description="What the calls may cost, by llm_api.<model>.price.")
    unreadable: Whole = Field(Limits.unreadable, ge=1, le=100, description="Replies in a row that cannot be read.")
    retries: Whole = Field(Limits.retries, ge=0, le=1000, description="Retries of one sub-task.")
    replans: Whole = Field(Limits.replans, ge=0, le=1000, description="Plans after the first.")


class StuckOptions(Section):
    """After how many steps in a row that change nothing on the screen something is done about it; 0 switches one off."""

    advise: Whole = Field(Patience.advise, ge=0, le=1000, description="Steps after which the model is told.")
    replan: Whole = Field(Patience.replan, ge=0, le=1000, description="Steps after which the task is planned anew.")
    fail: Whole = Field(Patience.fail, ge=0, le=1000, description="Steps after which the run is given up.")

    @model_validator(mode="after")
    def _rises(self) -> StuckOptions:
        used = [value for value in (self.advise, self.replan, self.fail) if value]
        if used != sorted(used):
            raise ValueError("must rise: advise, then replan, then fail (0 switches one off).")
        return self


class AutomatonOptions(Section):
    """How a run behaves."""

    language: Literal["en", "zh"] = Field("en", description="The prompts' language.")
    operation_system: Literal["linux", "win"] = Field("linux", description="The controlled desktop's system, told to the model.")
    auto_transitions: bool = Field(
        True, description="Go from step to step; false waits before each for a person, who has to be at the window."
    )
    auto_execute_actions: bool = Field(
        True, description="Perform actions at once; false waits for a person, who has to be at the window."
    )
    prompt_template_dir: File | None = Field(None, description="A folder of prompt templates; the built-in ones when left out.")
    launcher: tuple[str, ...] = Field(
        (), description='How the desktop opens a program, told to the model: chords and text, e.g. [Alt+F3, "{app}", Return].'
    )
    person_input: Literal["pause", "stop", "ignore"] = Field(
        "pause", description="What a person's mouse or key in the live view does to a run; ignore lets both work side by side."
    )
    limit_options: LimitOptions = Field(LimitOptions(), alias="limits", description="What ends a run.")
    stuck_options: StuckOptions = Field(StuckOptions(), alias="stuck", description="When steps change nothing on the screen.")

    @property
    def limits(self) -> Limits:
        """The limits as the run takes them."""
        return Limits(**self.limit_options.model_dump())

    @property
    def patience(self) -> Patience:
        """The patience as the run takes it."""
        return Patience(**self.stuck_options.model_dump())


class DesktopOptions(Section):
    """The desktop to drive: one that is reached over VNC, or the embedded one."""

    embedded: bool = Field(False, description="Start (or reuse) a private desktop on this machine; needs no other key below.")
    backend: Literal["rfb", "vncdotool"] = Field("rfb", description="The VNC client: our own, or the vncdotool library.")
    host: str = Field("", description="The machine's name or address, or the path of a VNC server's unix socket.")
    port: Whole = Field(5900, ge=1, le=65535, description="The VNC server's TCP port.")
    username: str | None = Field(None, description="The user name, where the server asks for one; its password is password.")
    password: SecretStr | None = Field(None, description="The VNC password; best from the environment: ${VNC_PASSWORD}.")
    tls: TlsUse = Field(
        "offered",
        description="offered encrypts where the server can, and refuses bad certificates; verified connects to a server with a "
        "good certificate only, unverified to whoever encrypts; off never encrypts.",
    )
    tls_fingerprint: Fingerprint | None = Field(None, description="SHA-256 of the one good certificate; implies tls: verified.")
    tls_authorities: File | None = Field(
        None, description="PEM file of who may sign certificates, in place of the system's; implies tls: verified."
    )
    tls_server_name: str | None = Field(None, min_length=1, description="The name in the certificate, where it is not the host.")
    connect_timeout: Real = Field(10.0, gt=0, le=600, description="Seconds that connecting to the VNC server may take.")
    encodings: tuple[Encoding, ...] | None = Field(
        None,
        min_length=1,
        description="VNC encodings to ask for, the best first; by the measured speed of the link when left out.",
    )
    jpeg_quality: Whole | None = Field(
        None,
        ge=0,
        le=9,
        description="JPEG quality of the encoding tight; by the speed of the link when left out, as encodings is.",
    )
    compression: Whole | None = Field(
        None, ge=0, le=9, description="How hard the VNC server compresses; its own choice if left out."
    )
    use_remote_clipboard: bool = Field(False, description="Enter text through the clipboard service on that machine.")
    remote_clipboard_host: str = Field("", description="Where the clipboard service runs; the desktop's host when left out.")
    remote_clipboard_port: Whole = Field(8001, ge=1, le=65535, description="The clipboard service's port.")
    remote_clipboard_secret_token: SecretStr | None = Field(None, description="The clipboard service's token.")
    task_list: File | None = Field(None, description="The file of tasks, one a line; the tasks that come along when left out.")
    draw_pointer: bool = Field(True, description="Draw the remote pointer into screenshots.")
    paste_key: str = Field("Ctrl+v", min_length=1, description="The chord that pastes; auto finds out what the target takes.")
    read_back: bool = Field(True, description="Where our own OCR worker is at hand, read back what was pasted.")
    resolution: str = Field("1024x768", description="The embedded desktop's size in pixels, WIDTHxHEIGHT.")
    home: File | None = Field(None, description="Where the embedded desktop keeps its files; thrown away when left out.")

    @field_validator("host", "remote_clipboard_host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        if "://" in value:
            raise ValueError("must be a name or address alone, without a scheme such as vnc:// or http://.")
        if re.search(r"[\s\0]", value):
            raise ValueError("must not hold spaces.")
        if re.fullmatch(r"[^:/\[\]]+:\d+", value):
            raise ValueError("must not hold the port; that has a key of its own.")
        return value.removeprefix("unix:")

    @model_validator(mode="after")
    def _agrees_on_tls(self) -> DesktopOptions:
        problem = contradiction(self.tls, self.tls_fingerprint, self.tls_authorities)
        if problem:
            raise ValueError(problem)
        return self

    @field_validator("resolution")
    @classmethod
    def _is_resolution(cls, value: str) -> str:
        parse_size(value)
        return value

    @property
    def clipboard_url(self) -> str | None:
        """Where the clipboard service answers; None when it is not to be used. A desktop on a socket is on this machine."""
        if not self.use_remote_clipboard:
            return None
        host = self.remote_clipboard_host or ("localhost" if self.host.startswith("/") else self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.remote_clipboard_port}"

    @property
    def size(self) -> Size:
        """The embedded desktop's size in pixels."""
        return parse_size(self.resolution)


class RecordingOptions(Section):
    """Where runs are recorded."""

    folder: File = Field(Path("sessions"), description="The folder that gets one session folder a run.")


SECTIONS: Mapping[str, type[Section]] = {
    "llm_api": CallOptions,
    "llm_api.<model>": BackendOptions,
    "automaton": AutomatonOptions,
    "remote_vnc_server": DesktopOptions,
    "recording": RecordingOptions,
}


def parse_size(text: str) -> Size:
    """Return the size that ``WIDTHxHEIGHT`` names, each side 200 to 8192 pixels.

    Raises:
        ValueError: with the sentence to show.
    """
    match = re.fullmatch(r"([0-9]{3,4})[xX×]([0-9]{3,4})", text.strip())
    sides = [int(side) for side in match.groups()] if match else []
    if not sides or not all(200 <= side <= 8192 for side in sides):
        raise ValueError("must be WIDTHxHEIGHT in pixels, each 200 to 8192, such as 1024x768.")
    return Size(*sides)


def is_secret(name: str, model: type[BaseModel]) -> bool:
    """Whether the option `name` of a section holds a secret."""
    return SecretStr in _types(name, model)


def is_path(name: str, model: type[BaseModel]) -> bool:
    """Whether the option `name` of a section names a file or folder."""
    return any(kind is Path or get_args(kind)[:1] == (Path,) for kind in _types(name, model))


def _types(name: str, model: type[BaseModel]) -> tuple[Any, ...]:
    info = model.model_fields.get(name)
    return () if info is None else (info.annotation, *get_args(info.annotation))

"""One thread owns the engine: it loads the libraries, then serves one request after another.

Importing the engine's libraries takes seconds, so nothing here imports them before that thread runs; the server listens
meanwhile and requests wait their turn.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screenagent_workers.contract import Context
from screenagent_workers.errors import BadQuestion, EngineFailed

if TYPE_CHECKING:
    from screenagent_workers.pictures import Pixels
    from screenagent_workers.reading.reader import Reader, Reading


@dataclass(frozen=True)
class Answer:
    """A reply's text, and which share of the screen's pixels was read for it."""

    text: str
    read_fraction: float


class Desk:
    """The queue in front of the one engine, which `load` makes on the reading thread. `close` it when done."""

    def __init__(self, load: Callable[[], Reader]) -> None:
        self._load_reader = load
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._reader: Reader | None = None
        self._loaded: Future[None] = self._worker.submit(self._load)

    @property
    def status(self) -> str:
        """``loading``, ``ready`` or ``failed``."""
        if not self._loaded.done():
            return "loading"
        return "failed" if self._loaded.cancelled() or self._loaded.exception() else "ready"

    @property
    def failure(self) -> str:
        """Why loading failed; empty otherwise."""
        failed = self._loaded.exception() if self.status == "failed" and not self._loaded.cancelled() else None
        return str(failed) if failed else ""

    @property
    def engine(self) -> str:
        """The engine's name and version, known before it is loaded."""
        try:
            return f"rapidocr {importlib.metadata.version('rapidocr')}"
        except importlib.metadata.PackageNotFoundError:
            return "rapidocr (not installed)"

    def answer(self, image: str, context: Context) -> Future[Answer]:
        """Queue: read the screen in `image` (bare base64) and answer for the role in `context`."""
        return self._worker.submit(self._answer, image, context)

    def check(self, image: str) -> Future[None]:
        """Queue: decode `image` only, so that a bad one is refused."""
        return self._worker.submit(self._check, image)

    def read(self, image: str, box: tuple[int, int, int, int] | None) -> Future[Reading]:
        """Queue: read the whole screen in `image`, or only `box` (left, top, right, bottom) of it."""
        return self._worker.submit(self._read, image, box)

    def close(self) -> None:
        """Drop what is queued and wait for what is running."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _load(self) -> None:
        self._reader = self._load_reader()

    def _ready(self) -> Reader:
        if self._reader is None:
            raise EngineFailed(self.failure or "the reading engine did not load")
        return self._reader

    def _answer(self, image: str, context: Context) -> Answer:
        from screenagent_workers import brain

        reading = self._ready().read(_decoded(image))
        try:
            text = brain.answer(context, reading.screen)
        except Exception as error:
            raise EngineFailed(f"answering from the text of the screen broke: {type(error).__name__}: {error}") from error
        return Answer(text, reading.read_fraction)

    @staticmethod
    def _check(image: str) -> None:
        _decoded(image)

    def _read(self, image: str, box: tuple[int, int, int, int] | None) -> Reading:
        reader = self._ready()
        picture = _decoded(image)
        if box is None:
            return reader.read(picture, answering=False)
        height, width = picture.shape[:2]
        left, top, right, bottom = box
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise BadQuestion(f"box: [left, top, right, bottom] must lie inside the picture of {width}x{height} pixels")
        return reader.read_part(picture, box)


def load_reader(threads: int = 2) -> Reader:
    """Import and load the engine, with `threads` for one reading; takes seconds. Raises EngineFailed."""
    try:
        from screenagent_workers.reading.engine import Engine
        from screenagent_workers.reading.reader import Reader
    except ImportError as error:
        raise EngineFailed(f"the reading engine is not installed ({error}): pip install 'screenagent[ocr]'") from error
    return Reader(Engine(threads))


def _decoded(image: str) -> Pixels:
    from screenagent_workers.pictures import from_base64

    return from_base64(image)

"""Pictures of small made-up desktops, the real reading engine (loaded once), and a worker served over real HTTP."""

from __future__ import annotations

import base64
import io
import socket
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import requests
import uvicorn
from PIL import Image, ImageDraw, ImageFont

from screenagent_workers.desk import Desk
from screenagent_workers.pictures import Pixels
from screenagent_workers.reading.engine import Engine
from screenagent_workers.reading.reader import Reader
from screenagent_workers.web import application


class Canvas:
    """A picture to draw labels on, and its forms: pixels, PNG, JPEG and base64."""

    def __init__(self, width: int = 640, height: int = 400, background: str = "#f6f5f4") -> None:
        self.image = Image.new("RGB", (width, height), background)
        self.pen = ImageDraw.Draw(self.image)

    def text(self, x: int, y: int, text: str, *, size: int = 15, fill: str = "#202020", font: str = "DejaVuSans.ttf") -> Canvas:
        """Write with the left end of the baseline's line box at (x, y)."""
        try:
            face = ImageFont.truetype(font, size)
        except OSError:
            pytest.skip(f"the font {font} is not installed")
        self.pen.text((x, y), text, fill=fill, font=face)
        return self

    def chinese(self, x: int, y: int, text: str, *, size: int = 16) -> Canvas:
        """Write in the font that has Chinese characters."""
        return self.text(x, y, text, size=size, font="NotoSansCJK-Regular.ttc")

    def box(self, left: int, top: int, right: int, bottom: int, fill: str) -> Canvas:
        """Fill a rectangle; right and bottom exclusive."""
        self.pen.rectangle((left, top, right - 1, bottom - 1), fill=fill)
        return self

    def menu_bar(self, y: int, *entries: str) -> Canvas:
        """Write entries 17 pixels apart, as GTK does at 11 points."""
        x = 10
        face = ImageFont.truetype("DejaVuSans.ttf", 15)
        for entry in entries:
            self.text(x, y, entry)
            x += round(self.pen.textlength(entry, font=face)) + 17
        return self

    def pixels(self) -> Pixels:
        """Blue-green-red, as the engine takes it."""
        return np.ascontiguousarray(np.asarray(self.image, dtype=np.uint8)[:, :, ::-1])

    def file(self, kind: str = "PNG") -> bytes:
        """A PNG, or a JPEG as the controller sends it."""
        buffer = io.BytesIO()
        self.image.save(buffer, kind, **({"quality": 90, "subsampling": 0} if kind == "JPEG" else {}))
        return buffer.getvalue()

    def base64(self, kind: str = "PNG") -> str:
        """The file as it travels in JSON."""
        return base64.b64encode(self.file(kind)).decode()

    def copy(self) -> Canvas:
        """The same picture to draw on further."""
        other = Canvas(*self.image.size)
        other.image.paste(self.image)
        return other


class Served:
    """A worker that answers at `url`."""

    def __init__(self, url: str, desk: Desk) -> None:
        self.url = url
        self.desk = desk
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, page: str, body: object, **more: object) -> requests.Response:
        return self.session.post(self.url + page, json=body, timeout=90, **more)  # type: ignore[arg-type]

    def get(self, page: str, **more: object) -> requests.Response:
        return self.session.get(self.url + page, timeout=90, **more)  # type: ignore[arg-type]


class Serving:
    """A uvicorn server in a thread, for as long as the `with` block runs."""

    def __init__(self, load: Callable[[], Reader], **options: object) -> None:
        self._load, self._options = load, options

    def __enter__(self) -> Served:
        self._listener = socket.create_server(("127.0.0.1", 0))
        desk = Desk(self._load)
        app = application(desk, **self._options)  # type: ignore[arg-type]
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()
        self._served = Served(f"http://127.0.0.1:{self._listener.getsockname()[1]}", desk)
        return self._served

    def __exit__(self, *_: object) -> None:
        self._served.session.close()
        self._server.should_exit = True
        self._thread.join(30)
        self._served.desk.close()
        self._listener.close()
        assert not self._thread.is_alive()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine; loading takes seconds, so once."""
    return Engine(threads=2)


@pytest.fixture
def reader(engine: Engine) -> Reader:
    """A reader that has seen nothing."""
    return Reader(engine)


@pytest.fixture(scope="session")
def canvas() -> type[Canvas]:
    return Canvas


@pytest.fixture(scope="session")
def serving() -> type[Serving]:
    return Serving


@pytest.fixture
def worker(engine: Engine) -> Iterator[Served]:
    """A worker with an empty memory, served over HTTP."""
    with Serving(lambda: Reader(engine)) as served:
        yield served

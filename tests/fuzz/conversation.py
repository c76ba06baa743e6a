"""What is fuzzed: all that a server sends on one connection, and the pixel format that it was asked for."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
_RECORDED = Path(__file__).parents[1] / "goldens" / "rfb" / "recorded"


@dataclass(frozen=True)
class Conversation:
    """The bytes of a server, from its greeting on."""

    pixel_format: str
    data: bytes

    @property
    def name(self) -> str:
        """A name of its own, short enough for a file."""
        return hashlib.sha256(self.pixel_format.encode() + self.data).hexdigest()[:12]

    def save(self, folder: Path, what: str) -> Path:
        """Write it to a file whose name begins with `what`."""
        path = folder / f"{what}-{self.name}.gz"
        path.write_bytes(gzip.compress(self.pixel_format.encode() + b"\n" + self.data, mtime=0))
        return path


def load(path: Path) -> Conversation:
    """Return the conversation that was saved there."""
    pixel_format, _, data = gzip.decompress(path.read_bytes()).partition(b"\n")
    return Conversation(pixel_format.decode(), data)


def corpus() -> list[Path]:
    """Return the files of all conversations that are kept."""
    return sorted(CORPUS.glob("*.gz"))


def recorded(largest: int) -> Iterator[Conversation]:
    """Yield what real servers have said, as far as it is no longer than `largest` bytes."""
    for name, said in sorted(json.loads((_RECORDED / "recordings.json").read_text()).items()):
        data = gzip.decompress((_RECORDED / f"{name}.server.gz").read_bytes())
        if len(data) <= largest:
            yield Conversation(said["options"].get("pixel_format", "bgrx"), data)

"""Record what real servers send; README.md in this folder says how and when."""

from __future__ import annotations

import fnmatch
import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

from goldens.rfb.catalogue import ENTRIES, Entry
from goldens.rfb.conversation import Conversation
from goldens.rfb.servers import PASSWORD
from screenagent.rfb.encodings import CHOOSABLE, encoding_name
from screenagent.rfb.outgoing import set_pixel_format
from screenagent.rfb.pixels import FORMATS
from screenagent.rfb.recorder import Recorder
from screenagent.rfb.values import Options

FOLDER = Path(__file__).resolve().parent / "recorded"
INDEX = FOLDER / "recordings.json"


def main(patterns: list[str]) -> None:
    """Record the entries whose names match one of the patterns, or all."""
    index = json.loads(INDEX.read_text()) if patterns and INDEX.exists() else {}
    for entry in ENTRIES:
        if any(fnmatch.fnmatch(entry.name, pattern) for pattern in patterns or ["*"]):
            index[entry.name] = _record(entry, index)
            INDEX.write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")
    _tidy(index)


def _record(entry: Entry, index: dict[str, dict[str, object]]) -> dict[str, object]:
    """Record one conversation; return what the index says of it."""
    with entry.server() as stage, tempfile.TemporaryDirectory() as folder:
        password = PASSWORD if entry.password else None
        out = Path(folder) / entry.name
        options = Options(**entry.options, threads=0)
        with Recorder("127.0.0.1", stage.port, out, password=password, options=options) as recorder:
            recorder.connect()
            conversation = Conversation(entry, recorder, stage)
            entry.script(conversation)
            rectangles = {name: count.rectangles for name, count in sorted(recorder.session.encodings.items())}
            wanted = encoding_name(CHOOSABLE[entry.options["encodings"][0]])
            if wanted not in rectangles:
                raise RuntimeError(f"{entry.name}: nothing came in {wanted}, but {rectangles}")
            server, client, picture = recorder.save(conversation.expected)
        shutil.copy(server, FOLDER / server.name)
        if entry.password is not None:
            (FOLDER / client.name).write_bytes(_handshake(client))
        print(f"{entry.name}: {server.stat().st_size} bytes, {rectangles}")
        return {
            "options": entry.options,
            "lossless": entry.lossless,
            "picture": _picture(entry.name, picture, index),
            "rectangles": rectangles,
        }


def _handshake(client: Path) -> bytes:
    """Return what the session sent up to its SetEncodings message, compressed."""
    sent = gzip.decompress(client.read_bytes())
    last = set_pixel_format(FORMATS["bgrx"])
    return gzip.compress(sent[: sent.index(last) + len(last)], mtime=0)


def _picture(name: str, picture: Path, index: dict[str, dict[str, object]]) -> str:
    """Keep a picture, unless another recording has the same; return its file's name."""
    data = picture.read_bytes()
    for other, said in index.items():
        file = FOLDER / str(said["picture"])
        if other != name and file.exists() and file.read_bytes() == data:
            return file.name
    shutil.copy(picture, FOLDER / picture.name)
    return picture.name


def _tidy(index: dict[str, dict[str, object]]) -> None:
    """Remove the files that no entry of the index has."""
    wanted = {str(said["picture"]) for said in index.values()}
    for file in FOLDER.glob("*.png"):
        if file.name not in wanted:
            file.unlink()
    for file in FOLDER.glob("*.gz"):
        if file.name.split(".server")[0].split(".client")[0] not in index:
            file.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])

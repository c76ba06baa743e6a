"""Measure the OCR worker over HTTP: start, whole screen, small changes of it, repeated screen, memory.

    python benchmarks/ocr.py [--rounds 3]

Starts its own worker, sends it drawn 1024x768 desktops as JPEG, as the controller does, and prints a table. Each
change is read right after the whole screen that it is a change of, and the share of that reading's time is what counts: it holds
on a busy machine too.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
NAMES = ["Documents", "Pictures", "Downloads", "Music", "Videos", "report.odt", "notes.txt", "budget.ods"]


class Desktop:
    """A made-up desktop: panel, editor window with 16 lines, file names beside it; about 60 labels."""

    def __init__(self, number: int) -> None:
        self.image = Image.new("RGB", (1024, 768), "#24405e")
        self.pen = ImageDraw.Draw(self.image)
        self.fonts = {size: ImageFont.truetype("DejaVuSans.ttf", size) for size in (14, 15)}
        self.pen.rectangle((0, 0, 1024, 30), fill="#e6e6e6")
        self.text(20, 6, "Applications").text(200, 6, f"Untitled {number} - Editor").text(960, 6, "12:45")
        self.pen.rectangle((40, 60, 680, 700), fill="#ffffff")
        for place, entry in enumerate(["File", "Edit", "Search", "View", "Document", "Help"]):
            self.text(50 + 90 * place, 66, entry)
        for row in range(16):
            self.text(50, 110 + 24 * row, f"Line {row} of letter {number}: the meeting is on Friday")
        for place, name in enumerate(NAMES * 2):
            self.text(720 + 150 * (place % 2), 90 + 70 * (place // 2), name, fill="#ffffff", size=14)

    def text(self, x: int, y: int, text: str, fill: str = "#202020", size: int = 15) -> Desktop:
        """Write at (x, y)."""
        self.pen.text((x, y), text, fill=fill, font=self.fonts[size])
        return self

    def menu(self) -> Desktop:
        """Open a menu of eight entries over the text."""
        self.pen.rectangle((50, 90, 250, 330), fill="#f0f0f0")
        for row, entry in enumerate(["New", "Open", "Save", "Save As", "Print", "Revert", "Close", "Quit"]):
            self.text(60, 96 + 28 * row, entry)
        return self

    def tick(self) -> Desktop:
        """Tick a box below the text."""
        self.pen.rectangle((300, 560, 316, 576), outline="#202020")
        self.pen.line((303, 568, 307, 573, 314, 562), fill="#202020", width=2)
        return self

    def dialog(self) -> Desktop:
        """Open a question of two lines and three buttons over the middle."""
        self.pen.rectangle((300, 300, 660, 430), fill="#f6f5f4", outline="#808080")
        self.text(400, 306, "Save Changes").text(320, 344, "Do you want to save the changes before closing?", size=14)
        for place, button in enumerate(["Cancel", "Discard", "Save"]):
            self.text(330 + 120 * place, 396, button)
        return self

    def base64(self) -> str:
        """JPEG, quality 90, 4:4:4."""
        buffer = io.BytesIO()
        self.image.save(buffer, "JPEG", quality=90, subsampling=0)
        return base64.b64encode(buffer.getvalue()).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    started = time.perf_counter()
    command = [sys.executable, "-m", "screenagent_workers.server", "ocr", "--port", "0", "--announce"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT / "model_workers") as worker:
        try:
            assert worker.stdout is not None
            url = json.loads(worker.stdout.readline())["url"]
            listening = time.perf_counter() - started
            with requests.Session() as session:
                measure(session, url, rounds, started, listening, worker.pid)
        finally:
            worker.terminate()


def measure(session: requests.Session, url: str, rounds: int, started: float, listening: float, process: int) -> None:
    def read(desktop: Desktop) -> tuple[float, float]:
        image = desktop.base64()
        begun = time.perf_counter()
        answer = session.post(url + "/read", json={"image": image}, timeout=120)
        answer.raise_for_status()
        return time.perf_counter() - begun, answer.json()["read_fraction"]

    read(Desktop(0))
    ready = time.perf_counter() - started
    changes: dict[str, Callable[[Desktop], Desktop]] = {
        "a line typed into it": lambda desktop: desktop.text(50, 520, "Yours sincerely, Ada"),
        "a box ticked in it": Desktop.tick,
        "a menu opened over it": Desktop.menu,
        "a small dialog opened over it": Desktop.dialog,
        "the same screen again": lambda desktop: desktop,
    }
    whole: list[float] = []
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in changes}
    number = 0
    for _ in range(rounds):
        for name, change in changes.items():
            number += 1
            first, after = Desktop(number), change(Desktop(number))
            canvas = Image.new("RGB", (1024 + 8 * number, 768))
            first.image, after.image = _on(canvas, first.image), _on(canvas, after.image)
            seconds, _ = read(first)
            whole.append(seconds)
            again, share = read(after)
            results[name].append((again, again / seconds, share))
    status = Path(f"/proc/{process}/status").read_text()
    peak = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    print("| what | seconds | of the first reading | of the screen read |\n|---|---|---|---|")
    print(f"| process start to listening | {listening:.2f} | | |")
    print(f"| process start to the first screen read | {ready:.2f} | | |")
    print(f"| a screen never seen | {statistics.median(whole):.2f} | 1 | 1 |")
    for name, values in results.items():
        seconds, ratio, share = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"| {name} | {seconds:.2f} | {ratio:.2f} | {share:.3f} |")
    print(f"| peak memory, MiB | {peak} | | |")


def _on(canvas: Image.Image, picture: Image.Image) -> Image.Image:
    """A slightly wider screen each time, so that nothing is remembered from the time before."""
    wider = canvas.copy()
    wider.paste(picture)
    return wider


if __name__ == "__main__":
    main()

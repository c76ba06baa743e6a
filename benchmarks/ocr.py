"""Measure the OCR worker over HTTP: start, whole screen, small change, menu, repeated screen, memory.

    python benchmarks/ocr.py [--rounds 3]

Starts its own worker, sends it drawn 1024x768 desktops as JPEG, as the controller does, and prints a table.
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
    results: dict[str, list[tuple[float, float]]] = {"whole": [], "word": [], "menu": [], "repeated": []}
    for number in range(1, rounds + 1):
        box = Image.new("RGB", (1024 + 8 * number, 768))
        whole = Desktop(number)
        whole.image = _on(box, whole.image)
        results["whole"].append(read(whole))
        word = Desktop(number).text(50, 520, "Yours sincerely, Ada")
        word.image = _on(box, word.image)
        results["word"].append(read(word))
        menu = Desktop(number).menu()
        menu.image = _on(box, menu.image)
        results["menu"].append(read(menu))
        results["repeated"].append(read(whole))
    status = Path(f"/proc/{process}/status").read_text()
    peak = next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    print("| what | seconds | share of the screen read |\n|---|---|---|")
    print(f"| process start to listening | {listening:.2f} | |")
    print(f"| process start to the first screen read | {ready:.2f} | |")
    said = {
        "whole": "a screen never seen",
        "word": "a line typed into it",
        "menu": "a menu opened over it",
        "repeated": "the first screen again",
    }
    for kind, values in results.items():
        seconds = statistics.median(value[0] for value in values)
        print(f"| {said[kind]} | {seconds:.2f} | {statistics.median(value[1] for value in values):.3f} |")
    print(f"| peak memory, MiB | {peak} | |")


def _on(canvas: Image.Image, picture: Image.Image) -> Image.Image:
    """A slightly wider screen each round, so that nothing is remembered from the round before."""
    wider = canvas.copy()
    wider.paste(picture)
    return wider


if __name__ == "__main__":
    main()

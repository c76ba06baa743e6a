"""A process that takes screenshots as a run does, and says what each took: `client_screenshots.py PORT COUNT`.

The parts are the product's own: the desktop behind the port turns the snapshot into RGB and draws the pointer, and the dialects'
encoder makes a JPEG of quality 90.
"""

from __future__ import annotations

import json
import sys
import time

from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.dialects.picture import ImageOptions, encode
from screenagent.flow.cancel import CancelToken


def main(port: int, count: int) -> None:
    """Print a list of (ms of the screenshot, ms of encoding it) and the size of a picture in bytes."""
    desktop = make_desktop(DesktopOptions(host="127.0.0.1", port=port))
    desktop.connect(CancelToken())
    took, size = [], 0
    try:
        for _ in range(count):
            began = time.perf_counter()
            screenshot = desktop.screenshot()
            taken = time.perf_counter()
            size = len(encode(screenshot, ImageOptions()).data)
            took.append((1000 * (taken - began), 1000 * (time.perf_counter() - taken)))
    finally:
        desktop.close()
    print(json.dumps({"took": took, "bytes": size}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

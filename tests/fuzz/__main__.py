"""Search for minutes, and keep what was found: ``cd tests && python -m fuzz --minutes 10``.

Every conversation that showed a fault, and few of those that led to new lines of the client, are written to the corpus, which
every test run replays.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import random
import sys
from pathlib import Path

from fuzz.conversation import CORPUS, Conversation, corpus, load, recorded
from fuzz.search import LARGEST, Search, fewest

_FAULT = "fault"
_LARGEST_RECORDING = 8000


def main() -> int:
    """Search, write, and tell in figures what there was."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--last", type=Path, default=Path("fuzz-last"), help="holds the one being tried, for when it is the last")
    arguments = parser.parse_args()
    faulthandler.enable()
    logging.disable()
    search = Search(random.Random(arguments.seed))
    before = {path: load(path) for path in corpus()}
    for known in before.values():
        search.learn(known)
    lines = len(search.seen)
    for known in recorded(_LARGEST_RECORDING):
        search.learn(known)

    def note(conversation: Conversation) -> None:
        arguments.last.write_bytes(conversation.pixel_format.encode() + b"\n" + conversation.data)

    search.run(60 * arguments.minutes, note)
    arguments.last.unlink(missing_ok=True)
    chosen = fewest([one for one in search.kept if len(one.data) <= LARGEST])
    for path, known in before.items():
        if known not in chosen and not path.name.startswith(_FAULT):
            path.unlink()
    for conversation in chosen:
        if conversation not in before.values():
            conversation.save(CORPUS, "path")
    for fault, conversation in search.findings.items():
        print(f"FAULT {fault}: {conversation.save(CORPUS, _FAULT)}")
    size = sum(path.stat().st_size for path in corpus())
    print(f"seed {arguments.seed}: {search.tried} tried, {len(search.findings)} faults")
    print(f"{lines} steps from line to line were known before, {len(search.seen)} now; {len(corpus())} files, {size} bytes")
    return 1 if search.findings else 0


if __name__ == "__main__":
    sys.exit(main())

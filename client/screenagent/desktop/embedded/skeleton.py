"""The home folder of the embedded desktop: the skeleton beside this file, with its own URL put in.

The settings make the desktop easy to read and quick to settle: plain colours, names instead of bare icons, one flat menu,
nothing that moves, blinks or asks.
"""

from __future__ import annotations

from pathlib import Path

SKELETON = Path(__file__).parent / "home"
FOLDERS = ("Desktop", "Documents", "Downloads", "Pictures")


def prepare(home: Path) -> None:
    """Fill `home` (made when missing, for its owner alone) from the skeleton; a file that is there already stays as it is.

    Raises OSError.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in FOLDERS:
        (home / folder).mkdir(exist_ok=True)
    for source in sorted(SKELETON.rglob("*")):
        target = home / source.relative_to(SKELETON)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        elif not target.exists():
            text = source.read_text(encoding="utf-8")
            target.write_text(text.replace("@HOME_URL@", home.as_uri()), encoding="utf-8")

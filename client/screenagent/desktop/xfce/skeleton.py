"""The home folder of the desktop: the skeleton beside this file, with its own URL and what is installed put in.

The settings make the desktop easy to read and quick to settle: plain colours, names instead of bare icons, one flat menu,
nothing that moves, blinks or asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SKELETON = Path(__file__).parent / "home"
_HOME_MARK = "@HOME_URL@"
_STAMP = ".config/screenagent-look"
FOLDERS = ("Desktop", "Documents", "Downloads", "Pictures")
BROWSERS = ("firefox-esr", "epiphany-browser", "netsurf-gtk")
"""The programs that can be the web browser, the fullest first."""


@dataclass(frozen=True)
class Look:
    """What differs from one desktop to another: the web browser's program, further menu `entries` (names of desktop files), and
    the language as a locale. Labels in an unexpected language cannot be found on the screen, so it is never inherited."""

    browser: str = "netsurf-gtk"
    entries: tuple[str, ...] = ()
    language: str = "C.UTF-8"


def prepare(home: Path, look: Look) -> None:
    """Fill `home` (made when missing, for its owner alone) from the skeleton; a file that is there already stays as it is.

    Only the files that tell the `look` are written anew in a home that had another one. Raises OSError.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in FOLDERS:
        (home / folder).mkdir(exist_ok=True)
    values = {
        _HOME_MARK: home.as_uri(),
        "@BROWSER@": look.browser,
        "@MENU_TITLE@": "应用程序" if look.language.startswith("zh") else "Applications",
        "@MORE_ENTRIES@": "".join(f"<Filename>{entry}</Filename>" for entry in look.entries),
        **{f"@NOT_{browser}@": str(browser != look.browser).lower() for browser in BROWSERS},
    }
    stamp = home / _STAMP
    renewed = stamp.exists() and stamp.read_text(encoding="utf-8") != repr(look)
    for source in sorted(SKELETON.rglob("*")):
        target = home / source.relative_to(SKELETON)
        if source.is_dir():
            target.mkdir(exist_ok=True)
            continue
        text = source.read_text(encoding="utf-8")
        if target.exists() and not (renewed and any(mark in text for mark in values if mark != _HOME_MARK)):
            continue
        for mark, value in values.items():
            text = text.replace(mark, value)
        target.write_text(text, encoding="utf-8")
    stamp.write_text(repr(look), encoding="utf-8")

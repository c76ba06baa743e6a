"""The files that come along: in a checkout they lie beside the sources, in an installed package inside it."""

from __future__ import annotations

from pathlib import Path

from screenagent.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOTS = (_PACKAGE / "builtin", _PACKAGE.parents[1])


def builtin_file(name: str) -> Path:
    """Return the file ``configs/config.yml`` or ``tasks.txt``.

    Raises:
        SettingsError: the installation is broken.
    """
    for root in _ROOTS:
        if (root / name).is_file():
            return root / name
    raise SettingsError(f"{name} is missing from the installation.", hint="Install ScreenAgent again.")

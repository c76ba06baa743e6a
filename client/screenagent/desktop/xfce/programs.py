"""The programs that make up the desktop, and the Debian packages that bring them."""

from __future__ import annotations

import shutil

_PACKAGE_OF = {
    "Xtigervnc": "tigervnc-standalone-server",
    "dbus-daemon": "dbus",
    "xfwm4": "xfwm4",
    "xfce4-panel": "xfce4-panel",
    "xfdesktop": "xfdesktop4",
    "xfsettingsd": "xfce4-settings",
    "xfce4-appfinder": "xfce4-appfinder",
    "thunar": "thunar",
    "mousepad": "mousepad",
    "xfce4-terminal": "xfce4-terminal",
    "galculator": "galculator",
    "netsurf-gtk": "netsurf-gtk",
    "xclip": "xclip",
}
_DATA_PACKAGES = ("adwaita-icon-theme", "fonts-dejavu-core", "fonts-noto-cjk", "librsvg2-common")

DEBIAN_PACKAGES: tuple[str, ...] = (*_PACKAGE_OF.values(), *_DATA_PACKAGES)
"""All the system packages that the desktop needs; fonts, icons and the reader of SVG icons only decide how it looks."""


def missing_programs() -> list[str]:
    """Return the Debian packages of the programs that are not installed; empty when the desktop can start."""
    return [package for program, package in _PACKAGE_OF.items() if not shutil.which(program)]


def install_command(packages: list[str]) -> str:
    """Return the one command that installs `packages` on Debian or Ubuntu."""
    return "sudo apt-get install -y --no-install-recommends " + " ".join(packages)

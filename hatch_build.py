"""Builds tiles.c into the package where there is a C compiler; a package without it decodes ZRLE with numpy.

The library has no part of Python in it, so that one wheel of a platform serves every version of Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("client", "screenagent", "rfb")


class TilesHook(BuildHookInterface):
    """Runs for wheels, the editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the platform in the wheel's tag if that worked."""
        if self.target_name != "wheel":
            return
        library = Path(self.root, FOLDER, "_tiles.so")
        problem = build(Path(self.root, FOLDER, "tiles.c"), library)
        if problem:
            self.app.display_warning(f"ZRLE is decoded by numpy, as tiles.c was not built: {problem}")
            return
        build_data["artifacts"].append(f"/{FOLDER.as_posix()}/{library.name}")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def build(source: Path, library: Path) -> str:
    """Compile `source`; return why that was not possible, or nothing."""
    compiler = os.environ.get("CC") or next(filter(shutil.which, ("cc", "gcc", "clang")), "")
    if os.environ.get("SCREENAGENT_PURE"):
        return "SCREENAGENT_PURE is set"
    if not compiler:
        return "there is no C compiler"
    unfinished = library.with_suffix(f".{os.getpid()}")
    command = [*compiler.split(), "-O3", "-shared", "-fPIC", "-o", str(unfinished), str(source)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            unfinished.replace(library)
            return ""
    except OSError as error:
        return str(error)
    unfinished.unlink(missing_ok=True)
    return f"{compiler}: {done.stderr.strip() or done.returncode}"

"""Print the name of a base image for the desktop: ubuntu:24.04 where it can be had, else one made from Debian's packages.

The one that is made holds this machine's certificates, so that it trusts whatever this machine trusts on its way to the package
registries. mmdebstrap makes it, as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WANTED = "ubuntu:24.04"
MADE = "screenagent-base:made-here"
_PULL_SECONDS = 120
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")


class Impossible(Exception):
    """There is no base image; a sentence that says why."""


def base_image() -> str:
    """Return the name of an image that the engine has now. Raises Impossible."""
    if not shutil.which("docker") or not _docker("info"):
        raise Impossible("no Docker engine answers")
    for name in (WANTED, MADE):
        if _docker("image", "inspect", name):
            return name
    if _docker("pull", "--quiet", WANTED, seconds=_PULL_SECONDS):
        return WANTED
    if os.geteuid() != 0 or not shutil.which("mmdebstrap"):
        raise Impossible(f"{WANTED} cannot be pulled, and without root and mmdebstrap no base can be made")
    with tempfile.TemporaryDirectory(prefix="screenagent-base-", dir="/var/tmp") as folder:
        archive = Path(folder) / "base.tar"
        _make(archive)
        if not _docker("import", str(archive), MADE):
            raise Impossible("the engine does not take the base that was made")
    return MADE


def _make(archive: Path) -> None:
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT]
    if _CERTIFICATES.exists():
        command += [f"--customize-hook=upload {_CERTIFICATES} {_CERTIFICATES}"]
    done = subprocess.run([*command, _suite(), str(archive)], check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Impossible("mmdebstrap cannot make a base: " + " ".join(done.stderr.split("\n")[-4:]).strip())


def _suite() -> str:
    words = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines() if "=" in line)
    return words.get("VERSION_CODENAME", "stable").strip('"')


def _docker(*words: str, seconds: float | None = None) -> bool:
    try:
        done = subprocess.run(
            ["docker", *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        print(base_image())
    except Impossible as reason:
        print(f"No base image: {reason}.", file=sys.stderr)
        sys.exit(77)

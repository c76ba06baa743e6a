"""What a private engine leaves on the machine, and its removal. An engine's folder is named after the process that owns it."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PREFIX = "screenagent-engine-"
_END_SECONDS = 20.0
_NAME = re.compile(PREFIX + r"(\d+)-(\d+)-\w+")
_SHIM_SOCKET = re.compile(r"/run/containerd/s/[0-9a-f]{64}")


def place() -> Path:
    """Where the engines of this script live: on a disk, for overlay file systems are not stacked on memory."""
    return Path("/var/tmp")


def forsaken() -> list[Path]:
    """The folders of engines whose owner is gone. A folder's name tells whose it is from the moment on when it exists."""
    return [folder for folder in place().glob(f"{PREFIX}*") if _is_forsaken(folder)]


def _is_forsaken(folder: Path) -> bool:
    name = _NAME.fullmatch(folder.name)
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return bool(name and stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and started(int(name[1])) != name[2])


def clear(folder: Path) -> None:
    """End every process of an engine, and remove its mounts, links, cgroups and its folder."""
    limit = time.monotonic() + _END_SECONDS
    for group in _cgroups(folder):
        if (group / "freezer.state").exists():
            (group / "freezer.state").write_text("THAWED")
    while (left := next(filter(None, _left(folder)), None)) and time.monotonic() < limit:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((mount for mount in mounts if mount.startswith(f"{folder}/")), key=len, reverse=True):
        subprocess.run(["umount", "-l", mount], check=False)
    for link in _links(folder):
        subprocess.run(["ip", "link", "delete", link], check=False, stderr=subprocess.DEVNULL)
    rule = folder / "rule"
    if rule.exists():
        subprocess.run(["iptables", "-D", *rule.read_text().split()], check=False, stderr=subprocess.DEVNULL)
    while not _remove_cgroups(folder) and time.monotonic() < limit:
        time.sleep(0.05)
    for bundle in folder.glob("state/io.containerd.runtime.v2.task/*/*"):
        for named in (bundle / "address", bundle / "bootstrap.json"):
            for socket in _SHIM_SOCKET.findall(named.read_text() if named.exists() else ""):
                Path(socket).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def started(pid: int) -> str | None:
    """When a process started; with its number it tells processes apart. None where it has ended."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if words[0] in "ZX" else words[19]


def bridge(folder: Path) -> str:
    return f"sae{folder.name.removeprefix(PREFIX).split('-')[0]}"


def address(folder: Path) -> str:
    return f"unix://{folder}/docker.sock"


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    program: str
    environment: str
    groups: str


def _processes() -> Iterator[_Process]:
    """Every process that has not ended."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and started(int(entry.name)):
            try:
                words, command, environment, groups = (
                    (entry / name).read_text(errors="replace") for name in ("stat", "cmdline", "environ", "cgroup")
                )
            except OSError:
                continue
            program = command.split("\0")[0].rpartition("/")[2]
            yield _Process(int(entry.name), int(words.rpartition(")")[2].split()[1]), program, environment, groups)


def _left(folder: Path) -> tuple[set[int], set[int], set[int]]:
    """An engine's processes in the order in which they end: the daemons, which start containers again; what is in containers,
    while the shims are there to reap it; then the shims, the proxies, and what the command left running."""
    table = list(_processes())
    marked = [one for one in table if f"DOCKER_HOST={address(folder)}" in one.environment.split("\0")]
    daemons = {one.pid for one in marked if one.program in ("dockerd", "containerd")}
    shims = {one.pid for one in marked if one.program.startswith("containerd-shim")}
    contained = {one.pid for one in table if f"/{folder.name}/" in one.groups} | _below(shims, table)
    ours = _above(os.getpid(), table)
    return daemons - ours, contained - ours, {one.pid for one in marked} - ours


def _below(pids: set[int], table: list[_Process]) -> set[int]:
    """Their children, and the children of these."""
    found: set[int] = set()
    while more := {one.pid for one in table if one.parent in pids | found} - found:
        found |= more
    return found


def _above(pid: int, table: list[_Process]) -> set[int]:
    """A process, its parent, and so on."""
    parents = {one.pid: one.parent for one in table}
    found = set()
    while pid:
        found.add(pid)
        pid = parents.get(pid, 0)
    return found


def _cgroups(folder: Path) -> list[Path]:
    """An engine's cgroups in every hierarchy, the inner ones first."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    tops = [Path(mount[1]) / folder.name for mount in mounts if mount[2] in ("cgroup", "cgroup2")]
    return [Path(path) for top in tops for path, _folders, _files in os.walk(top, topdown=False)]


def _remove_cgroups(folder: Path) -> bool:
    for group in _cgroups(folder):
        try:
            group.rmdir()
        except OSError:
            pass
    return not _cgroups(folder)


def _links(folder: Path) -> list[str]:
    """The bridges on an engine's network, after what hangs on them."""
    noted = folder / "pool"
    pool = ipaddress.IPv4Network(noted.read_text()) if noted.exists() else None
    addresses = [line.split() for line in asked("ip", "-4", "-o", "address")]
    named = {words[1] for words in addresses if pool and ipaddress.IPv4Interface(words[3]).ip in pool}
    bridges = {bridge(folder)} | (named & set(_link_names("type", "bridge")))
    return [*(port for name in bridges for port in _link_names("master", name)), *bridges]


def _link_names(*which: str) -> list[str]:
    return [line.split()[1].partition("@")[0].rstrip(":") for line in asked("ip", "-o", "link", "show", *which)]


def asked(*command: str) -> list[str]:
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.splitlines()

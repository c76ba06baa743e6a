"""scripts/private_engine.py, killed in the middle of its work: the next start removes all that it left on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.containers import ROOT, until

COMMAND = [sys.executable, str(ROOT / "scripts/private_engine.py")]
PROGRAMS = ("dockerd", "containerd", "runc", "docker", "ip")
LINKS, SOCKETS = Path("/sys/class/net"), Path("/run/containerd/s")
WORK = """
set -e
tar -chf - /bin/sleep $(ldd /bin/sleep | grep -o '/[^ ]*') 2>/dev/null | docker import - only-sleep >/dev/null
network=$(docker network create a-network)
docker run -d --name first --init --restart always --network a-network --publish 127.0.0.1::80 only-sleep sleep 1000 >/dev/null
docker run -d --name second only-sleep sleep 1000 >/dev/null
docker pause second >/dev/null
echo "$DOCKER_HOST" br-${network:0:12} $(docker inspect --format '{{.State.Pid}}' first second)
sleep 1000
"""

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a Docker engine"),
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason="Docker's programs are not installed"),
]


@dataclass(frozen=True)
class Engine:
    """A private engine at work, and what it has on the machine."""

    process: subprocess.Popen[str]
    folder: Path
    pids: set[str]
    links: set[str]
    sockets: set[str]

    def left(self) -> dict[str, list[str]]:
        """What there is of it, by kind."""
        name = self.folder.name
        return {
            "processes": [pid for pid in os.listdir("/proc") if pid.isdigit() and self._owns(pid)],
            "mounts": [line for line in Path("/proc/mounts").read_text().splitlines() if name in line],
            "links": [link for link in self.links if (LINKS / link).exists()],
            "cgroups": [str(path) for depth in ("", "*/") for path in Path("/sys/fs/cgroup").glob(depth + name)],
            "sockets": [socket for socket in self.sockets if (SOCKETS / socket).exists()],
            "folders": [str(self.folder)] if self.folder.exists() else [],
        }

    def _owns(self, pid: str) -> bool:
        about = Path("/proc") / pid
        try:
            if ") Z " in (about / "stat").read_text():
                return False
            named = any(self.folder.name.encode() in (about / what).read_bytes() for what in ("cmdline", "environ", "cgroup"))
        except OSError:
            return False
        return named or pid in self.pids


@contextmanager
def at_work() -> Iterator[Engine]:
    """An engine with a container that is started again when it ends, and one that is paused."""
    before = set(os.listdir(SOCKETS)) if SOCKETS.exists() else set()
    with subprocess.Popen([*COMMAND, "bash", "-c", WORK], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            if not words and process.wait() == 77:
                pytest.skip("no Docker engine can run here")
            address, bridge, *pids = words
            bridges = {bridge, f"sae{process.pid}"}
            ports = {port for name in bridges for port in os.listdir(LINKS / name / "brif")}
            folder = Path(address.removeprefix("unix://")).parent
            sockets = {path.rpartition("/")[2] for path in _addresses(folder)} - before
            yield Engine(process, folder, set(pids), bridges | ports, sockets)
        finally:
            process.kill()


def _addresses(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.glob("state/*/*/*/address")]


def test_the_next_start_removes_all_that_a_killed_one_left():
    with at_work() as engine:
        engine.process.kill()
        engine.process.wait()
        assert all(engine.left().values()), engine.left()
        subprocess.run([*COMMAND, "true"], check=True, timeout=100)
        assert not any(engine.left().values()), engine.left()


def test_one_that_is_told_to_end_leaves_nothing_either():
    with at_work() as engine:
        engine.process.terminate()
        assert engine.process.wait(100) == 128 + 15
        assert not any(engine.left().values()), engine.left()


def test_the_start_of_another_leaves_a_running_one_alone():
    with at_work() as engine:
        have = engine.left()
        subprocess.run([*COMMAND, "true"], check=True, timeout=100)
        assert all(engine.left()[kind] == have[kind] for kind in ("mounts", "links", "cgroups", "sockets", "folders"))
        engine.process.terminate()
        until(lambda: not any(engine.left().values()), "the end of the engine")

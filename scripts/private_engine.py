"""Run a command with a Docker engine of its own, and leave nothing of it behind: private_engine.py COMMAND [ARGUMENTS...]

For root on a machine that has Docker's programs (Debian's docker.io) and no running engine. The engine's socket, data and network
bridge are private; its containers are reached from this machine alone and reach nothing outside it. The command finds it through
DOCKER_HOST and learns by SCREENAGENT_PRIVATE_ENGINE=1 that builds need `--network host`.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "screenagent-engine-"
BRIDGE = "sae"
_START_SECONDS = 60.0
_END_SECONDS = 20.0
_NEEDED = ("dockerd", "containerd", "runc", "docker", "ip")


class Impossible(Exception):
    """No engine can run here; a sentence that says why."""


def place() -> Path:
    """Where the engines of this script live: on a disk, for overlay file systems are not stacked on memory."""
    return Path("/var/tmp")


@contextmanager
def engine() -> Iterator[str]:
    """Yield the address of a running engine. Raises Impossible."""
    missing = [program for program in _NEEDED if not shutil.which(program)]
    if os.geteuid() != 0:
        raise Impossible("only root can start a Docker engine")
    if missing:
        raise Impossible(f"these programs are missing: {', '.join(missing)} (packages docker.io, iproute2)")
    for old in place().glob(f"{PREFIX}*"):
        if not _is_alive(old):
            clear(old)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
    (folder / "owner").write_text(str(os.getpid()))
    address = f"unix://{folder}/docker.sock"
    bridge = f"{BRIDGE}{os.getpid()}"
    try:
        pool = _free_network()
        (folder / "bridge").write_text(bridge)
        _add_bridge(bridge, pool)
        _let_containers_meet(folder, pool)
        daemon = _start(folder, address, bridge, pool)
        try:
            _await(daemon, folder, address)
            yield address
        finally:
            _remove_containers(address)
            daemon.terminate()
            try:
                daemon.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
    finally:
        clear(folder)


def clear(folder: Path) -> None:
    """End every process of an engine, unmount what it mounted, and remove its folder and bridge."""
    limit = time.monotonic() + _END_SECONDS
    while (left := _processes(folder)) and time.monotonic() < limit:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((mount for mount in mounts if mount.startswith(f"{folder}/")), key=len, reverse=True):
        subprocess.run(["umount", "-l", mount], check=False)
    bridge = folder / "bridge"
    if bridge.exists():
        subprocess.run(["ip", "link", "delete", bridge.read_text()], check=False, stderr=subprocess.DEVNULL)
    rule = folder / "rule"
    if rule.exists():
        subprocess.run(["iptables", "-D", *rule.read_text().split()], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


def _is_alive(folder: Path) -> bool:
    try:
        return Path(f"/proc/{(folder / 'owner').read_text()}").exists()
    except OSError:
        return False


def _processes(folder: Path) -> list[int]:
    """The daemons and what they started: the engine's folder stands in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if str(folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def _free_network() -> ipaddress.IPv4Network:
    """Return the first private network, of 16 times 256 addresses, that no route of this machine touches."""
    routes = subprocess.run(["ip", "-4", "route"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    used = [ipaddress.IPv4Network(word) for word in routes if "/" in word]
    private = ipaddress.IPv4Network("172.16.0.0/12").subnets(new_prefix=20)
    free = next((network for network in private if not any(network.overlaps(other) for other in used)), None)
    if free is None:
        raise Impossible("every private network is in use")
    return free


def _add_bridge(name: str, pool: ipaddress.IPv4Network) -> None:
    """Make the bridge of containers that ask for no network of their own, on the first part of the pool."""
    for words in (
        ["link", "add", name, "type", "bridge"],
        ["address", "add", f"{pool[1]}/24", "dev", name],
        ["link", "set", name, "up"],
    ):
        done = subprocess.run(["ip", *words], check=False, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Impossible(f"a network bridge cannot be made: {done.stderr.strip()}")


def _let_containers_meet(folder: Path, pool: ipaddress.IPv4Network) -> None:
    """Where the machine forwards nothing by default (as an earlier engine leaves it), except what stays within the pool."""
    if not shutil.which("iptables"):
        return
    asked = subprocess.run(
        ["iptables", "-S", "FORWARD"], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if "-P FORWARD ACCEPT" in asked.stdout or asked.returncode:
        return
    rule = f"FORWARD -s {pool} -d {pool} -j ACCEPT"
    (folder / "rule").write_text(rule)
    subprocess.run(["iptables", "-I", *rule.split()], check=False)


def _start(folder: Path, address: str, bridge: str, pool: ipaddress.IPv4Network) -> subprocess.Popen[bytes]:
    command = ["dockerd", "--host", address, "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"]
    command += ["--pidfile", f"{folder}/docker.pid", "--config-file", f"{folder}/none.json", "--bridge", bridge]
    rest = list(pool.subnets(new_prefix=21))[1]
    command += ["--default-address-pool", f"base={rest},size=24"]
    command += ["--iptables=false", "--ip6tables=false", "--ip-masq=false", "--ip-forward=false"]
    (folder / "none.json").write_text("{}")
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _await(daemon: subprocess.Popen[bytes], folder: Path, address: str) -> None:
    limit = time.monotonic() + _START_SECONDS
    asked = ["docker", "--host", address, "info"]
    while subprocess.run(asked, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        if daemon.poll() is not None or time.monotonic() > limit:
            words = [line for line in (folder / "log").read_text(errors="replace").splitlines() if "level=info" not in line]
            raise Impossible("the engine does not start here: " + " ".join(words[-3:]))
        time.sleep(0.2)


def _remove_containers(address: str) -> None:
    docker = ["docker", "--host", address]
    listed = subprocess.run([*docker, "ps", "--all", "--quiet"], check=False, stdout=subprocess.PIPE, text=True).stdout.split()
    if listed:
        subprocess.run([*docker, "rm", "--force", "--volumes", *listed], check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    """Run the command; returns its exit status, or 77 where no engine can run."""
    if not sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    try:
        with engine() as address:
            environment = {**os.environ, "DOCKER_HOST": address, "SCREENAGENT_PRIVATE_ENGINE": "1"}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except Impossible as reason:
        print(f"No private Docker engine: {reason}.", file=sys.stderr)
        return 77
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

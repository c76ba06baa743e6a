"""Run a command with a Docker engine of its own, and leave nothing of it behind: private_engine.py COMMAND [ARGUMENTS...]

For root on a machine that has Docker's programs (Debian's docker.io). The engine's socket, data, containerd, cgroups and network
bridge are private; its containers are reached from this machine alone and reach nothing outside it. The command finds it through
DOCKER_HOST and learns by SCREENAGENT_PRIVATE_ENGINE=1 that builds need `--network host`. With the engine goes what the command
left running; what a killed one left is removed by the next start.
"""

from __future__ import annotations

import fcntl
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

from engine_remains import PREFIX, address, asked, bridge, clear, forsaken, place, started

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_NEEDED = ("dockerd", "containerd", "runc", "docker", "ip")


class Impossible(Exception):
    """No engine can run here; a sentence that says why."""


@contextmanager
def engine() -> Iterator[str]:
    """Yield the address of a running engine. Raises Impossible."""
    missing = [program for program in _NEEDED if not shutil.which(program)]
    if os.geteuid() != 0:
        raise Impossible("only root can start a Docker engine")
    if missing:
        raise Impossible(f"these programs are missing: {', '.join(missing)} (packages docker.io, iproute2)")
    with _alone():
        for old in forsaken():
            clear(old)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{started(os.getpid())}-", dir=place()))
    try:
        with _alone():
            pool = _free_network()
            (folder / "pool").write_text(str(pool))
            _add_bridge(bridge(folder), pool)
        _let_containers_meet(folder, pool)
        with _daemon(_containerd(folder), folder) as containerd, _daemon(_dockerd(folder, pool), folder) as dockerd:
            _await((containerd, dockerd), folder)
            try:
                yield address(folder)
            finally:
                _remove_containers(address(folder))
    finally:
        clear(folder)


@contextmanager
def _alone() -> Iterator[None]:
    """Whatever looks at what other engines have and have left is done by one start at a time."""
    lock = os.open(place(), os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _free_network() -> ipaddress.IPv4Network:
    """Return the first private network, of 16 times 256 addresses, that no route of this machine touches."""
    routes = " ".join(asked("ip", "-4", "route")).split()
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
    listed = subprocess.run(
        ["iptables", "-S", "FORWARD"], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if "-P FORWARD ACCEPT" in listed.stdout or listed.returncode:
        return
    rule = f"FORWARD -s {pool} -d {pool} -j ACCEPT"
    (folder / "rule").write_text(rule)
    subprocess.run(["iptables", "-I", *rule.split()], check=False)


def _containerd(folder: Path) -> list[str]:
    """An own one: dockerd would otherwise take the system's where that runs, and mix its containers with ours."""
    config = folder / "containerd.toml"
    config.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
    command = ["containerd", "--config", str(config), "--address", f"{folder}/containerd.sock"]
    return [*command, "--root", f"{folder}/containerd", "--state", f"{folder}/state"]


def _dockerd(folder: Path, pool: ipaddress.IPv4Network) -> list[str]:
    (folder / "none.json").write_text("{}")
    command = ["dockerd", "--host", address(folder), "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"]
    command += ["--pidfile", f"{folder}/docker.pid", "--config-file", f"{folder}/none.json"]
    command += ["--containerd", f"{folder}/containerd.sock"]
    command += ["--cgroup-parent", f"/{folder.name}", "--exec-opt", "native.cgroupdriver=cgroupfs"]
    rest = list(pool.subnets(new_prefix=21))[1]
    command += ["--bridge", bridge(folder), "--default-address-pool", f"base={rest},size=24"]
    return [*command, "--iptables=false", "--ip6tables=false", "--ip-masq=false", "--ip-forward=false"]


@contextmanager
def _daemon(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with open(folder / "log", "ab") as log:
        marked = {**os.environ, "DOCKER_HOST": address(folder)}
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=marked)
    try:
        yield daemon
    finally:
        daemon.terminate()
        try:
            daemon.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


def _await(daemons: tuple[subprocess.Popen[bytes], ...], folder: Path) -> None:
    limit = time.monotonic() + _START_SECONDS
    question = ["docker", "--host", address(folder), "info"]
    while subprocess.run(question, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        if any(daemon.poll() is not None for daemon in daemons) or time.monotonic() > limit:
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

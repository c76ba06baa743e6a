"""The embedded desktop as its callers see it: a whole XFCE session, really started."""

from __future__ import annotations

import dataclasses
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from screenagent.desktop import embedded
from screenagent.desktop.embedded import EmbeddedDesktop, lifecycle
from screenagent.desktop.xfce import processes
from screenagent.desktop.xfce.x11 import XClient
from screenagent.errors import Cancelled, EmbeddedDesktopError
from screenagent.rfb.security.vncauth import encrypt_challenge

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(embedded.missing_programs()), reason="the embedded desktop's packages are not installed"),
]


@pytest.fixture(scope="module")
def desktop() -> Iterator[EmbeddedDesktop]:
    started = embedded.start(worker=False, timeout=120)
    yield started
    embedded.stop(started, timeout=60)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state/screenagent/desktop.json"


def _until(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    limit = time.monotonic() + seconds
    wait = threading.Event()
    while time.monotonic() < limit:
        if holds():
            return True
        wait.wait(0.05)
    return holds()


def _nothing_left(desktop_id: str, display: str, runtime: Path) -> bool:
    return not processes.marked(desktop_id) and not runtime.exists() and not _dead_socket(display)


def _dead_socket(display: str) -> bool:
    """Tell whether the display's socket is there without a server; another server may have taken the number over."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(f"/tmp/.X11-unix/X{display.lstrip(':')}")
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def _picture(desktop: EmbeddedDesktop) -> bytes:
    cookie = desktop.xauthority.read_bytes()[-16:]
    with XClient(desktop.display, cookie) as client:
        return client.picture(0, 0, *desktop.size)


def test_it_shows_a_panel_with_a_name_on_a_plain_ground(desktop: EmbeddedDesktop) -> None:
    picture = _picture(desktop)
    rows = [picture[y * 4096 : (y + 1) * 4096] for y in range(768)]
    button = {row[x : x + 3] for row in rows[:30] for x in range(0, 120 * 4, 4)}
    ground = {row[x : x + 3] for row in rows[300:700] for x in range(300 * 4, 900 * 4, 4)}
    assert len(button) > 30
    assert len(ground) == 1
    assert ground != {b"\0\0\0"}


def test_a_click_on_the_panel_opens_the_menu(desktop: EmbeddedDesktop) -> None:
    before = _picture(desktop)
    # Alt+F1 is what a person would press; the panel's own program does the same over the message bus.
    subprocess.run(["xfce4-popup-applicationsmenu"], env=desktop.environment(), check=True, timeout=60)
    assert _until(lambda: sum(a != b for a, b in zip(before, _picture(desktop), strict=True)) > 20_000)


def test_vnc_wants_the_password_and_takes_it(desktop: EmbeddedDesktop) -> None:
    with socket.create_connection((desktop.host, desktop.port), timeout=30) as connection:
        assert connection.recv(12) == b"RFB 003.008\n"
        connection.sendall(b"RFB 003.008\n")
        assert connection.recv(2) == b"\x01\x02"
        connection.sendall(b"\x02")
        challenge = connection.recv(16, socket.MSG_WAITALL)
        connection.sendall(encrypt_challenge(desktop.password, challenge))
        assert connection.recv(4, socket.MSG_WAITALL) == bytes(4)


def test_the_clipboard_service_reaches_the_desktop_s_clipboard(desktop: EmbeddedDesktop) -> None:
    sent = requests.post(
        f"{desktop.clipboard_url}/clipboard", json={"text": "中文 🙂", "token": desktop.clipboard_token}, timeout=60
    )
    assert sent.status_code == 200
    command = ["xclip", "-selection", "clipboard", "-o"]
    seen = subprocess.run(command, env=desktop.environment(), capture_output=True, check=True, timeout=60)
    assert seen.stdout.decode() == "中文 🙂"


def test_the_display_is_closed_to_whoever_has_no_cookie(desktop: EmbeddedDesktop) -> None:
    environment = {**desktop.environment(), "XAUTHORITY": "/dev/null"}
    refused = subprocess.run(["xclip", "-o"], env=environment, capture_output=True, check=False, timeout=60)
    assert b"display" in refused.stderr


def test_nothing_listens_beyond_this_machine(desktop: EmbeddedDesktop) -> None:
    inodes = set()
    for pid in processes.marked(desktop.id):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with_inode = os.readlink(link) if link.is_symlink() else ""
            if with_inode.startswith("socket:["):
                inodes.add(with_inode[8:-1])
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                listening.append(fields[1].split(":")[0])
    assert listening == ["0100007F"] * 2


def test_secrets_are_in_no_command_line_and_no_repr(desktop: EmbeddedDesktop) -> None:
    shown = repr(desktop)
    for pid in processes.marked(desktop.id):
        shown += Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    assert desktop.password not in shown
    assert desktop.clipboard_token not in shown
    assert processes.marked(desktop.id)


def test_its_files_are_for_its_owner_alone(desktop: EmbeddedDesktop) -> None:
    runtime = desktop.xauthority.parent
    assert runtime.stat().st_mode & 0o077 == 0
    for name in ("Xauthority", "passwd", "log", "log/Xtigervnc.log"):
        assert (runtime / name).stat().st_mode & 0o077 == 0


def test_a_program_s_environment_holds_none_of_our_secrets(desktop: EmbeddedDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-the-desktop")
    environment = desktop.environment()
    assert environment["HOME"] == str(desktop.home)
    assert "OPENAI_API_KEY" not in environment


def test_stop_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    progress: list[str] = []
    started = embedded.start(worker=False, on_progress=progress.append, timeout=120)
    assert progress[0] == "Starting the screen"
    assert started.home.is_dir()
    # A guest that ignores the request to end, in a session of its own, whose parent is gone.
    script = "trap '' TERM; while :; do sleep 1000; done"
    subprocess.run(
        ["bash", "-c", f"setsid bash -c {script!r} </dev/null >/dev/null 2>&1 &".replace("'", '"').replace('""', "''")],
        env=started.environment(),
        check=True,
        timeout=60,
    )
    count = len(processes.marked(started.id))
    assert count > 8
    embedded.stop(started, timeout=60)
    assert _nothing_left(started.id, started.display, started.xauthority.parent)
    embedded.stop(started)


_OWNER = """
import sys
from screenagent.desktop import embedded
desktop = embedded.start(worker=False, timeout=120)
print(desktop.id, desktop.display, desktop.xauthority.parent, desktop.supervisor_pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner() -> Iterator[tuple[subprocess.Popen[str], str, str, Path, int]]:
    """A process that owns a desktop: itself, and the desktop's id, display, folder and supervisor."""
    command = [sys.executable, "-c", _OWNER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            desktop_id, display, runtime, supervisor = process.stdout.readline().split()
            yield process, desktop_id, display, Path(runtime), int(supervisor)
        finally:
            process.kill()


def test_killing_the_owner_ends_the_desktop(owner: tuple[subprocess.Popen[str], str, str, Path, int]) -> None:
    process, desktop_id, display, runtime, _ = owner
    assert processes.marked(desktop_id)
    process.kill()
    assert _until(lambda: _nothing_left(desktop_id, display, runtime))


def test_killing_the_supervisor_ends_the_desktop(owner: tuple[subprocess.Popen[str], str, str, Path, int]) -> None:
    _, desktop_id, display, runtime, supervisor = owner
    os.kill(supervisor, signal.SIGKILL)
    assert _until(lambda: _nothing_left(desktop_id, display, runtime))


def test_killing_the_guard_ends_the_desktop(owner: tuple[subprocess.Popen[str], str, str, Path, int]) -> None:
    _, desktop_id, display, runtime, supervisor = owner
    guard = int(Path(f"/proc/{supervisor}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(guard, signal.SIGKILL)
    assert _until(lambda: _nothing_left(desktop_id, display, runtime))


def test_killing_owner_and_supervisor_at_once_ends_the_desktop(
    owner: tuple[subprocess.Popen[str], str, str, Path, int],
) -> None:
    process, desktop_id, display, runtime, supervisor = owner
    process.kill()
    os.kill(supervisor, signal.SIGKILL)
    assert _until(lambda: _nothing_left(desktop_id, display, runtime))


def test_a_second_desktop_does_not_collide_and_keeps_the_home_it_was_given(desktop: EmbeddedDesktop, tmp_path: Path) -> None:
    home = tmp_path / "my home"
    home.mkdir()
    (home / ".bashrc").write_text("mine")
    (home / "note.txt").write_text("kept")
    second = embedded.start(home=home, size=(800, 600), worker=False, timeout=120)
    try:
        assert second.home == home
        assert (second.display, second.port, second.password) != (desktop.display, desktop.port, desktop.password)
        assert len(_picture(second)) == 800 * 600 * 4
        assert _picture(desktop)
    finally:
        embedded.stop(second, timeout=60)
    assert (home / ".bashrc").read_text() == "mine"
    assert (home / "note.txt").read_text() == "kept"
    assert (home / "site/index.html").is_file()
    assert processes.belongs(desktop.supervisor_pid, desktop.id)


def test_a_desktop_left_running_is_found_until_it_is_stopped(state: Path) -> None:
    assert embedded.running() is None
    script = "from screenagent.desktop import embedded; print(embedded.start(worker=False, owned=False, timeout=120).id)"
    starter = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=200)
    found = embedded.running()
    assert found is not None
    try:
        assert (found.id, found.owned) == (starter.stdout.strip(), False)
        assert state.stat().st_mode & 0o777 == 0o600
        assert state.parent.stat().st_mode & 0o077 == 0
        assert _picture(found)
        with pytest.raises(EmbeddedDesktopError, match="running already"):
            embedded.start(worker=False, owned=False)
    finally:
        embedded.stop(found, timeout=60)
    assert not state.exists()
    assert embedded.running() is None
    assert _nothing_left(found.id, found.display, found.xauthority.parent)


def test_a_state_file_that_nobody_stands_behind_is_removed(state: Path, desktop: EmbeddedDesktop) -> None:
    gone = dataclasses.replace(desktop, id="0" * 16, owned=False)
    lifecycle._save(gone)
    assert state.exists()
    assert embedded.running() is None
    assert not state.exists()
    state.write_text("{broken")
    assert embedded.running() is None
    assert not state.exists()


def test_a_start_can_be_cancelled_and_leaves_no_file(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path_factory.mktemp("t")
    monkeypatch.setenv("TMPDIR", str(place))
    cancelled = threading.Event()
    seen: list[list[str]] = []

    def cancel(_: str) -> None:
        seen.append([path.name for path in place.iterdir()])
        cancelled.set()

    with pytest.raises(Cancelled):
        embedded.start(worker=False, cancelled=cancelled, on_progress=cancel, timeout=120)
    assert seen[0]
    assert list(place.iterdir()) == []


def test_a_start_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedDesktopError, match="not ready in time"):
        embedded.start(worker=False, timeout=0.05)


def test_an_x_server_that_does_not_start_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "Xtigervnc"
    fake.write_text("#!/bin/sh\necho 'Fatal server error: no screens' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(EmbeddedDesktopError, match="no screens"):
        embedded.start(worker=False, timeout=60)


def test_an_x_server_that_dies_during_the_start_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = tmp_path / "xfce4-panel"
    siblings = "/proc/[0-9]*/stat | awk -v parent=$PPID '$4 == parent && $2 == \"(Xtigervnc)\" {print $1}'"
    panel.write_text(f"#!/bin/sh\nkill -KILL $(cat {siblings})\nexec sleep 1000\n")
    panel.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(EmbeddedDesktopError, match=r"(?s)X.*Its last words:.*VNC"):
        embedded.start(worker=False, timeout=60)


def test_a_part_that_dies_during_the_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "xfce4-panel"
    fake.write_text("#!/bin/sh\necho 'no panel today' >&2\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(EmbeddedDesktopError, match=r"(?s)xfce4-panel ended.*status 3.*no panel today"):
        embedded.start(worker=False, timeout=60)


def test_the_worker_listens_beside_it() -> None:
    pytest.importorskip("rapidocr")
    started = embedded.start(timeout=120)
    try:
        assert started.worker_url is not None
        assert requests.get(f"{started.worker_url}/health", timeout=60).json()["status"] in ("loading", "ready")
    finally:
        embedded.stop(started, timeout=60)
    assert _nothing_left(started.id, started.display, started.xauthority.parent)


def test_a_worker_that_cannot_start_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "broken/screenagent_workers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('no worker today')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "broken")
    with pytest.raises(EmbeddedDesktopError, match=r"(?s)worker ended.*no worker today"):
        embedded.start(timeout=120)


def _pid_of(desktop: EmbeddedDesktop, program: str) -> int | None:
    for pid in processes.marked(desktop.id):
        try:
            if program in Path(f"/proc/{pid}/cmdline").read_bytes().decode():
                return pid
        except OSError:
            continue
    return None


def test_a_part_that_ends_is_started_again_and_the_service_at_its_old_address() -> None:
    started = embedded.start(worker=False, timeout=120)
    try:
        for program in ("xfce4-panel", "screenagent_clipboard"):
            before = _pid_of(started, program)
            assert before is not None
            os.kill(before, signal.SIGKILL)
            assert _until(lambda old=before, name=program: _pid_of(started, name) not in (None, old))  # type: ignore[misc]

        def answers() -> bool:
            try:
                return requests.get(f"{started.clipboard_url}/health", timeout=5).ok
            except requests.ConnectionError:
                return False

        assert _until(answers)
    finally:
        embedded.stop(started, timeout=60)


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize("kept", [False, True])
def test_a_reset_starts_afresh_at_the_same_addresses_and_spares_a_home_that_is_kept(tmp_path: Path, kept: bool) -> None:
    home = tmp_path / "home" if kept else None
    script = "import pathlib, sys; from screenagent.desktop import embedded; "
    script += "home = pathlib.Path(sys.argv[1]) if sys.argv[1] else None; "
    script += "embedded.start(home=home, size=(800, 600), worker=False, owned=False, timeout=120)"
    subprocess.run([sys.executable, "-c", script, str(home or "")], check=True, timeout=200)
    first = embedded.running()
    assert first is not None
    (first.home / "mine.txt").write_text("mine")
    second = embedded.reset(first)
    try:
        same = ("host", "port", "password", "clipboard_url", "clipboard_token", "size")
        assert [getattr(second, name) for name in same] == [getattr(first, name) for name in same]
        assert second.id != first.id
        assert _nothing_left(first.id, "", first.xauthority.parent)
        assert (second.home / "mine.txt").exists() is kept
        assert embedded.running() == second
        assert _picture(second)
    finally:
        embedded.stop(second, timeout=60)


def test_a_setting_changed_just_before_the_end_is_kept_in_a_home_that_is_kept(tmp_path: Path) -> None:
    started = embedded.start(home=tmp_path / "home", worker=False, timeout=120)
    try:
        change = ["xfconf-query", "-c", "xsettings", "-p", "/Net/ThemeName", "-s", "Adwaita-dark"]
        subprocess.run(change, env=started.environment(), check=True, timeout=60)
    finally:
        embedded.stop(started, timeout=60)
    saved = tmp_path / "home/.config/xfce4/xfconf/xfce-perchannel-xml/xsettings.xml"
    assert "Adwaita-dark" in saved.read_text()


def test_the_starter_s_pipes_are_not_kept_open() -> None:
    script = "from screenagent.desktop import embedded; import os; d = embedded.start(worker=False); print(d.id); os._exit(0)"
    reader, writer = os.pipe()
    process = subprocess.Popen([sys.executable, "-c", script], stdout=writer, stderr=writer)
    os.close(writer)
    with open(reader) as output:
        desktop_id = output.readline().strip()
        assert process.wait(120) == 0
        ready, _, _ = select.select([output], [], [], 60)
        assert ready
        assert output.read() == ""
    assert _until(lambda: not processes.marked(desktop_id))

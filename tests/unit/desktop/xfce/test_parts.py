"""The parts of the desktop's definition that need no screen."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from configparser import ConfigParser
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from screenagent.desktop import embedded
from screenagent.desktop.xfce import processes, skeleton, xserver
from screenagent.desktop.xfce.order import Doors, Order
from screenagent.desktop.xfce.session import environment
from screenagent.desktop.xfce.skeleton import BROWSERS, Look
from screenagent.errors import EmbeddedDesktopError


def test_the_authority_file_is_read_by_xauth(tmp_path: Path) -> None:
    path = tmp_path / "Xauthority"
    xserver.write_private(path, xserver.authority(bytes(range(16))))
    assert path.stat().st_mode & 0o777 == 0o600
    try:
        listed = subprocess.run(["xauth", "-f", str(path), "nlist"], capture_output=True, text=True, check=True, timeout=30)
    except FileNotFoundError:
        pytest.skip("xauth is not installed")
    assert listed.stdout.split()[0] == "ffff"
    assert listed.stdout.split()[-1] == bytes(range(16)).hex()


def test_the_x_server_is_told_to_stay_on_this_machine(tmp_path: Path) -> None:
    command = xserver.command((640, 480), 5999, tmp_path / "p", tmp_path / "a", 7, Doors())
    text = " ".join(command)
    assert "-localhost" in command
    assert "-nolisten tcp" in text
    assert "-SecurityTypes VncAuth" in text
    assert "-ac" not in command


def test_a_public_x_server_takes_every_interface_and_counts_wrong_passwords(tmp_path: Path) -> None:
    doors = Doors(public=True, security=("X509Vnc", "TLSVnc"), certificate="/c.pem", key="/k.pem")
    text = " ".join(xserver.command((640, 480), 5900, tmp_path / "p", tmp_path / "a", 7, doors))
    assert "-localhost" not in text
    assert "-UseBlacklist" not in text
    assert "-SecurityTypes X509Vnc,TLSVnc" in text
    assert "-X509Cert /c.pem -X509Key /k.pem" in text


def test_a_folder_for_sockets_that_cannot_be_used_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "X11"
    blocked.write_text("")
    monkeypatch.setattr(xserver, "SOCKETS", blocked)
    with pytest.raises(EmbeddedDesktopError) as caught:
        embedded.start()
    assert str(blocked) in caught.value.message
    assert "sudo" in caught.value.hint


def test_missing_packages_are_named_with_one_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert set(embedded.missing_programs()) <= set(embedded.DEBIAN_PACKAGES)
    with pytest.raises(EmbeddedDesktopError, match="xfce4-panel") as caught:
        embedded.start()
    assert caught.value.hint.startswith("sudo apt-get install -y --no-install-recommends tigervnc-standalone-server")


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(EmbeddedDesktopError, match="0x768"):
        embedded.start(size=(0, 768))


def test_an_order_survives_the_pipe_and_hides_its_secrets(tmp_path: Path) -> None:
    doors, look = Doors(vnc_port=5907, security=("TLSVnc", "VncAuth")), Look("firefox-esr", ("writer.desktop",), "zh_CN.UTF-8")
    orders = [
        Order("id", (800, 600), None, True, False, "70617373", "to-ken"),
        Order("id", (800, 600), tmp_path, True, False, "70617373", "to-ken", doors, look, (("beside", "--it"),)),
    ]
    for order in orders:
        assert Order.from_json(order.to_json()) == order
        assert "70617373" not in repr(order)
        assert "to-ken" not in repr(order)


def test_only_who_and_where_we_are_reaches_a_program_on_the_desktop(tmp_path: Path) -> None:
    base = {"PATH": "/bin", "USER": "ann", "API_KEY": "secret", "LANG": "fr_FR.UTF-8", "DISPLAY": ":0"}
    session = environment("abc", ":7", tmp_path, tmp_path / "home", base)
    assert session["USER"] == "ann"
    assert session["DISPLAY"] == ":7"
    assert session[processes.MARKER] == "abc"
    assert "secret" not in session.values()


def _start_marked(desktop_id: str, script: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, processes.MARKER: desktop_id},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_marked_processes_are_found_and_ended_also_when_they_resist() -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    meek_script = "import signal; print(flush=True); signal.pause()"
    with (
        _start_marked("test-one", meek_script) as meek,
        _start_marked("test-one", stubborn) as resisting,
        _start_marked("test-two", stubborn) as other,
    ):
        try:
            assert sorted(processes.marked("test-one")) == sorted([meek.pid, resisting.pid])
            assert processes.belongs(meek.pid, "test-one")
            assert not processes.belongs(meek.pid, "test-on")

            def reap() -> None:
                meek.poll()
                resisting.poll()

            gone = processes.end(lambda: processes.marked("test-one"), gentle=0.3, hard=30, meanwhile=reap)
            assert gone
            assert (meek.wait(30), resisting.wait(30)) == (-signal.SIGTERM, -signal.SIGKILL)
            assert processes.marked("test-two") == [other.pid]
        finally:
            other.kill()


def test_descendants_are_found_at_any_depth() -> None:
    script = "import subprocess, sys; subprocess.run(['sh', '-c', 'sleep 1000 & echo; wait'])"
    with _start_marked("test-three", script) as parent:
        try:
            below = processes.descendants(os.getpid())
            assert parent.pid in below
            assert len([pid for pid in below if pid in processes.marked("test-three")]) == 3
        finally:
            processes.end(lambda: processes.marked("test-three"), gentle=5, hard=30, meanwhile=parent.poll)


def test_the_home_is_filled_and_knows_its_own_address(tmp_path: Path) -> None:
    home = tmp_path / "my home"
    skeleton.prepare(home, Look())
    assert home.stat().st_mode & 0o777 == 0o700
    assert f"homepage_url:file://{tmp_path}/my%20home/site/index.html" in (home / ".netsurf/Choices").read_text()
    assert (home / "Documents").is_dir()
    for path in home.rglob("*"):
        assert not path.is_file() or not re.search("@[A-Z]", path.read_text(encoding="utf-8")), path


def test_the_menu_offers_one_web_browser_and_what_else_is_installed(tmp_path: Path) -> None:
    skeleton.prepare(tmp_path, Look("firefox-esr", ("libreoffice-writer.desktop",), "zh_CN.UTF-8"))
    menu = (tmp_path / ".config/menus/xfce-applications.menu").read_text(encoding="utf-8")
    assert menu.count("firefox-esr.desktop") == menu.count("libreoffice-writer.desktop") == 2
    assert "netsurf" not in menu
    applications = tmp_path / ".local/share/applications"
    hidden = {path.stem for path in applications.iterdir() if "NoDisplay=true" in path.read_text(encoding="utf-8")}
    assert hidden == {"epiphany-browser", "netsurf-gtk"}
    assert "text/html=firefox-esr.desktop" in (tmp_path / ".config/mimeapps.list").read_text(encoding="utf-8")
    panel = tmp_path / ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml"
    assert "应用程序" in panel.read_text(encoding="utf-8")


def test_what_a_person_changed_in_a_home_stays(tmp_path: Path) -> None:
    skeleton.prepare(tmp_path, Look())
    (tmp_path / "site/index.html").write_text("mine")
    skeleton.prepare(tmp_path, Look())
    assert (tmp_path / "site/index.html").read_text() == "mine"


def test_every_settings_file_is_well_formed(tmp_path: Path) -> None:
    skeleton.prepare(tmp_path, Look())
    for path in tmp_path.rglob("*.xml"):
        assert ElementTree.parse(path).getroot().tag == "channel"
    menu = ElementTree.parse(tmp_path / ".config/menus/xfce-applications.menu")
    named = [entry.text for entry in menu.iter("Filename")]
    applications = tmp_path / ".local/share/applications"
    assert {f"{name}.desktop" for name in BROWSERS} - set(named) == {"firefox-esr.desktop", "epiphany-browser.desktop"}
    assert {path.name for path in applications.iterdir()} == set(named) | {f"{name}.desktop" for name in BROWSERS}
    assert len(set(named)) == 7
    for path in applications.iterdir():
        parser = ConfigParser(interpolation=None, strict=True)
        parser.read(path, encoding="utf-8")
        assert parser["Desktop Entry"]["Name"]
        assert parser["Desktop Entry"]["Name[zh_CN]"]


def test_the_definition_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    """The image holds this folder, the two packages above it, and no library."""
    source = Path(xserver.__file__).parent
    above = tmp_path / "screenagent/desktop"
    shutil.copytree(source, above / "xfce", ignore=shutil.ignore_patterns("__pycache__"))
    for package in (above, above.parent):
        shutil.copy2(source.parent / "__init__.py", package)
    modules = [f"screenagent.desktop.xfce.{path.stem}" for path in source.glob("*.py") if path.stem != "__init__"]
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {', '.join(modules)}; print(xserver.__file__)"
    script = script.replace("print(xserver", "print(sys.modules['screenagent.desktop.xfce.xserver']")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == str(above / "xfce/xserver.py"), done.stderr


class _Links(HTMLParser):
    """Collects where the links and forms of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if value and (tag, name) in {("a", "href"), ("form", "action")}]


def test_every_link_of_the_site_leads_to_a_page_of_it() -> None:
    site = skeleton.SKELETON / "site"
    pages = list(site.glob("*.html"))
    assert len(pages) >= 4
    for page in pages:
        links = _Links()
        links.feed(page.read_text(encoding="utf-8"))
        assert links.targets
        assert [target for target in links.targets if not (site / target).is_file()] == []

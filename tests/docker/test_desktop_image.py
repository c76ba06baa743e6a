"""The desktop's image as its users meet it: really built, booted, looked at, typed into, and stopped."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import requests

from screenagent.desktop.make import make_desktop
from screenagent.desktop.options import DesktopOptions
from screenagent.desktop.xfce.skeleton import SKELETON
from screenagent.domain.actions import Click, Key, TypeText
from screenagent.domain.geometry import Point, Size
from screenagent.flow.cancel import CancelToken
from screenagent.ports import Desktop
from screenagent.rfb import Tls
from screenagent.rfb.errors import CertificateRefused, EncryptionMissing, WrongPassword
from support.containers import Container, build, docker, until

pytestmark = pytest.mark.timeout(1800)

GOOD = {"VNC_PASSWORD": "Zk3-fw8q", "CLIPBOARD_SERVER_SECRET_TOKEN": "Wq8sfk2LmN5vTz"}
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
CHINESE = "今天天气很好，我们去公园。🙂\n第二行 second line"


@contextmanager
def connected(container: Container, password: str | None = None, tls: Tls | None = None) -> Iterator[Desktop]:
    """Our own VNC client and clipboard client on the container's desktop."""
    options = DesktopOptions(
        host="127.0.0.1",
        port=container.port(5900),
        password=password or container.password,
        tls=tls or Tls(),
        clipboard_url=container.clipboard_url,
        clipboard_token=container.token,
    )
    desktop = make_desktop(options)
    try:
        desktop.connect(CancelToken())
        yield desktop
    finally:
        desktop.close()


def shows(desktop: Desktop, condition: Callable[[np.ndarray], bool], what: str) -> None:
    until(lambda: condition(desktop.screenshot().pixels), what)


def pids(container: Container) -> set[int]:
    """Its processes, by their numbers on this machine."""
    lines = docker("top", container.id, "-eo", "pid").stdout.splitlines()[1:]
    return {int(line) for line in lines}


# -- settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"VNC_PASSWORD": ""}, "VNC_PASSWORD is not set"),
        ({"VNC_PASSWORD": "password"}, "VNC_PASSWORD is one that anybody would try first"),
        ({"VNC_PASSWORD": "<VNC_PASSWORD>"}, "VNC_PASSWORD, of which the first 8 characters count, still holds a placeholder"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": ""}, "CLIPBOARD_SERVER_SECRET_TOKEN is empty"),
        ({"CLIPBOARD_SERVER_SECRET_TOKEN": "changeme"}, "CLIPBOARD_SERVER_SECRET_TOKEN is one that anybody would try first"),
        ({"RESOLUTION": "huge"}, 'RESOLUTION is "huge"; it must be WIDTHxHEIGHT'),
        ({"VNC_TLS": "maybe"}, 'VNC_TLS is "maybe"; it must be off, offered or required'),
        ({"VNC_TLS": "required", "VNC_TLS_CERT": "/nowhere.pem", "VNC_TLS_KEY": "/nowhere.key"}, "which cannot be read"),
        (
            {"VNC_TLS": "required", "VNC_TLS_CERT": AUTHORITIES, "VNC_TLS_KEY": AUTHORITIES},
            "VNC_TLS_CERT and VNC_TLS_KEY cannot be used: a certificate and its key are wanted, both as PEM",
        ),
        ({"VNC_PASSWORD": "", "VNC_PASSWORD_FILE": "/dev/zero"}, "names /dev/zero, which is neither a file nor a pipe"),
    ],
)
def test_it_refuses_to_start_with_the_reason(plain_image, variables, sentence):
    given = {**GOOD, **variables}
    done = docker("run", "--rm", *[word for name in given for word in ("-e", name)], plain_image, check=False, **given)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Not started." in done.stderr
    assert not any(secret in done.stderr for secret in GOOD.values())


@pytest.mark.parametrize(
    ("options", "sentences"),
    [
        (("--user", "root"), ["The desktop must not run as root: run it as its own user, leave --user out."]),
        (("--user", "1234"), ["User 1234 has no account in this image"]),
        (("--user", "daemon"), ["/run/screenagent must be a folder that user 1 can write to: leave --user out"]),
        (("--read-only",), ["--tmpfs /run/screenagent:uid=1000,mode=700", "add --tmpfs /tmp.", "The home /home/agent must be"]),
        (("-v", "{folder}:/home/agent"), ["The home /home/agent must belong to user 1000: chown 1000 DIR"]),
    ],
)
def test_it_refuses_a_user_or_a_home_that_will_not_do(plain_image, tmp_path, options, sentences):
    where = [option.format(folder=tmp_path) for option in options]
    done = docker(
        "run", "--rm", *where, "-e", "VNC_PASSWORD", *("-e", "CLIPBOARD_SERVER_SECRET_TOKEN"), plain_image, check=False, **GOOD
    )
    assert done.returncode == 2
    assert [sentence for sentence in sentences if sentence not in done.stderr] == []
    assert done.stderr.endswith("Not started.\n")


def test_a_home_of_one_s_own_and_a_root_that_is_read_only_do(start):
    places = ("/run/screenagent:uid=1000,mode=700", "/tmp", "/home/agent:uid=1000,mode=700")
    container = start("--read-only", *[word for place in places for word in ("--tmpfs", place)]).wait()
    with connected(container) as desktop:
        assert desktop.screenshot().size == Size(1024, 768)


def test_no_language_means_the_image_s_own_and_an_unknown_time_zone_utc(start):
    container = start(LANG="", TZ="Asia/Shanghia").wait()
    assert 'TZ is "Asia/Shanghia", which is not known; UTC is used.' in container.logs()
    assert container.run("on-desktop", "sh", "-c", "echo $LANG; date +%Z").stdout.split() == ["en_US.UTF-8", "UTC"]


def test_all_that_is_wrong_is_told_at_once(plain_image):
    done = docker("run", "--rm", plain_image, check=False)
    assert done.returncode == 2
    assert "VNC_PASSWORD is not set" in done.stderr
    assert "CLIPBOARD_SERVER_SECRET_TOKEN is empty" in done.stderr


def test_a_password_beyond_eight_characters_is_told_to_be_cut_and_works_cut(start):
    container = start(VNC_PASSWORD="mK4-tt9eANDMORE").wait()
    assert "the other 7 of VNC_PASSWORD protect nothing" in container.logs()
    with connected(container, "mK4-tt9e") as desktop:
        assert desktop.screenshot().size == Size(1024, 768)


def test_secrets_may_be_files_and_reach_no_program_of_the_desktop(start, tmp_path):
    for name, secret in (("password", "Zk3-fw8q"), ("token", "Wq8sfk2LmN5vTz")):
        (tmp_path / name).write_text(f"{secret}\n")
    tmp_path.chmod(0o755)
    container = start(
        *("-v", f"{tmp_path}:/secrets:ro", "-e", "VNC_PASSWORD_FILE=/secrets/password"),
        *("-e", "CLIPBOARD_SERVER_SECRET_TOKEN_FILE=/secrets/token"),
        VNC_PASSWORD="",
        CLIPBOARD_SERVER_SECRET_TOKEN="",
    ).wait()
    with connected(container, "Zk3-fw8q"):
        pass
    assert "Wq8sfk2LmN5vTz" not in container.run("on-desktop", "env").stdout
    assert "Zk3-fw8q" not in container.run("ps", "-eo", "args").stdout


# -- the desktop ----------------------------------------------------------------------------------------------------------


def test_the_original_s_start_line_works(start):
    """The line of the original's README, with ports that are free here and an image that is ours."""
    container = start("-v", "/dev/shm:/dev/shm", RESOLUTION="1280x720").wait()
    with connected(container) as desktop:
        assert desktop.screenshot().size == Size(1280, 720)


def test_vnc_shows_a_panel_with_a_name_on_a_plain_ground(container):
    with connected(container) as desktop:
        picture = desktop.screenshot().pixels
    assert len(np.unique(picture[:30, :120].reshape(-1, 3), axis=0)) > 30
    assert len(np.unique(picture[500:700, 300:900].reshape(-1, 3), axis=0)) == 1


def test_vnc_refuses_another_password(container):
    with pytest.raises(WrongPassword), connected(container, "wrong-pw"):
        pass


def test_the_clipboard_goes_both_ways(container):
    assert container.copy(CHINESE).status_code == 200
    assert container.run("on-desktop", "xclip", "-selection", "clipboard", "-o").stdout == CHINESE
    container.run("on-desktop", "sh", "-c", "printf 'from inside 里面' | xclip -selection clipboard >/dev/null 2>&1")
    answer = requests.get(
        f"{container.clipboard_url}/clipboard", headers={"Authorization": f"Bearer {container.token}"}, timeout=30
    )
    assert answer.json()["text"] == "from inside 里面"
    assert requests.get(f"{container.clipboard_url}/clipboard", timeout=30).status_code == 401


def test_chinese_text_is_typed_and_read_back(container):
    container.run("on-desktop", "touch", "note.txt")
    docker("exec", "--detach", container.id, "on-desktop", "mousepad", "note.txt")
    cancel = CancelToken()
    with connected(container) as desktop:
        shows(desktop, lambda picture: bool((picture[300, 100:500] > 250).all()), "the editor's white page")
        desktop.perform(Click(Point(300, 300)), cancel)
        desktop.perform(TypeText(CHINESE), cancel)

        def saved() -> bool:
            desktop.perform(Key(("ctrl", "s")), cancel)
            return container.run("cat", "/home/agent/note.txt").stdout.removesuffix("\n") == CHINESE

        until(saved, "the text in the file")
        desktop.perform(Key(("alt", "F4")), cancel)


def test_the_resolution_changes_while_it_runs_and_a_connected_viewer_follows(container):
    with connected(container) as desktop:
        try:
            for size in ("1280x801", "800x600"):
                container.run("resolution", size)
                assert container.run("resolution").stdout.strip() == size
                width, height = map(int, size.split("x"))
                until(lambda wanted=Size(width, height): desktop.screenshot().size == wanted, f"a picture of {size}")
                shows(desktop, lambda picture: bool(picture[10, -5:].any()), "the panel up to the right edge")
        finally:
            container.run("resolution", "1024x768")
        until(lambda: desktop.screenshot().size == Size(1024, 768), "the first size")
    assert container.run("resolution", "12x12", check=False).returncode == 2
    assert "such as resolution 1280x800" in container.run("resolution", "big", check=False).stderr


def test_nothing_runs_as_root_and_no_privilege_is_needed(start):
    container = start("--cap-drop", "ALL", "--security-opt", "no-new-privileges").wait()
    users = set(container.run("ps", "-eo", "user=").stdout.split())
    assert users == {"agent"}


def test_the_menu_has_its_icons_however_the_start_went(start):
    """The panel must not start before it can be told its settings."""
    container = start().wait()
    container.run("on-desktop", "xfce4-popup-applicationsmenu")
    with connected(container) as desktop:
        shows(desktop, lambda picture: bool((picture[40:60, 5:24].std(axis=(0, 1)) > 20).all()), "an icon at the first entry")


def test_the_browser_is_a_real_one(container):
    done = container.run("sh", "-c", "firefox-esr --version 2>/dev/null || epiphany-browser --version")
    assert "Firefox" in done.stdout or "Web" in done.stdout


def test_fonts_and_locales_for_chinese_and_emoji_are_there(container):
    assert container.run("fc-list", ":lang=zh", "family").stdout.strip()
    assert container.run("fc-list", ":charset=1f642", "family").stdout.strip()
    locales = container.run("locale", "-a").stdout.lower()
    assert "zh_cn.utf8" in locales
    assert "en_us.utf8" in locales


def test_it_speaks_chinese_when_told_to(start):
    container = start(LANG="zh_CN.UTF-8").wait()
    assert container.run("on-desktop", "sh", "-c", "echo $LANG").stdout.strip() == "zh_CN.UTF-8"
    panel = container.run("on-desktop", "xfconf-query", "-c", "xfce4-panel", "-p", "/plugins/plugin-1/button-title").stdout
    assert panel.strip() == "应用程序"
    assert "用法" in container.run("on-desktop", "xfce4-terminal", "--help").stdout


def test_a_language_that_is_not_there_is_told_and_does_not_matter(start):
    container = start(LANG="xx_YY.UTF-8").wait()
    assert 'LANG is "xx_YY.UTF-8"' in container.logs()


# -- its life -------------------------------------------------------------------------------------------------------------


def test_the_engine_finds_it_healthy(container):
    until(lambda: container.state()["Health"]["Status"] == "healthy", "the engine's own look at its health")


def test_a_clipboard_service_that_hangs_makes_it_unhealthy_with_the_reason(start):
    container = start().wait()
    container.run("pkill", "-STOP", "-f", "screenagent_clipboard")
    said = container.run("screenagent-health", check=False)
    assert said.returncode == 1
    assert "the clipboard service is not well" in said.stdout
    container.run("pkill", "-CONT", "-f", "screenagent_clipboard")
    container.wait()


@pytest.mark.parametrize(("program", "what"), [("xfwm4", "window manager"), ("xfsettingsd", "settings program")])
def test_a_session_without_its_parts_is_not_healthy(start, program, what):
    container = start().wait()
    # A program of that name that ends at once keeps the part from coming back.
    container.run("sh", "-c", f"cp --remove-destination /bin/true /usr/bin/{program}", user="root")
    container.run("pkill", "-KILL", program)
    until(lambda: f"no {what} runs" in container.run("screenagent-health", check=False).stdout, "its word for it")


def test_it_ends_with_a_reason_when_its_message_bus_ends(start):
    """Nothing on the desktop starts without it; a restart policy gives a new session."""
    container = start().wait()
    container.run("pkill", "-KILL", "dbus-daemon")
    until(lambda: not container.state()["Running"], "the end of the container")
    assert container.state()["ExitCode"] == 1
    assert "dbus-daemon ended" in container.logs()


def test_no_secret_of_the_container_reaches_a_program_of_the_desktop(start):
    container = start().wait()
    for said in (container.run("on-desktop", "env").stdout, container.run("ps", "-eo", "args").stdout, container.logs()):
        assert container.password not in said
        assert container.token not in said


def test_the_home_is_the_one_of_the_embedded_desktop(start):
    container = start().wait()
    for name in (".bashrc", ".config/gtk-3.0/gtk.css", "site/hours.html"):
        assert container.run("cat", f"/home/agent/{name}").stdout == (SKELETON / name).read_text(encoding="utf-8")


def test_a_home_that_is_kept_follows_the_image_and_the_language(start, desktop_image):
    volume = f"screenagent-test-{secrets.token_hex(4)}"
    try:
        first = start("-v", f"{volume}:/home/agent").wait()
        first.run("sh", "-c", "echo mine > /home/agent/mine.txt")
        first.remove()
        container = start("-v", f"{volume}:/home/agent", image=desktop_image, LANG="zh_CN.UTF-8").wait()
        assert container.run("cat", "/home/agent/mine.txt").stdout == "mine\n"
        menu = container.run("cat", "/home/agent/.config/menus/xfce-applications.menu").stdout
        assert "netsurf-gtk" not in menu
        container.remove()
    finally:
        docker("volume", "rm", volume, check=False)


def test_parts_that_end_are_started_again(start):
    container = start().wait()
    for name in ("xfce4-panel", "screenagent_clipboard"):
        before = container.run("pgrep", "-f", name).stdout
        container.run("pkill", "-KILL", "-f", name)
        until(lambda name=name, before=before: container.run("pgrep", "-f", name, check=False).stdout not in ("", before), name)
    assert container.wait().copy("still there").status_code == 200
    assert "Starting xfce4-panel again, which had ended" in container.logs()


def test_it_ends_with_a_reason_when_its_screen_ends(start):
    container = start().wait()
    container.run("pkill", "-KILL", "Xtigervnc")
    until(lambda: not container.state()["Running"], "the end of the container")
    assert container.state()["ExitCode"] == 1
    assert "Xtigervnc ended" in container.logs()


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_it_comes_back_with_its_files_after_a_restart_and_after_a_kill(start, how):
    container = start().wait()
    container.run("sh", "-c", "echo kept > /home/agent/kept.txt")
    if how == "restart":
        docker("restart", container.id)
    else:
        docker("kill", container.id)
        docker("start", container.id)
    container.wait()
    assert container.run("cat", "/home/agent/kept.txt").stdout == "kept\n"
    with connected(container) as desktop:
        assert desktop.screenshot().size == Size(1024, 768)


def test_stop_ends_it_in_order_and_leaves_no_process(start):
    container = start().wait()
    docker("exec", "--detach", container.id, "on-desktop", "mousepad")
    until(lambda: container.run("pgrep", "mousepad", check=False).stdout, "the editor")
    inside = pids(container)
    assert len(inside) > 8
    docker("stop", "--time", 5, container.id)
    assert container.state()["ExitCode"] == 0
    assert not [pid for pid in inside if Path(f"/proc/{pid}").exists()]


def test_the_image_without_browser_and_office_stays_small(plain_image):
    size = int(docker("image", "inspect", "--format", "{{.Size}}", plain_image).stdout)
    assert size < 850_000_000


# -- options --------------------------------------------------------------------------------------------------------------


def security_types(port: int) -> set[int]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
        link.recv(12, socket.MSG_WAITALL)
        link.sendall(b"RFB 003.008\n")
        return set(link.recv(link.recv(1)[0], socket.MSG_WAITALL))


def fingerprint(container: Container) -> str:
    """The certificate's, as the container's log tells it."""
    return container.logs().partition("SHA-256 ")[2].split()[0]


def test_with_tls_required_nothing_travels_in_the_clear(start):
    container = start(VNC_TLS="required").wait()
    assert security_types(container.port(5900)) == {19}
    with pytest.raises(CertificateRefused) as caught, connected(container):
        pass
    assert caught.value.fingerprint == fingerprint(container)
    with connected(container, tls=Tls(fingerprint=fingerprint(container))) as desktop:
        assert desktop.screenshot().size == Size(1024, 768)
    with pytest.raises(EncryptionMissing), connected(container, tls=Tls("off")):
        pass


def test_with_tls_offered_those_who_can_encrypt_do_and_others_get_in(start):
    container = start(VNC_TLS="offered").wait()
    assert security_types(container.port(5900)) >= {2, 19}
    for tls in (Tls(fingerprint=fingerprint(container)), Tls("unverified"), Tls("off")):
        with connected(container, tls=tls) as desktop:
            assert desktop.screenshot().size == Size(1024, 768)


def test_the_web_viewer_is_there_by_option(base_image, start):
    image = build(
        "screenagent-test-desktop:novnc", "docker/desktop/Dockerfile", BASE_IMAGE=base_image, BROWSER="none", NOVNC="yes"
    )
    container = start(image=image).wait()
    url = f"http://127.0.0.1:{container.port(6080)}"

    def page() -> str:
        try:
            return requests.get(f"{url}/vnc.html", timeout=5).text
        except requests.ConnectionError:
            return ""

    assert "noVNC" in until(page, "the web viewer's page")


def test_wrong_passwords_lock_nobody_out_for_good(start):
    """Guessing is slowed down by refusing everybody from that address for a while; the health check goes on."""
    container = start().wait()
    wrong = threading.Event()
    for _ in range(6):
        try:
            with connected(container, "wrong-pw"):
                pass
        except Exception:  # noqa: BLE001 - the sixth is refused otherwise than the first
            wrong.set()
    assert wrong.is_set()
    assert container.is_well()

    def lets_in() -> bool:
        try:
            with connected(container):
                return True
        except Exception:  # noqa: BLE001 - refused for some seconds more
            return False

    until(lets_in, "the owner's way in")
    assert json.loads(docker("inspect", container.id).stdout)[0]["State"]["Running"]

"""The doctor looks at everything in order, in time, and says what is wrong and what to do."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys

import pytest

from screenagent.cli import doctor
from screenagent.cli.checks import CHECKS, Finding, Verdict
from screenagent.errors import SettingsError

PATIENCE = 60.0
NOBODY = """
llm_api:
  LLaVA: {target_url: "http://127.0.0.1:1/worker_generate"}
remote_vnc_server:
  host: 127.0.0.1
  port: 1
  password: some-password
  use_remote_clipboard: true
  remote_clipboard_port: 1
  remote_clipboard_secret_token: some-token
"""


@pytest.fixture
def silent_port():
    """A port where connections are taken and nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def checks(monkeypatch):
    """Let the doctor carry out these checks alone, each a function of a cancel that yields findings."""

    def use(*checks, seconds=PATIENCE):
        table = [(check.__name__, lambda patient, cancel, check=check: check(cancel), seconds) for check in checks]
        monkeypatch.setattr(doctor, "CHECKS", table)

    return use


def start(*words, **more):
    return subprocess.Popen([sys.executable, "-m", "screenagent", "doctor", *map(str, words)], **more)


def test_everything_is_looked_at_in_order(command, config, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    done = command("doctor", "-c", config(NOBODY), "--json")
    found = json.loads(done.stdout)["findings"]

    assert list(dict.fromkeys(entry["check"] for entry in found)) == [name for name, _, _ in CHECKS]
    assert [entry["check"] for entry in found if entry["verdict"] == "problem"] == ["desktop", "clipboard", "model"]
    assert all(entry["fix"] for entry in found if entry["verdict"] == "problem")
    assert done.exit_code == json.loads(done.stdout)["exit_status"] == 11


def test_secrets_are_not_shown(command, config):
    done = command("doctor", "-c", config(NOBODY))
    assert "some-password" not in done.output
    assert "some-token" not in done.output


def test_settings_that_cannot_be_used_stop_what_needs_them_only(command, config):
    done = command("doctor", "-c", config("llm_api: {}\n"), "--json")
    found = {entry["check"]: entry["verdict"] for entry in json.loads(done.stdout)["findings"]}

    assert done.exit_code == 2
    assert found["settings"] == "problem"
    assert found["desktop"] == found["clipboard"] == found["model"] == "skipped"
    assert found["python"] == "ok"


def test_the_status_is_that_of_the_first_problem_s_cause(command, checks):
    def first(cancel):
        yield Finding(Verdict.NOTE, "a note")
        yield Finding(Verdict.PROBLEM, "a problem", "mend it", "mend --now", status=17)

    def second(cancel):
        yield Finding(Verdict.PROBLEM, "another", status=21)

    checks(first, second)
    done = command("doctor")
    assert done.exit_code == 17
    assert done.stdout.splitlines()[-1] == "2 problems found."
    assert re.search(r"^problem +first +a problem\n +fix: mend it\n +run: mend --now$", done.stdout, re.MULTILINE)


def test_a_check_that_hangs_is_given_up_and_the_next_one_runs(command, checks):
    def hanging(cancel):
        cancel.wait(PATIENCE)
        yield Finding(Verdict.OK, "too late")

    def next_one(cancel):
        yield Finding(Verdict.OK, "here I am")

    checks(hanging, next_one, seconds=0.2)
    done = command("doctor")
    assert "did not end within 0.2 s and was given up" in done.stdout
    assert "here I am" in done.stdout
    assert "too late" not in done.stdout
    assert done.exit_code == 1


def test_an_error_fit_to_show_becomes_a_finding(command, checks):
    def failing(cancel):
        raise SettingsError("This key is wrong.", hint="Correct it.")
        yield

    checks(failing)
    done = command("doctor")
    assert "This key is wrong." in done.stdout
    assert done.exit_code == 2


def test_what_a_server_says_cannot_steer_the_terminal(command, checks):
    def quoting(cancel):
        yield Finding(Verdict.PROBLEM, "it said \x1b[2J\x07", status=12)

    checks(quoting)
    assert "it said \ufffd[2J\ufffd" in command("doctor").stdout


def test_ctrl_c_ends_it_in_order(config, silent_port):
    file = config(f"llm_api: {{use: OCR}}\nremote_vnc_server: {{host: 127.0.0.1, port: {silent_port}, connect_timeout: 50}}\n")
    with start("-c", file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert said == f"... connecting to 127.0.0.1:{silent_port}\n"
    assert process.returncode == 130
    assert err == ""
    assert out.splitlines()[-1] == "Stopped; nothing was wrong until then."
    assert re.search(r"^ok +settings", out, re.MULTILINE)


def test_on_a_terminal_lines_fit_and_progress_goes_away(config):
    outer, inner = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "NO_COLOR": "1", "TERM": "xterm"}
    with start("-c", config(NOBODY), stdout=inner, stderr=inner, env=environment) as process:
        os.close(inner)
        shown = b""
        try:
            while piece := os.read(outer, 4096):
                shown += piece
        except OSError:  # the terminal's other end is closed
            pass
        finally:
            os.close(outer)
        process.wait(PATIENCE)
    text = shown.decode().replace("\r\n", "\n")
    assert "... connecting to 127.0.0.1:1\r\x1b[K" in text
    lines = re.sub(r"[^\n]*\r\x1b\[K", "", text).splitlines()
    assert max(len(line) for line in lines if "run: " not in line and "/" not in line) <= 80
    assert re.search(r"^problem +desktop +Nothing listens on 127\.0\.0\.1:1: ", "\n".join(lines), re.MULTILINE)

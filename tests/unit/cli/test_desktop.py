"""`screenagent desktop` leaves a desktop running that status shows and stop ends."""

import json
import re

import pytest

from screenagent.desktop import embedded


@pytest.fixture
def no_desktop_left():
    yield
    left = embedded.running()
    if left:
        embedded.stop(left)


@pytest.mark.end2end
@pytest.mark.usefixtures("no_desktop_left")
def test_a_desktop_is_started_shown_and_ended(command, tmp_path):
    if embedded.missing_programs():
        pytest.skip("the embedded desktop's programs are not installed")
    started = command("desktop", "start", "--home", tmp_path / "home", "--size", "800x600")
    assert started.exit_code == 0, started.output
    port = re.search(r"127\.0\.0\.1:(\d+)", started.stdout).group(1)

    again = command("desktop", "start")
    assert again.exit_code == 16
    assert "running already" in again.stderr

    plain = command("desktop", "status")
    facts = json.loads(command("desktop", "status", "--json", "--show-password").stdout)
    assert plain.exit_code == 0
    assert f"port       {port}" in plain.stdout
    assert facts["size"] == "800x600"
    assert facts["password"] not in plain.stdout

    doctor = command("doctor").stdout
    assert re.search(r"ok +desktop +.*800x600", doctor)
    assert re.search(r"ok +clipboard +it answers", doctor)

    assert command("desktop", "stop").exit_code == 0
    assert command("desktop", "status").exit_code == 1

"""No record of ours holds a secret."""

import logging
import subprocess
import sys

import pytest

from screenagent.log import get_logger, hide, redact


def test_a_known_secret_is_masked_in_every_text():
    hide("correct horse")
    hide("correct horse battery")

    assert redact("it is correct horse battery, or correct horse") == "it is ***, or ***"
    assert redact("nothing here") == "nothing here"


def test_a_very_short_secret_is_left_alone():
    hide("ab")

    assert redact("a table") == "a table"


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR])
def test_records_are_masked_with_their_arguments(caplog, level):
    hide("swordfish")
    get_logger("unit").log(level, "the password %s is %r", "swordfish", "swordfish")

    assert caplog.messages == ["the password *** is '***'"]


def test_a_traceback_is_masked_too(caplog):
    hide("marlin-77")
    try:
        raise ValueError("bad password marlin-77")
    except ValueError:
        get_logger("unit").exception("it failed")

    assert "bad password" in caplog.text
    assert "marlin-77" not in caplog.text


def test_asking_twice_gives_the_same_logger_with_one_filter():
    assert get_logger("unit") is get_logger("unit")
    assert len(get_logger("unit").filters) == 1


def test_a_front_end_sends_records_to_stderr():
    code = "import logging; from screenagent.log import *; configure(logging.INFO); get_logger('x').info('here')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == ""
    assert done.stderr.endswith("INFO screenagent.x: here\n")

"""What takes long is told on one line."""

import io

from screenagent.cli.progress import Progress
from screenagent.log import hide


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_the_line_is_written_over_and_taken_away(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    progress = Progress(stream)
    progress.tick()
    progress.say("asking a model with a very long name indeed")
    progress.tick()
    progress.clear()
    progress.clear()
    nothing, first, second, cleared = stream.getvalue().split("\r\x1b[K")
    assert first.startswith("... asking a model with")
    assert second.startswith("... asking a model with")
    assert len(first) < 40
    assert len(second) < 40
    assert nothing == cleared == ""


def test_elsewhere_it_is_a_line_each():
    stream = io.StringIO()
    progress = Progress(stream)
    progress.say("first")
    progress.tick()
    progress.clear()
    progress.say("second")
    assert stream.getvalue() == "... first\n... second\n"


def test_secrets_are_masked():
    hide("a-secret-of-ours")
    stream = io.StringIO()
    Progress(stream).say("asking with a-secret-of-ours")
    assert "secret" not in stream.getvalue()

"""Settings and task files that cannot be used: the command says which file, line and key and what to do, and ends with 2."""

from __future__ import annotations

import pytest

from screenagent.errors import SettingsError

GOOD = b"llm_api: {use: OCR, OCR: {target_url: 'http://127.0.0.1:1/'}}\nremote_vnc_server: {host: 127.0.0.1}\n"
TWO = b"llm_api:\n  CogAgent: {target_url: 'http://a'}\n  LLaVA: {target_url: 'http://b'}\nremote_vnc_server: {host: box}\n"
KEYED = b"llm_api:\n  GPT4V: {openai_api_key: %s, model_name: m, target_url: 'http://a'}\nremote_vnc_server: {host: box}\n"

SETTINGS = {
    "broken YAML": (b"llm_api: {use: OCR\nautomaton: {}\n", ["config.yml, line 2", "not YAML", "the { of line 1 is not closed"]),
    "a tab": (b"llm_api:\n\tuse: OCR\n", ["config.yml, line 2, column 1", "Indent with spaces"]),
    "an unknown key": (GOOD + b"automaton: {langage: en}\n", ["line 3", "automaton.langage", 'did you mean "language"']),
    "a wrong type": (
        GOOD + b"automaton:\n  limits: {steps: many}\n",
        ["line 4: automaton.limits.steps", 'whole number, not "many"'],
    ),
    "a missing variable": (KEYED % b"'${NO_SUCH_KEY}'", ["line 2", "GPT4V.openai_api_key", "NO_SUCH_KEY", "not set", "export"]),
    "a placeholder": (KEYED % b"<YOUR-OPENAI-API-KEY>", ["line 2", "openai_api_key", "<YOUR-OPENAI-API-KEY>", "real value"]),
    "several models": (TWO, ["several models: CogAgent, LLaVA", "use: CogAgent"]),
    "use names no model": (b"llm_api:\n  use: CogAgnt\n" + TWO[9:], ["llm_api.use", '"CogAgnt"', 'did you mean "CogAgent"']),
    "one value": (b"just words\n", ["config.yml", "sections such as llm_api:"]),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), ["config.yml, line 1", "not UTF-8"]),
    "UTF-16": ("llm_api: {}\n".encode("utf-16"), ["config.yml, line 1", "not UTF-8", "Save the file as UTF-8"]),
}


def check_refused(told, *words):
    """One sentence of ours on stderr, its hint below it, nothing else anywhere."""
    assert told.status == SettingsError.exit_status, told
    assert told.out == ""
    first, *hints = told.err.splitlines()
    assert first.startswith("screenagent: ")
    assert all(line.startswith("  ") for line in hints)
    assert len(hints) <= 1, told.err
    for word in words:
        assert word in told.err, told.err


@pytest.mark.parametrize("case", SETTINGS)
def test_settings(screenagent, tmp_path, case):
    content, words = SETTINGS[case]
    (tmp_path / "config.yml").write_bytes(content)

    check_refused(screenagent("run", "the task", "-c", "config.yml"), *words)
    assert [path.name for path in tmp_path.iterdir()] == ["config.yml"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.yml", ["no settings file nowhere.yml", "Check the path"]), ("folder", ["settings file folder", "directory"])],
)
def test_a_settings_file_that_is_none(screenagent, tmp_path, name, words):
    (tmp_path / "folder").mkdir()

    check_refused(screenagent("run", "the task", "-c", name, process=True), *words)


TASKS = {
    "a missing list": (None, ["no task list", "tasks.txt", "Check the path"]),
    "an empty list": (b"# nothing yet\n\n", ["tasks.txt", "holds no task", "one task a line"]),
    "a list that is not UTF-8": ("第一\n".encode("gb18030"), ["tasks.txt, line 1", "not UTF-8", "Save the file as UTF-8"]),
    "a binary list": (b"fine\n\0\1\2\n", ["tasks.txt, line 2", "control character"]),
}


@pytest.mark.parametrize("case", TASKS)
def test_a_task_list(screenagent, tmp_path, case):
    content, words = TASKS[case]
    (tmp_path / "config.yml").write_bytes(GOOD)
    if content is not None:
        (tmp_path / "tasks.txt").write_bytes(content)

    check_refused(
        screenagent("run", "--number", 1, "-c", "config.yml", "--task-file", "tasks.txt", process=content is None), *words
    )
    assert not (tmp_path / "sessions").exists()

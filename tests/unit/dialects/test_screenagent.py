"""The dialect as a whole: what it asks, and that its own examples can be read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from screenagent import dialects
from screenagent.dialects.picture import ImageOptions
from screenagent.dialects.screenagent import ScreenAgentDialect
from screenagent.domain.actions import Click, Standing, Status
from screenagent.domain.exchange import Role, Situation
from screenagent.domain.geometry import Point, Size
from screenagent.domain.plan import Plan
from screenagent.errors import SettingsError
from screenagent.ports import Dialect

PLAN = Plan.of(["Open the editor", 'Type "tea"', "Save it as tea.txt"]).choose(1)
ROLES = list(Role)
LANGUAGES = ["en", "zh"]
SYSTEMS = ["linux", "win"]


@pytest.fixture
def situation(make_screenshot):
    """A moment in the middle of a run, with everything there is to say."""

    def make(role, *, width=1024, height=768, full=True):
        screenshot = make_screenshot(width, height)
        if not full:
            return Situation(role, "Write tea.txt", screenshot, PLAN)
        return Situation(
            role,
            "Write tea.txt",
            screenshot,
            PLAN,
            advice="The window is not in front.",
            complaint="No JSON was found in the reply: Hello",
            done=("click left at (10, 20)", 'type "te"'),
        )

    return make


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("full", [True, False], ids=["full", "plain"])
def test_prompts_are_word_for_word_as_agreed(goldens, situation, language, role, system, full):
    dialect = ScreenAgentDialect(language, system, launcher=("Alt+F3", "{app}", "Return") if full else ())
    text = dialect.prompt(situation(role, full=full)).text
    golden = goldens / "prompts" / f"{role.value}.{system}.{language}.{'full' if full else 'plain'}.txt"
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "The last step changed nothing on the screen."),
        ("en", 3, "The last 3 steps changed nothing on the screen."),
        ("zh", 3, "最近 3 步没有使屏幕发生任何变化。"),
    ],
)
def test_steps_that_changed_nothing_are_told_in_the_prompts_language(situation, language, role, count, words):
    dialect = ScreenAgentDialect(language)
    moment = situation(role)
    assert words not in dialect.prompt(moment).text
    assert words in dialect.prompt(replace(moment, unchanged=count)).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("role", ROLES)
def test_the_examples_in_a_prompt_can_be_read(situation, language, role, system):
    dialect = ScreenAgentDialect(language, system)
    prompt = dialect.prompt(situation(role, full=False))
    reading = dialect.read(prompt.text, prompt)
    assert reading.problems == ()
    assert len(reading.actions) == {Role.PLANNER: 3, Role.ACTOR: 12, Role.EVALUATOR: 1}[role]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_a_windows_prompt_speaks_of_windows_and_is_otherwise_the_same(situation, language, role):
    linux, windows = (ScreenAgentDialect(language, system).prompt(situation(role)).text.splitlines() for system in SYSTEMS)
    assert windows[0] == linux[0].replace("Linux", "Windows") != linux[0]
    assert [line for line in windows if line and line in linux[1:]] == [line for line in linux[1:] if line]


@pytest.mark.parametrize("role", ROLES)
def test_impossible_is_heard_in_every_role(make_prompt, role):
    text = '{"action_type":"EvaluateSubTaskAction","situation":"impossible","advice":"no printer"}'
    assert ScreenAgentDialect().read(text, make_prompt(role=role)).actions == (Status(Standing.IMPOSSIBLE, "no printer"),)


def test_the_prompt_speaks_of_the_picture_and_the_reply_of_the_screen(situation):
    dialect = ScreenAgentDialect(image=ImageOptions(max_side=1120))
    prompt = dialect.prompt(situation(Role.ACTOR, width=1920, height=1080))
    assert "1120 pixels wide and 630 pixels high" in prompt.text
    assert (prompt.picture.size, prompt.screen) == (Size(1120, 630), Size(1920, 1080))
    reply = '{"action_type":"MouseAction","mouse_action_type":"click","mouse_position":[559.5,314.5]}'
    assert dialect.read(reply, prompt).actions == (Click(Point(959.5, 539.5)),)


def test_prompts_of_a_sub_task_begin_alike(situation):
    """The part that changes stands at the end, so that servers can reuse what they worked out for the beginning."""
    dialect = ScreenAgentDialect()
    one, two = (dialect.prompt(situation(Role.ACTOR, full=full)).text for full in (True, False))
    assert one.split("The current sub-task")[0] == two.split("The current sub-task")[0]


def test_the_context_goes_only_where_it_is_asked_for(situation):
    assert ScreenAgentDialect().prompt(situation(Role.PLANNER)).context is None
    dialect = ScreenAgentDialect("zh", send_context=True, launcher=["Alt+F3", "{app}", "Return"])
    assert dialect.prompt(situation(Role.ACTOR)).context == {
        "role": "actor",
        "task": "Write tea.txt",
        "sub_tasks": ["Open the editor", 'Type "tea"', "Save it as tea.txt"],
        "sub_task": 'Type "tea"',
        "sub_task_index": 1,
        "advice": "The window is not in front.",
        "language": "zh",
        "operation_system": "linux",
        "launcher": ["Alt+F3", "{app}", "Return"],
        "history": ["click left at (10, 20)", 'type "te"'],
    }


def test_a_persons_own_templates(tmp_path, situation):
    for stem in ("plan", "act", "reflect"):
        (tmp_path / f"{stem}.win.en.j2").write_text("{{ sub_task_list | length }} {{ current_task }}", encoding="utf-8")
    dialect = ScreenAgentDialect(operation_system="win", template_dir=tmp_path)
    assert dialect.prompt(situation(Role.ACTOR)).text == '3 Type "tea"\n'


def test_an_operation_system_without_templates_is_refused():
    with pytest.raises(SettingsError, match=r"plan\.vms\.en\.j2"):
        ScreenAgentDialect(operation_system="vms")


def test_the_registry_makes_it_by_name():
    dialect: Dialect = dialects.make("screenagent", language="zh")
    assert dialect.name == "screenagent"
    assert "screenagent" in dialects.names()
    with pytest.raises(SettingsError, match=re.escape('"screenagnet" (did you mean "screenagent"?)')):
        dialects.make("screenagnet")


def test_a_third_party_adds_a_dialect_by_an_entry_point(tmp_path, monkeypatch):
    (tmp_path / "parrot.py").write_text(
        "class Parrot:\n    name = 'parrot'\n    def __init__(self, size=1):\n        self.size = size\n"
    )
    info = tmp_path / "parrot-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[screenagent.dialects]\nparrot = parrot:Parrot\nbroken = no_such_module:X\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert dialects.make("parrot", size=3).size == 3
    assert "parrot" in dialects.names()
    with pytest.raises(SettingsError, match="cannot be loaded"):
        dialects.make("broken")

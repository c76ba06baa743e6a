"""Every example settings file loads, and says what it should."""

from pathlib import Path

import pytest

from screenagent.domain.exchange import Role
from screenagent.settings import Settings, read_tasks

CONFIGS = Path(__file__).parents[1] / "configs"
FILES = sorted(CONFIGS.glob("*.yml"))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "VNC_PASSWORD", "CLIPBOARD_SERVER_SECRET_TOKEN", "SCREENAGENT_WORKER_TOKEN", "MODEL"):
        monkeypatch.setenv(name, f"a-value-for-{name.lower()}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_loads_and_its_task_list_too(file):
    settings = Settings.load(file)

    assert {role for role in Role if settings.backends[role].target_url} == set(Role)
    assert read_tasks(settings.desktop.task_list)
    assert len(settings.warnings) == (2 if file.name == "original-layout.yml" else 0)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_explains_itself(file):
    text = file.read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert "screenagent " in text.split("llm_api:")[0]


def test_the_embedded_default_is_the_file_that_people_see():
    assert Settings.load(None).public() == {**Settings.load(CONFIGS / "config.yml").public(), "path": None}


def test_there_is_an_example_for_each_family():
    protocols = {Settings.load(file).backends[Role.ACTOR].protocol for file in FILES}

    assert len(FILES) >= 6
    assert protocols == {"worker_generate", "chat_completions"}

"""What a third party installs can be chosen in the settings; what nobody has installed cannot."""

from __future__ import annotations

import pytest

from screenagent import dialects, models
from screenagent.domain.exchange import Role
from screenagent.errors import SettingsError
from screenagent.settings import Settings


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that brings the dialect `parrot` and the protocol `pigeon`."""
    info = tmp_path / "aviary-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: aviary\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[screenagent.dialects]\nparrot = a:P\n[screenagent.models]\npigeon = a:Q\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def load(tmp_path):
    def load(model):
        file = tmp_path / "config.yml"
        file.write_text(f"llm_api: {{mine: {model}}}\nremote_vnc_server: {{host: box}}\n", encoding="utf-8")
        return Settings.load(file)

    return load


def test_an_installed_dialect_and_protocol_can_be_chosen(installed, load):
    backend = load("{protocol: pigeon, dialect: parrot}").backends[Role.ACTOR]
    assert (backend.protocol, backend.dialect) == ("pigeon", "parrot")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("{protocol: pigeon}", 'llm_api.mine.protocol cannot be "pigeon"'),
        ("{protocol: chat_completion}", 'did you mean "chat_completions"'),
        (
            "{protocol: scripted, dialect: screenagnet}",
            'llm_api.mine.dialect cannot be "screenagnet" (did you mean "screenagent"?)',
        ),
    ],
)
def test_what_is_not_installed_is_refused_with_what_is(load, model, told):
    with pytest.raises(SettingsError) as caught:
        load(model)
    assert told in str(caught.value)


def test_whatever_is_built_in_can_be_chosen(load, tmp_path):
    (tmp_path / "r.yml").write_text("[]")
    for protocol in models.BUILT_IN:
        for dialect in dialects.BUILT_IN:
            chosen = f"{{protocol: {protocol}, dialect: {dialect}, model_name: m, target_url: 'http://a', replies: r.yml}}"
            assert load(chosen).backends[Role.ACTOR].dialect == dialect

"""Prompt templates: Jinja2 files, one for each role, operating system and language.

They may come from other people, so they run sandboxed, and everything wrong with one is found when it is loaded and told with
its file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from screenagent.domain.exchange import Role
from screenagent.errors import SettingsError, did_you_mean

BUILT_IN = Path(__file__).resolve().parent.parent / "prompts"
FILE_STEMS: Mapping[Role, str] = {Role.PLANNER: "plan", Role.ACTOR: "act", Role.EVALUATOR: "reflect"}


class Templates:
    """The three roles' templates of one folder, checked against the variables that they may use."""

    def __init__(self, folder: Path, operation_system: str, language: str, variables: frozenset[str]) -> None:
        """Load ``{plan,act,reflect}.<operation system>.<language>.j2``.

        Raises:
            SettingsError: a file is missing or malformed, or uses a variable that does not exist.
        """
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._folder = folder
        self._by_role = {
            role: self._load(f"{stem}.{operation_system}.{language}.j2", variables) for role, stem in FILE_STEMS.items()
        }

    def render(self, role: Role, variables: Mapping[str, Any]) -> str:
        """Return the prompt's text.

        Raises:
            SettingsError: the template fails on these values.
        """
        template = self._by_role[role]
        try:
            return template.render(variables).strip() + "\n"
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise SettingsError(f"{template.filename}: the prompt template cannot be filled in: {error}") from error

    def _load(self, name: str, variables: frozenset[str]) -> Template:
        path = self._folder / name
        try:
            source = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            there = ", ".join(sorted(file.name for file in self._folder.glob("*.j2"))) or "none"
            raise SettingsError(f"{path}: the prompt template is missing", hint=f"Templates in that folder: {there}.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: the prompt template cannot be read: {error}") from error
        try:
            used = meta.find_undeclared_variables(self._environment.parse(source, name, str(path)))
            for variable in sorted(used - variables):
                raise SettingsError(
                    f'{path}: there is no variable "{variable}"{did_you_mean(variable, variables)}',
                    hint=f"Templates may use: {', '.join(sorted(variables))}.",
                )
            return self._environment.get_template(name)
        except TemplateSyntaxError as error:
            raise SettingsError(f"{path}, line {error.lineno}: {error.message}") from error
        except TemplateError as error:
            raise SettingsError(f"{path}: {error}") from error

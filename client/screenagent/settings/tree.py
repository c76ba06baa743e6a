"""YAML into plain values that remember where they stood.

PyYAML's own constructor forgets line numbers, takes the last of two equal keys and builds dates from what looks
like one. Here the composed nodes are read instead: every value keeps its line, equal keys are refused, keys are always text,
and aliases are followed within bounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from screenagent.errors import SettingsError
from screenagent.settings.problems import Problem, settings_error

Key: TypeAlias = tuple[str, ...]

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 40
_TAG = "tag:yaml.org,2002:"
_constructor = yaml.constructor.SafeConstructor()


@dataclass
class Tree:
    """A file's values (nested dicts, lists and scalars) and the line of each by its path: from 1, None if not from a file."""

    source: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Key, int | None] = field(default_factory=dict)

    def line(self, key: Key) -> int | None:
        """The line of the value at `key`, or of the nearest section around it."""
        for end in range(len(key), 0, -1):
            if key[:end] in self.lines:
                return self.lines[key[:end]]
        return None

    def override(self, dotted: str, value: object) -> None:
        """Put `value` at a dotted key; text is read as YAML, as it would be in the file.

        Raises:
            SettingsError: the key leads through a value that is no section, or the text is not YAML.
        """
        key = self._split(dotted)
        spot = self.data
        for depth, part in enumerate(key[:-1], 1):
            if part not in spot:
                self.lines[key[:depth]] = None
            inner = spot.setdefault(part, {})
            if inner is None:
                inner = spot[part] = {}
            if not isinstance(inner, dict):
                raise SettingsError(f"--set {dotted}: {part} is a value, not a section.")
            spot = inner
        for known in [known for known in self.lines if known[: len(key)] == key]:
            del self.lines[known]
        if isinstance(value, str):
            read = _read(value, f"--set {dotted}")
            self.lines.update(dict.fromkeys((key + inner for inner in read.lines), None))
            value = read.value
        spot[key[-1]] = value
        self.lines.setdefault(key, None)

    def _split(self, dotted: str) -> Key:
        parts = dotted.split(".")
        if not all(parts):
            raise SettingsError(f"--set {dotted}: this is no settings key.", hint="Write it as section.key, e.g. llm_api.use.")
        key: list[str] = []
        spot: object = self.data
        while parts:
            take = 1
            if isinstance(spot, dict):
                take = max((n for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in spot), default=1)
            name = ".".join(parts[:take])
            key.append(name)
            del parts[:take]
            spot = spot.get(name) if isinstance(spot, dict) else None
        return tuple(key)


@dataclass
class _Read:
    value: Any
    lines: dict[Key, int | None]


def read_text(path: Path, what: str, limit: int = MAX_BYTES) -> str:
    """Return a small UTF-8 file's text (a byte order mark is dropped); `what` names the file's kind in errors.

    Raises:
        SettingsError: it is missing, unreadable, too large, or not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"There is no {what} {path}.", hint="Check the path; it is relative to where you are.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"The {what} {path} cannot be read: {reason}.") from error
    if len(data) > limit:
        raise SettingsError(f"The {what} {path} is larger than {limit // 1024} kB; that cannot be meant.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}, line {line}: this is not UTF-8.", hint="Save the file as UTF-8 and try again.") from None


def read_yaml(text: str, source: str) -> Tree:
    """Read a whole settings file; null and an empty file are an empty tree.

    Raises:
        SettingsError: not YAML (with line and column), not a mapping, a key twice, an unknown tag.
    """
    read = _read(text, source)
    if read.value is None:
        return Tree(source)
    if not isinstance(read.value, dict):
        raise SettingsError(f"{source}: the file must hold sections such as llm_api:, not a single value or a list.")
    return Tree(source, read.value, read.lines)


def _read(text: str, source: str) -> _Read:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, source) from None
    except RecursionError:
        raise SettingsError(f"{source}: sections are nested too deeply.") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise SettingsError(f"{source}: this is not YAML: {' '.join(str(error).split())}.") from None
    walk = _Walk(source)
    value = walk.value(node, (), 0) if node is not None else None
    if walk.problems:
        raise settings_error(source, walk.problems)
    return _Read(value, walk.lines)


def _syntax_error(error: yaml.MarkedYAMLError, source: str) -> SettingsError:
    mark = error.problem_mark or error.context_mark
    where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    what = error.problem or error.context or "it cannot be read"
    hint = ""
    if "\\t" in what:
        hint = "Indent with spaces; YAML does not allow tabs."
    elif "mapping values are not allowed" in what:
        hint = "Look at the indentation, and put a value that holds ': ' in quotes."
    elif "block end" in what or "block mapping" in what:
        hint = "Keys of one section must begin in the same column."
    elif "quoted scalar" in (error.context or ""):
        hint = "A quote is not closed."
    elif "cannot start any token" in what:
        hint = "Put a value that begins with a special character in quotes."
    elif bracket := re.search(r"expected ',' or '([]}])'", what):
        opening = "{" if bracket.group(1) == "}" else "["
        at = f" of line {error.context_mark.line + 1}" if error.context_mark else ""
        hint = f"Perhaps the {opening}{at} is not closed."
    return settings_error(f"{source}{where}", [Problem("", f"this is not YAML: {what}.", hint)])


class _Walk:
    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[Key, int | None] = {}
        self.problems: list[Problem] = []
        self._count = 0

    def value(self, node: yaml.Node, key: Key, depth: int) -> Any:
        self._count += 1
        if self._count > MAX_NODES or depth > MAX_DEPTH:
            raise SettingsError(f"{self.source}: there are too many or too deeply nested values.")
        if isinstance(node, yaml.MappingNode):
            self.lines.setdefault(key, node.start_mark.line + 1)
            return self._mapping(node, key, depth)
        if isinstance(node, yaml.SequenceNode):
            self.lines.setdefault(key, node.start_mark.line + 1)
            return [self.value(item, (*key, str(at)), depth + 1) for at, item in enumerate(node.value)]
        if not isinstance(node, yaml.ScalarNode):
            raise SettingsError(f"{self.source}: there is a value that is neither text, list nor section.")
        self.lines[key] = node.start_mark.line + 1
        return self._scalar(node, key)

    def _mapping(self, node: yaml.MappingNode, key: Key, depth: int) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                self.problems.append(Problem(".".join(key), "has a key that is not a word.", line=line))
                continue
            name = name_node.value
            if name_node.tag == _TAG + "merge":
                self._merge(value_node, key, depth, merged)
                continue
            if name in lines:
                what = f"is written twice (first in line {lines[name]})."
                self.problems.append(Problem(".".join((*key, name)), what, "Keep one of them.", line))
                continue
            lines[name] = line
            full = (*key, name)
            own[name] = self.value(value_node, full, depth + 1)
            self.lines[full] = line
        return {**merged, **own}

    def _merge(self, node: yaml.Node, key: Key, depth: int, merged: dict[str, Any]) -> None:
        for part in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(part, yaml.MappingNode):
                line = part.start_mark.line + 1
                self.problems.append(Problem(".".join(key), "merges (<<) what is not a section.", line=line))
                continue
            for name, value in self.value(part, key, depth + 1).items():
                merged.setdefault(name, value)

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:
        tag, text = node.tag, node.value
        try:
            if tag == _TAG + "null":
                return None
            if tag == _TAG + "bool":
                return _constructor.construct_yaml_bool(node)
            if tag == _TAG + "int":
                return _constructor.construct_yaml_int(node)
            if tag == _TAG + "float":
                return _constructor.construct_yaml_float(node)
        except (ValueError, KeyError, OverflowError, IndexError):
            return text
        if tag not in (_TAG + "str", _TAG + "timestamp", _TAG + "value"):
            line = node.start_mark.line + 1
            self.problems.append(Problem(".".join(key), f"has the tag {tag.replace(_TAG, '!!')}.", "Remove the tag.", line))
        return text


def without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without the keys that are there but empty: an empty key is one that was not set."""
    return {name: value for name, value in values.items() if value is not None}

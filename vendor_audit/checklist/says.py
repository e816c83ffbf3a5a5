"""The sentences of ``says``: text with placeholders for facts, dated data and the elements that decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.checklist.compiling import follow, keys_of
from vendor_audit.checklist.scope import MISSING, Frame, Scope, look_up
from vendor_audit.checklist.values import GROUP, listed, name_of, shown
from vendor_audit.source.words import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.checklist.compiling import Surroundings
    from vendor_audit.checklist.expression import Ground

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_FAILING = "failing"
_NOT_ESTABLISHED = "(not established)"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands between braces."""

    path: str
    """Of a fact, keys joined with dots; of dated data, with a dollar sign; ``failing``."""
    keys: tuple[str, ...]
    """Of a fact; empty: it is none."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with placeholders."""

    parts: tuple[str | Placeholder, ...]

    def render(self, scope: Scope, grounds: Sequence[Ground]) -> str:
        """Return the sentence for a scope and what decided in it. Never raises; what is not known is said to be so."""
        return "".join(each if isinstance(each, str) else _fill(each, scope, grounds) for each in self.parts)


def compile_template(text: str, surroundings: Surroundings) -> tuple[Template, list[str]]:
    """Return the template that a text says, and what is wrong with it."""
    parts: list[str | Placeholder] = []
    troubles: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[end : token.start()])
        end = token.end()
        if token.group() in {"{{", "}}"}:
            parts.append(token.group()[0])
        elif token[1] is None:
            troubles.append(f"a single '{token.group()}' has no partner: write it twice for the character itself")
        else:
            placeholder, trouble = _placeholder(token[1].strip(), surroundings)
            parts.append(placeholder)
            troubles += [trouble] if trouble else []
    parts.append(text[end:])
    return Template(tuple(each for each in parts if each)), troubles


def failing(grounds: Sequence[Ground]) -> list[str]:
    """Return what decided, each once: elements of lists by their names or values, other facts by their values."""
    return list(dict.fromkeys(_name(each) for each in grounds))


def _name(ground: Ground) -> str:
    if ground.trail:
        return ": ".join(_element(path, value) for path, value in ground.trail)
    return shown(ground.value) if ground.value is not MISSING else ground.path


def _element(path: str, value: object) -> str:
    """Return what an element is called; one without a name by its path."""
    if isinstance(value, (dict, list)) or value is MISSING:
        return name_of(value) or path
    return shown(value)


def _placeholder(written: str, surroundings: Surroundings) -> tuple[Placeholder, str]:
    if written == _FAILING:
        return Placeholder(_FAILING, ()), ""
    if written.startswith("$"):
        data = surroundings.data
        found = data.find(written[1:]) if data else None
        return Placeholder(written, ()), data.trouble(written[1:]) if data and found is None else ""
    keys = keys_of(written)
    if not keys:
        return Placeholder(written, ()), f"'{{{written}}}' names no fact: write {{versions.accepted}} or {{failing}}"
    shape, trouble = follow(surroundings.facts, keys, surroundings.facts_of)
    if not trouble and shape.kinds == frozenset({GROUP}):
        trouble = f"{quoted(written)} is a group of facts: name one of them{shape.hint('')}"
    return Placeholder(".".join(keys), keys), trouble


def _fill(placeholder: Placeholder, scope: Scope, grounds: Sequence[Ground]) -> str:
    if placeholder.path.startswith("$"):
        datum = scope.data.find(placeholder.path[1:]) if scope.data else None
        return (datum.called or shown(datum.value)) if datum else _NOT_ESTABLISHED
    if not placeholder.keys:
        return listed(failing(grounds))
    found = look_up(Frame(scope.facts), placeholder.keys, placeholder.path, scope.unknown)
    return _NOT_ESTABLISHED if found.value is MISSING else shown(found.value)

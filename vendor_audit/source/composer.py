"""From the parser's events to data and marks: what YAML means is decided here, by nobody's constructors.

The parser (libyaml where PyYAML was built with it) only cuts the text into events. Aliases are never followed, so a
small file cannot become a large value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from vendor_audit.source.syntax import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEPTH = 50
_NODES = 100_000
_SCALAR = 100_000
"""Characters of one scalar."""
_DIGITS = 15
"""Digits of a number that every JSON reader keeps exactly (2**53 has 16)."""
_MISTAKES = 1000
"""Mistakes of one file that are gathered; nobody mends more of them by hand."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
"""The plain words that are not text."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands; line and column count from 1."""

    line: int
    column: int
    length: int = 1
    """Characters on that line."""


@dataclass(slots=True)
class Node:
    """The marks of a value and of what it holds."""

    mark: Mark
    end: tuple[int, int] = (1, 1)
    """Line and column of the place after it."""
    key: Mark | None = None
    """Where its key stands; None: it is an item of a list, or the root."""
    written: str = ""
    """A scalar's text; empty for lists and mappings."""
    children: dict[str | int, Node] = field(default_factory=dict)


@dataclass(slots=True)
class Composed:
    """What became of a text."""

    data: Any = None
    root: Node | None = None
    """None: there are no data, because the text is empty or not YAML."""
    mistakes: list[tuple[Mark, str]] = field(default_factory=list)


class _TooMuchError(Exception):
    """A limit is reached; what was found so far is all that is told."""


def compose(text: str, lines: Sequence[str]) -> Composed:
    """Return the data of a YAML text, the marks of every value, and what strict YAML refuses in it.

    Args:
        text: without a byte order mark and without characters that YAML does not allow.
        lines: the same text in lines.
    """
    composer = _Composer(text, lines)
    try:
        composer.compose_stream()
    except yaml.MarkedYAMLError as error:
        composer.result.root = None
        line, column, message = explain(error, lines)
        composer.refuse(composer.clamp(line, column, 1), message)
    except _TooMuchError:
        composer.result.root = None
    return composer.result


class _Composer:
    """Walks through the events of one text."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self.result = Composed()
        self._lines = lines
        self._events: Any = yaml.parse(text, Loader=_LOADER)
        self._nodes = 0

    def compose_stream(self) -> None:
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 1:
                    self._first_document(event)
                    continue
                self.refuse(self._mark(event), "a second document begins here: one file holds one ('---' only on top)")
                return

    def _first_document(self, start: Any) -> None:  # noqa: ANN401 (PyYAML's events have no common typed base)
        if start.tags:
            self.refuse(self._mark(start), "%TAG is not allowed: the file may hold plain data only")
        event = next(self._events)
        empty = isinstance(event, yaml.ScalarEvent) and not event.value and event.implicit[0]
        data, root = self._value(event, 0)
        if not (empty and not event.tag and not event.anchor):
            self.result.data, self.result.root = data, root

    def _value(self, event: Any, depth: int) -> tuple[Any, Node]:  # noqa: ANN401 (as above)
        mark = self._mark(event)
        self._nodes += 1
        if self._nodes > _NODES:
            self.refuse(mark, f"the file holds more than {_NODES:,} values")
            raise _TooMuchError
        if depth > _DEPTH:
            self.refuse(mark, f"the data are nested more than {_DEPTH} levels deep")
            raise _TooMuchError
        if isinstance(event, yaml.AliasEvent):
            self.refuse(
                mark, f"aliases are not allowed: write here what '&{event.anchor}' stands for{self._quote('*')}"
            )
            return None, Node(mark)
        if event.anchor is not None:
            self.refuse(mark, f"anchors are not allowed: remove '&{event.anchor}'{self._quote('&')}")
        if event.tag is not None:
            self.refuse(mark, f"tags are not allowed: remove '{self._tag(mark)}'{self._quote('!')}")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, mark), Node(mark, self._end(event), written=event.value)
        node = Node(mark)
        data = (self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping)(node, depth)
        return data, node

    def _sequence(self, node: Node, depth: int) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value, child = self._value(event, depth + 1)
            node.children[len(data)] = child
            data.append(value)
        node.end = self._end(event)
        return data

    def _mapping(self, node: Node, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, mark = self._key(event, depth)
            value, child = self._value(next(self._events), depth + 1)
            if key is None:
                continue
            if key in data:
                first = node.children[key].key
                self.refuse(mark, f"duplicate key '{key}': it stands in line {first.line if first else 0} already")
                continue
            child.key = mark
            node.children[key] = child
            data[key] = value
        node.end = self._end(event)
        return data

    def _key(self, event: Any, depth: int) -> tuple[str | None, Mark]:  # noqa: ANN401 (as above)
        """Return the text of a key, None where it is refused, and its mark."""
        mark = self._mark(event)
        before = len(self.result.mistakes)
        self._value(event, depth + 1)
        if not isinstance(event, yaml.ScalarEvent):
            if len(self.result.mistakes) == before:
                self.refuse(mark, "a key must be a text; a text that begins with '{' or '[' needs quotes")
            return None, mark
        if event.implicit[0] and event.value == "<<":
            self.refuse(mark, "merge keys ('<<') are not allowed: write the keys out")
            return None, mark
        if event.implicit[0] and not event.value:
            self.refuse(mark, "the key in front of ':' is missing")
            return None, mark
        return event.value, mark

    def _scalar(self, event: Any, mark: Mark) -> str | float | bool | None:  # noqa: ANN401 (as above)
        text: str = event.value
        if len(text) > _SCALAR:
            self.refuse(mark, f"the text is longer than {_SCALAR:,} characters")
        elif event.implicit[0]:  # written plainly: neither quoted, nor a block, nor tagged
            if text in _WORDS:
                return _WORDS[text]
            if _NUMBER.fullmatch(text) and len(text) <= _DIGITS:
                return float(text) if "." in text else int(text)
            if _NUMBER.fullmatch(text):
                self.refuse(mark, f"the number has more than {_DIGITS} digits: if it is a name, put it in quotes")
        return text

    def _mark(self, event: Any) -> Mark:  # noqa: ANN401 (as above)
        start, end = event.start_mark, event.end_mark
        scalar = isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent))
        length = end.column - start.column if scalar and end.line == start.line else 1
        if length > 0 and start.line < len(self._lines) and start.column + length <= len(self._lines[start.line]):
            return Mark(start.line + 1, start.column + 1, length)
        return self.clamp(start.line + 1, start.column + 1, length)

    def _end(self, event: Any) -> tuple[int, int]:  # noqa: ANN401 (as above)
        line, column = event.end_mark.line, event.end_mark.column
        if line < len(self._lines) and column <= len(self._lines[line]):
            return line + 1, column + 1
        mark = self.clamp(line + 1, column + 1, 1)
        return mark.line, mark.column

    def clamp(self, line: int, column: int, length: int) -> Mark:
        """Return a mark that lies inside the file, whatever the parser says."""
        line = min(max(line, 1), len(self._lines))
        end = len(self._lines[line - 1]) + 1
        column = min(max(column, 1), end)
        return Mark(line, column, max(min(length, end - column), 1))

    def refuse(self, mark: Mark, message: str) -> None:
        self.result.mistakes.append((mark, message))
        if len(self.result.mistakes) >= _MISTAKES:
            raise _TooMuchError

    def _tag(self, mark: Mark) -> str:
        return self._lines[mark.line - 1][mark.column - 1 :].split(" ", 1)[0]

    @staticmethod
    def _quote(sign: str) -> str:
        return f", or put the text in quotes if it begins with '{sign}'"

"""What a person can do about text that is not YAML.

The parser speaks of tokens and states. This table turns its words, those of libyaml and those of PyYAML's own parser,
into a sentence about the line that the person wrote, and points at the character that needs mending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import yaml

_TIGHT_COLON = re.compile(r"[A-Za-z0-9_-]+:(?=[^\s:])(?!.*:\s)")
"""A key whose colon has no space after it."""
_RESERVED = "@`%"
"""Characters with which plain text may not begin (YAML 1.2, 5.3), beside those that have a meaning."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A syntax error in the parser's words; places count from 1."""

    context: str
    problem: str
    opened: tuple[int, int]
    """Where what was being read began."""
    place: tuple[int, int]
    """Where the parser gave up."""
    lines: Sequence[str]

    def line(self, number: int) -> str:
        """Return a line of the file; empty where there is none."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    @property
    def at_end(self) -> bool:
        """Whether the parser gave up at the end of the file."""
        return not "".join(self.lines[self.place[0] - 1 :])[self.place[1] - 1 :].strip()


_Explanation = tuple[tuple[int, int], str]


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, int, str]:
    """Return line and column (both from 1) and a sentence for a syntax error.

    Args:
        error: as the parser raised it.
        lines: the lines of the file.
    """
    place = _place(error.problem_mark) or _place(error.context_mark) or (1, 1)
    trouble = _Trouble(error.context or "", error.problem or "", _place(error.context_mark) or place, place, lines)
    (line, column), message = next(
        (explanation(trouble) for part, explanation in _EXPLANATIONS if part in trouble.problem),
        (place, f"this is not YAML: {trouble.problem} {trouble.context}".rstrip()),
    )
    return line, column, message


def _place(mark: yaml.Mark | None) -> tuple[int, int] | None:
    return (mark.line + 1, mark.column + 1) if mark else None


def _second_colon(trouble: _Trouble) -> _Explanation:
    line, column = trouble.place
    before = trouble.line(line)[: column - 1]
    if ": " in before or before.rstrip().endswith(":"):
        return (
            trouble.place,
            "a second ': ' in one line: put a text that contains it in quotes, or begin a new line",
        )
    above = next((number for number in range(line - 1, 0, -1) if _says_something(trouble.line(number))), 0)
    text = trouble.line(above)
    start = len(text) - len(text.lstrip(" -")) + 1
    tight = _TIGHT_COLON.match(text, start - 1)
    if tight:
        return (above, tight.end()), "after the ':' of a key comes a space"
    if above and ":" not in text:
        return (above, start), f"'{text.strip(' -')}' has no ':' after it, so that line {line} does not fit below it"
    return trouble.place, "a key does not fit here: check the indentation of this line and the quotes of the one above"


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _odd_start(trouble: _Trouble) -> _Explanation:
    line, column = trouble.place
    rest = trouble.line(line)[column - 1 :]
    if rest.startswith("\t"):
        return _tab(trouble)
    if rest[:1] in _RESERVED:
        return trouble.place, f"a text may not begin with '{rest[:1]}': put it in quotes"
    return trouble.place, "this character may not stand here: put the text in quotes"


def _tab(trouble: _Trouble) -> _Explanation:
    return trouble.place, "a tab stands in the indentation: use spaces"


def _unclosed_quote(trouble: _Trouble) -> _Explanation:
    return trouble.opened, "the quote that opens here is never closed"


def _unclosed_bracket(trouble: _Trouble) -> _Explanation:
    line, column = trouble.opened
    bracket = trouble.line(line)[column - 1 : column]
    closing = {"[": "]", "{": "}"}.get(bracket, "its partner")
    if trouble.at_end:
        return trouble.opened, f"the '{bracket}' that opens here is never closed by '{closing}'"
    return (
        trouble.place,
        f"',' or '{closing}' was expected here: the '{bracket}' of line {line}, column {column} is still open",
    )


def _indentation(trouble: _Trouble) -> _Explanation:
    line, column = trouble.place
    rest = trouble.line(line)[column - 1 :]
    began = trouble.opened[0]
    if "block collection" in trouble.context:
        return _no_dash(trouble)
    if rest.startswith(":"):
        return trouble.place, "the key in front of ':' is missing"
    if rest[:1] in {"]", "}"}:
        return trouble.place, f"'{rest[:1]}' closes nothing that is open"
    if rest.startswith(("'", '"')) or trouble.line(line)[: column - 1].strip(" -"):
        return trouble.place, "this does not belong to what stands before it: put the whole text in quotes"
    if rest.startswith("- "):
        return trouble.place, f"a list item does not fit here: the keys beside it began in line {began}; indent it"
    return trouble.place, f"the indentation does not fit: this belongs together with what began in line {began}"


def _no_dash(trouble: _Trouble) -> _Explanation:
    return (
        trouble.place,
        f"the list that began in line {trouble.opened[0]} goes on here, but without '- ': check the indentation",
    )


def _no_colon(trouble: _Trouble) -> _Explanation:
    line, column = trouble.opened
    text = trouble.line(line)[column - 1 :]
    if text.startswith("-") and not text.startswith("- "):
        return trouble.opened, "after the '-' of a list item comes a space"
    colon = text.find(":")
    if colon > 0 and text[colon + 1 : colon + 2].strip():
        return (line, column + colon), "after the ':' of a key comes a space"
    return trouble.opened, "a key needs ': ' after it"


def _no_value(trouble: _Trouble) -> _Explanation:
    line, column = trouble.place
    character = trouble.line(line)[column - 1 : column]
    if character == ":":
        return trouble.place, "the key in front of ':' is missing"
    if character in {",", "]", "}"}:
        return trouble.place, f"a value is missing in front of '{character}', or the text needs quotes"
    return trouble.place, "a value was expected here: put the text in quotes if it begins with a special character"


def _unknown_escape(trouble: _Trouble) -> _Explanation:
    return trouble.place, "no such escape: between double quotes write '\\\\' for a backslash, or use single quotes"


def _block_header(trouble: _Trouble) -> _Explanation:
    return trouble.place, "after '|' or '>' the text begins on the next line; a text that begins so needs quotes"


def _bare_sign(trouble: _Trouble) -> _Explanation:
    line, column = trouble.opened
    sign = trouble.line(line)[column - 1 : column]
    return trouble.opened, f"a text that begins with '{sign}' needs quotes"


def _list_in_line(trouble: _Trouble) -> _Explanation:
    return trouble.place, "a list begins on a line of its own: put '- ' below the key, or write [a, b]"


def _second_content(trouble: _Trouble) -> _Explanation:
    return trouble.place, "this does not belong to what stands above: check the indentation, and quotes and brackets"


def _tag(trouble: _Trouble) -> _Explanation:
    return trouble.opened, "tags are not allowed: put a text that begins with '!' in quotes"


def _version(trouble: _Trouble) -> _Explanation:
    return trouble.place, "this version of YAML is not known: remove the line"


_EXPLANATIONS: tuple[tuple[str, Callable[[_Trouble], _Explanation]], ...] = (
    ("mapping values are not allowed", _second_colon),
    ("cannot start any token", _odd_start),
    ("tab character", _tab),
    ("unexpected end of stream", _unclosed_quote),
    ("unexpected document", _unclosed_quote),
    ("expected ',' or", _unclosed_bracket),
    ("did not find expected key", _indentation),
    ("did not find expected '-'", _no_dash),
    ("expected <block end>", _indentation),
    ("could not find expected ':'", _no_colon),
    ("node content", _no_value),
    ("unknown escape", _unknown_escape),
    ("comment or a line break", _block_header),
    ("comment or line break", _block_header),
    ("alphabetic or numeric", _bare_sign),
    ("sequence entries are not allowed", _list_in_line),
    ("<document start>", _second_content),
    ("tag", _tag),
    ("incompatible YAML document", _version),
)
"""Part of the parser's words -> what explains it; the first that fits."""

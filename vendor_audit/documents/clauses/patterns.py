"""The small pattern language of clause libraries, compiled to RE2, whose running time is linear in the text.

A pattern is written as a drafter speaks: ``{p} {shall} .. inform .. {c}``. ``{name}`` stands for a word of the language
file, " .. " for up to eight words between, " ... " for anything in the same sentence; the rest is RE2. A list of
patterns is met when every one of them is found in the text, in any order; one that begins with "! " must not be found.
Text and patterns are compared without accents, and the text in lower case (`folded`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.values.words import unaccented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NOT = "! "


class PatternError(Exception):
    """A pattern of a library cannot be compiled; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Alternatives, one of which has to be found."""

    single: re2._Regexp | None
    """All alternatives that are one pattern, as one; None: there are none."""
    joint: tuple[tuple[tuple[re2._Regexp, bool], ...], ...]
    """Alternatives that are several patterns, each with whether it has to be found, or must not be."""

    def found(self, text: str) -> bool:
        """Return whether a folded text meets one of the alternatives."""
        if self.single is not None and self.single.search(text):
            return True
        return any(all(bool(each.search(text)) is wanted for each, wanted in parts) for parts in self.joint)

    def may_be_in(self, text: str) -> bool:
        """Return whether some part of a text may meet one of the alternatives; what must not be found may be near."""
        if self.single is not None and self.single.search(text):
            return True
        return any(all(each.search(text) for each, wanted in parts if wanted) for parts in self.joint)

    def count(self, text: str, enough: int) -> int:
        """Return how many different words of a folded text meet the single alternatives, up to ``enough``."""
        words: set[str] = set()
        for match in self.single.finditer(text) if self.single is not None else ():
            words.add(match.group())
            if len(words) >= enough:
                break
        return len(words)

    def before(self, text: str) -> str:
        """Return a folded text up to the first place that meets a single alternative; all of it: none does."""
        match = self.single.search(text) if self.single is not None else None
        return text[: match.start()] if match else text

    def __bool__(self) -> bool:
        """Whether there is any alternative."""
        return self.single is not None or bool(self.joint)


NOTHING = Pattern(None, ())


def compile_pattern(alternatives: Sequence[str | Sequence[str]], words: Mapping[str, str]) -> Pattern:
    """Return the pattern of a list of alternatives.

    Args:
        alternatives: each a pattern, or a list of patterns that all have to be found.
        words: name -> RE2, for ``{name}``; a word may use others.

    Raises:
        PatternError: a word is not known, or RE2 refuses a pattern.
    """
    singles = [each for each in alternatives if isinstance(each, str)]
    joint = tuple(
        tuple((_compile(each.removeprefix(_NOT), words), not each.startswith(_NOT)) for each in parts)
        for parts in alternatives
        if not isinstance(parts, str)
    )
    return Pattern(_compile_any(singles, words) if singles else None, joint)


def _compile_any(patterns: Sequence[str], words: Mapping[str, str]) -> re2._Regexp:
    return _regexp("|".join(f"(?:{_expand(each, words)})" for each in patterns), " | ".join(patterns))


def _compile(pattern: str, words: Mapping[str, str]) -> re2._Regexp:
    return _regexp(_expand(pattern, words), pattern)


def _regexp(expanded: str, written: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    try:
        return re2.compile(expanded, options)
    except re2.error as error:
        raise PatternError(f"{written!r} is no pattern: {error}") from error


def _expand(pattern: str, words: Mapping[str, str], depth: int = 0) -> str:
    def word(match: re.Match[str]) -> str:
        name = match[1]
        if name not in words:
            raise PatternError(f"{pattern!r} uses the word {{{name}}}, which the language file does not have")
        if depth > 5:  # noqa: PLR2004 (a word that uses itself)
            raise PatternError(f"the word {{{name}}} uses itself")
        return f"(?:{_expand(words[name], words, depth + 1)})"

    text = unaccented(pattern).replace(" ... ", r"\b.*\b").replace(" .. ", r"\S*(?:\s+\S+){0,8}?\s+\W*")
    text = text.replace(" .{", r"\W{1,2}.{")  # "may, on notice, audit" as "may on notice audit"
    return _WORD.sub(word, text)

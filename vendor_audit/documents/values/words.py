"""Words of a text, made comparable: without case, accents and the many kinds of quotes and dashes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import re2

from vendor_audit.resources import shipped
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Meaning = TypeVar("Meaning")

CELL = 500
"""Characters that are kept and read of one cell, name or value."""
PASSAGE = 2_000
"""Characters that are read of one paragraph."""

DASHES = "\u2013\u2014-"
"""The en dash, the em dash, and the hyphen that stands for them."""

_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,5}")
_QUOTES, _DOUBLE_QUOTES = "\u2018\u2019`", "\u201c\u201d\u201e\u00ab\u00bb"
_SAME = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "\u00a0": " "}
    | dict.fromkeys(_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | dict.fromkeys("\u2010\u2011" + DASHES, "-")
)
_INSIDE_GUILLEMETS = re.compile(r"(?<=\u00ab)[ \u00a0\u202f]+|[ \u00a0\u202f]+(?=\u00bb)")
"""French sets a space inside of its quotes."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with its place."""

    text: str
    """As written; dots of initials are left out: ``US`` of ``U.S.``."""
    key: str
    """Comparable: lower case, without accents."""
    start: int
    end: int


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """Return the content of ``checklists/documents/<name>.yaml``."""
    data: Mapping[str, Any] = read_yaml(shipped("checklists") / "documents" / f"{name}.yaml").data
    return data


def cut(text: str, most: int = CELL) -> str:
    """Return the text on one line, its first ``most`` characters if it has more; an ellipsis shows the cut."""
    line = " ".join(text[: most * 2].split())
    return line if len(line) <= most and len(text) <= most * 2 else f"{line[: most - 1]}…"


def folded(text: str) -> str:
    """Return the text in lower case, without accents, with plain quotes and dashes."""
    return text.lower() if text.isascii() else unaccented(text.lower()).lower()


def unaccented(text: str) -> str:
    """Return the text without accents, with plain quotes and dashes, in the case that it has."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", _INSIDE_GUILLEMETS.sub("", text).translate(_SAME))
    return "".join(each for each in decomposed if not unicodedata.combining(each)).translate(_SAME)


def words_of(text: str) -> list[Word]:
    """Return the words of a text in their order; initials such as ``U.S.`` are one word."""
    initials = {match.start(): match for match in _INITIALS.finditer(text)}
    found: list[Word] = []
    behind = 0
    for match in _WORD.finditer(text):
        if match.start() < behind:
            continue
        whole = initials.get(match.start(), match)
        written = whole[0].replace(".", "")
        found.append(Word(written, folded(written), whole.start(), whole.end()))
        behind = whole.end()
    return found


def keys_of(text: str) -> tuple[str, ...]:
    """Return the comparable words of a text."""
    return tuple(each.key for each in words_of(text))


class Phrases(Generic[Meaning]):
    """Phrases of one or more words, each with a meaning; the longest that fits wins."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]]) -> None:
        """Take phrases with their meanings; of equal phrases the first counts."""
        self._meanings: dict[tuple[str, ...], Meaning] = {}
        for phrase, meaning in entries:
            key = keys_of(phrase)
            if key:
                self._meanings.setdefault(key, meaning)
        self._longest = max(map(len, self._meanings), default=0)

    def at(self, words: Sequence[Word], index: int) -> tuple[int, Meaning] | None:
        """Return how many words the phrase at this index has, and its meaning; None: no phrase begins there."""
        keys = tuple(each.key for each in words[index : index + self._longest])
        for length in range(len(keys), 0, -1):
            if keys[:length] in self._meanings:
                return length, self._meanings[keys[:length]]
        return None

    def all_in(self, words: Sequence[Word]) -> list[tuple[int, int, Meaning]]:
        """Return (first word, word after the last, meaning) of every phrase, from the left, none overlapping."""
        found: list[tuple[int, int, Meaning]] = []
        index = 0
        while index < len(words):
            here = self.at(words, index)
            if here:
                found.append((index, index + here[0], here[1]))
            index += here[0] if here else 1
        return found


@cache
def pattern(*alternatives: str) -> re2._Regexp:
    """Return an RE2 pattern of alternatives, without regard to case."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile("|".join(f"(?:{each})" for each in alternatives), options)


@cache
def any_of(name: str, *path: str) -> re2._Regexp:
    """Return the pattern of a list of RE2 expressions in a vocabulary, for texts that went through `folded`."""
    node: Any = vocabulary(name)
    for step in path:
        node = node[step]
    if isinstance(node, dict):
        node = [each for group in node.values() for each in group]
    return pattern(*(unaccented(each) for each in node))


def levelled(text: str) -> str:
    """Return the text as `folded` does, but each character as one, so that places in it are places in the text."""
    if text.isascii():
        return text.lower()
    return "".join((unicodedata.normalize("NFKD", each.lower().translate(_SAME)) or each)[0] for each in text)

"""Lines of a PDF joined to text: words that were cut at the end of a line made whole, pages remembered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.pdf_page import HYPHEN
from vendor_audit.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"[^\W_]+(?:-[^\W_]+)*\Z")
_FIRST = re.compile(r"[^\W\d_]+")
_CUT_ADDRESS = re.compile(r"(?:https?:/|www\.)[^\s]{0,500}[/_=&?#%-]\Z")
_MOST_WORDS: Final = 300_000
_MOST_CUTS: Final = 100_000
_RARE: Final = 25
"""Lines of which less than one is cut: there, hyphens at their ends are part of the words."""
_ENDINGS: Final = words(
    """
    readable based related specific party term time wide free level end up site house mail going existing compliant
    processor processors processing protection day days year call friendly sensitive party's aware enabled driven
    """
)
"""Words that stand behind a hyphen as often as alone."""
_SHORTEST_PART: Final = 3
"""Letters of a part that can be told to be a word of its own."""
_LEADS: Final = words("und oder bzw sowie en of et ou and or to")
"""Behind a hyphen, these show that it stands for a part left out: "Vor- und Nachteile"."""


class Mender:
    """Knows the words of a document, and by them whether a hyphen at the end of a line is part of the word."""

    def __init__(self) -> None:
        """Begin with no words."""
        self._words: set[str] = set()
        self._was_cut = False
        self._lines = 0
        self._cuts: list[tuple[str, str]] = []
        """The parts of words before and behind the ends of lines."""
        self._last = ""
        self._joins: bool | None = None

    def learn(self, text: str) -> None:
        """Take the words of a line in the order of the page, but parts of the ones that are cut at its ends."""
        words = [word.lower() for word in _WORD.findall(text)]
        is_cut = text.endswith((HYPHEN, "-"))
        if len(self._words) < _MOST_WORDS:
            self._words.update(words[self._was_cut : -1 if is_cut else None])
        if self._was_cut and self._last and words and len(self._cuts) < _MOST_CUTS:
            self._cuts.append((self._last, words[0]))
        self._was_cut = is_cut
        self._last = words[-1] if words else ""
        self._lines += 1

    def _cuts_words(self) -> bool:
        """Whether the document cuts words at the ends of lines, so that a hyphen there is no part of them by habit."""
        if self._joins is None:
            joined = sum(first + second in self._words for first, second in self._cuts)
            kept = sum(f"{first}-{second}" in self._words for first, second in self._cuts)
            self._joins = joined > kept or (joined == kept and len(self._cuts) * _RARE > self._lines)
        return self._joins

    def joined(self, lines: Iterable[tuple[str, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return lines with their pages as one text, and the places in it where the page changes."""
        parts: list[str] = []
        length = 0
        page = 0
        turns: list[tuple[int, int]] = []
        for text, number in lines:
            stripped = text.strip()
            if not stripped:
                continue
            last = parts[-1] if parts else ""
            if _CUT_ADDRESS.search(last):
                pass
            elif last.endswith((HYPHEN, "-")):
                mended = self._mended(last, stripped)
                length += len(mended) - len(last)
                parts[-1] = mended
            elif parts:
                parts.append(" ")
                length += 1
            if parts and number != page:
                turns.append((length, number))
            page = number
            parts.append(stripped)
            length += len(stripped)
        return "".join(parts).replace(HYPHEN, "-"), tuple(turns)

    def _mended(self, before: str, after: str) -> str:  # noqa: PLR0911 - a return for each sign
        """Return a line that ends in a hyphen as it goes on: with the hyphen or without it, or with a space behind."""
        stem = before[:-1]
        tail, head = _LAST.search(stem), _FIRST.match(after)
        if tail is None or head is None:
            return f"{stem}- " if not stem or stem[-1].isspace() else f"{stem}-"
        first, second = tail[0].lower(), head[0].lower()
        if second in _LEADS:
            return f"{stem}- "
        whole, hyphened = first + second, f"{first}-{second}"
        if whole in self._words and hyphened not in self._words:
            return stem
        if hyphened in self._words or not head[0][0].islower() or not tail[0][-1].isalpha():
            return f"{stem}-"
        if "@" in stem.rsplit(maxsplit=1)[-1] or (before[-1] == "-" and "-" in tail[0]):
            return f"{stem}-"
        last_part = first.rsplit("-", 1)[-1]
        if min(len(last_part), len(second)) >= _SHORTEST_PART and {last_part, second} <= self._words | _ENDINGS:
            return f"{stem}-"
        return stem if self._cuts_words() else f"{stem}-"

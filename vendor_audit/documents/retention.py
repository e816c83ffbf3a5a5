"""How long a paper says that data is kept, kind by kind: in tables, lists and sentences, of any kind of document.

"Recordings | 90 days", "Logs are deleted after two weeks": each is a `Period`. What is kept until something happens
("until the call ends", "not stored") has no number. "As long as necessary" says nothing and is not kept here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import re2

from vendor_audit.documents.clauses.durations import durations_in
from vendor_audit.documents.model import BlockKind
from vendor_audit.documents.notice_words import notice_words, pattern_at, patterns_at
from vendor_audit.documents.values.words import folded, unaccented

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_audit.documents.clauses.model import Library
    from vendor_audit.documents.model import Block, Document, Section

Json = Any

OTHER = "other"
MOST_PERIODS = 200
_LOGS = "logs"
_HIDDEN = "cookies"
"""A kind that the words know, and that is `OTHER` to everyone else."""
_LONGEST = 2_000
_QUOTE = 600
_PURE = re2.compile(r"^\W*(?:max(?:imum|imal|\.)? |up to |bis zu |jusqu'a |tot )?[\w()-]+(?: \(?[\w()]+\)?)? \w+\W*$")
"""A cell that holds nothing but a duration: "90 days", "thirty (30) days"."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind of data is kept."""

    category: str
    """``recordings``, ``chat``, ``transcripts``, ``metadata``, ``logs``, ``accounts``, ``support``, ``backups`` or
    ``other``."""
    days: float | None
    """None: until something happens, or not at all."""
    quote: str
    page: int
    """0: the format has no pages."""
    section: str
    about_cookies: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return the period as facts; ``days`` is absent where an event ends it, and ``event`` true."""
        shape: dict[str, Json] = {"category": self.category, "quote": self.quote, "section": self.section}
        if self.page:
            shape["page"] = self.page
        if self.days is None:
            shape["event"] = True
        else:
            shape["days"] = int(self.days) if self.days == int(self.days) else self.days
        return shape


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text stands."""

    quote: str
    page: int
    section: str


def retention_periods(document: Document, library: Library) -> tuple[Period, ...]:
    """Return the periods of a document in their order, each kind with each number once.

    Args:
        document: of any kind.
        library: any library of its language: its numbers and units are used.
    """
    found: dict[tuple[str, float | None], Period] = {}
    for section in document.sections:
        for period in _in_section(section, library):
            found.setdefault((period.category, period.days), period)
            if len(found) >= MOST_PERIODS:
                return tuple(found.values())
    return tuple(found.values())


def _in_section(section: Section, library: Library) -> Iterator[Period]:
    language = library.language
    context = pattern_at(language, "notice", "retention", "context")
    path = folded(" / ".join(section.path))
    header, table, led = "", 0, ""
    for block in section.blocks:
        if block.kind is BlockKind.ROW:
            if block.table != table:
                header, table = "", block.table
            if block.is_header:
                header = folded(block.text)
            else:
                yield from _in_row(block, section, header, context.found(f"{path} {header}"), library)
            continue
        if block.kind is not BlockKind.ITEM:
            led = folded(block.text) if block.text.rstrip().endswith(":") else ""
        yield from _in_text(block, section, f"{led} " if led else "", path, library)


def _in_row(block: Block, section: Section, header: str, is_about: bool, library: Library) -> Iterator[Period]:  # noqa: FBT001
    """Yield what a row says: the kind in one cell, the time in another."""
    language = library.language
    place = _Place(block.text[:_QUOTE], block.page, section.name)
    cells = [folded(cell[:_LONGEST]) for cell in block.cells]
    timed = [index for index, cell in enumerate(cells) if _days(cell, library) or _is_event(cell, language)]
    for index in timed[:1] if is_about else [each for each in timed if _PURE.search(cells[each])][:1]:
        others = " | ".join(cell for other, cell in enumerate(cells) if other != index)
        kinds = _kinds(cells[0], language) if index else []
        kinds = kinds or _kinds(others, language) or _kinds(cells[index], language) or _kinds(header, language)
        if not kinds and not is_about:
            continue
        days = _days(cells[index], library)
        for kind in kinds or [OTHER]:
            yield _period(kind, max(days) if days else None, place)


def _in_text(block: Block, section: Section, led: str, path: str, library: Library) -> Iterator[Period]:
    language = library.language
    keep = pattern_at(language, "notice", "retention", "keep")
    not_about = pattern_at(language, "notice", "retention", "not_about")
    context = pattern_at(language, "notice", "retention", "context")
    is_item = block.kind is BlockKind.ITEM
    subject: list[str] = []
    is_short = len(block.sentences) <= _FEW
    for sentence in block.sentences:
        text = folded(sentence.text[:_LONGEST])
        around = (led if is_item else "") + path
        said = keep.found(text) or (context.found(around) and (is_item or text.count(" ") < _SHORT))
        if not said or not_about.found(text):
            subject = _kinds(text, language) if is_short else []
            continue
        kinds = subject or _kinds(path, language)
        place = _Place(sentence.text[:_QUOTE], sentence.page, section.name)
        yield from _in_sentence(text, kinds, place, library)
        subject = _kinds(text, language) if is_short else []


_FEW = 4
"""Sentences of a paragraph in which one speaks of what the one before named: "They are deleted after 7 days."."""
_SHORT = 14
"""Words of a sentence that under a heading on periods needs no verb: "Recordings: 90 days."."""


def _in_sentence(text: str, before: Sequence[str], place: _Place, library: Library) -> Iterator[Period]:
    """Yield what a sentence says, cut where it passes from one kind of data to the next."""
    language = library.language
    logged = pattern_at(language, "notice", "retention", "logged")
    open_kinds: list[str] = []
    waiting: list[float | None] = []
    last: list[str] = []
    for part in _joints(language).split(text):
        kinds, days = _kinds(part, language), _days(part, library)
        if waiting and (kinds or days):
            named = (kinds if not days else []) or before or [OTHER]
            yield from (_period(kind, time, place) for time in waiting for kind in named)
            waiting, last = [], kinds
        open_kinds = (
            [_LOGS] if logged.found(part) else [*open_kinds, *(each for each in kinds if each not in open_kinds)]
        )
        times: list[float | None] = [max(days)] if days else [None] if _is_event(part, language) else []
        if not times:
            continue
        if open_kinds or last:
            last = open_kinds or last
            yield from (_period(kind, time, place) for time in times for kind in last)
            open_kinds = []
        else:
            waiting += times
    for time in waiting:
        yield from (_period(kind, time, place) for kind in before or ([OTHER] if time is not None else []))


def _period(kind: str, days: float | None, place: _Place) -> Period:
    category = OTHER if kind == _HIDDEN else kind
    time = None if days is None else round(days, 1)
    return Period(category, time, place.quote, place.page, place.section, about_cookies=kind == _HIDDEN)


def _days(text: str, library: Library) -> list[float]:
    return list(durations_in(text, library, "days"))


def _is_event(text: str, language: str) -> bool:
    return pattern_at(language, "notice", "retention", "event").found(text)


def _kinds(text: str, language: str) -> list[str]:
    """Return the kinds of data that a text names."""
    path = ("notice", "retention", "categories")
    return [kind for kind, pattern in patterns_at(language, *path).items() if pattern.found(text)]


@cache
def _joints(language: str) -> re.Pattern[str]:
    return re.compile(unaccented(notice_words(language)["retention"]["joints"]))

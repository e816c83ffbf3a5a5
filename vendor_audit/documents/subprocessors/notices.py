"""How a change of the list is announced, what keeps a reader from the list, and of which day it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import re2

from vendor_audit.documents.subprocessors.model import ChangeNotice, Mechanism
from vendor_audit.documents.subprocessors.surroundings import is_about, sentences_of
from vendor_audit.documents.values.dates import find_days
from vendor_audit.documents.values.words import PASSAGE, any_of, cut, folded, pattern, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_audit.documents.model import Block, Document, Section

_GAP = 25
"""Characters that may stand between "last updated" and its day."""
_WEEK, _MONTH = 7, 30
NO_DAY = "the list gives no day"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its place."""

    text: str
    page: int
    section: str
    is_sure: bool
    """Whether it stands in a section that is about sub-processors."""


def said_in(sections: Iterable[tuple[Section, bool]]) -> Iterator[Said]:
    """Yield the sentences of running text."""
    for section, is_sure in sections:
        for block in section.blocks:
            for sentence in sentences_of(block):
                yield Said(sentence, block.page, cut(section.name), is_sure)


def change_notice(said: Iterable[Said]) -> ChangeNotice:
    """Return how changes are announced: of all that is said, the most active way, and the days that go with it."""
    order = list(Mechanism)
    best = ChangeNotice(Mechanism.NONE)
    days, business_days, days_quote = 0, 0, ""
    for each in said:
        lower = folded(each.text)
        if not any_of("subprocessors", "notice", "speaks").search(lower) or not (each.is_sure or is_about(each.text)):
            continue
        mechanism = _mechanism(lower)
        found, found_business = _days(lower)
        if mechanism is None and not (found or found_business):
            continue
        if not days_quote and (found or found_business):
            days, business_days, days_quote = found, found_business, cut(each.text)
        reached = mechanism or Mechanism.NONE
        if not best.quote or order.index(reached) < order.index(best.mechanism):
            best = ChangeNotice(reached, 0, 0, cut(each.text), each.page, each.section)
    return replace(best, days=days, business_days=business_days, days_quote=days_quote)


def _mechanism(lower: str) -> Mechanism | None:
    """Return the way that a sentence names; "subscribe to e-mails" is only for who subscribes."""
    for mechanism in (Mechanism.SUBSCRIBE, Mechanism.EMAIL, Mechanism.IN_APP, Mechanism.FEED, Mechanism.PAGE):
        if any_of("subprocessors", "notice", mechanism.value).search(lower):
            return mechanism
    return None


@cache
def _units() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    notice = vocabulary("subprocessors")["notice"]
    return tuple(notice["business"]), tuple(notice["weeks"]), tuple(notice["months"])


def _days(lower: str) -> tuple[int, int]:
    """Return the calendar days and the business days that a sentence names first."""
    business, weeks, months = _units()
    numbers = vocabulary("subprocessors")["numbers"]
    for match in pattern(vocabulary("subprocessors")["notice"]["days"]).finditer(lower[:PASSAGE]):
        words = match[0]
        digits = re2.findall(r"\d+", words)
        number = int(digits[-1]) if digits else numbers.get(match[1], 0)
        if not number:
            continue
        if any(each in words for each in business):
            return 0, number
        if any(each in words for each in weeks):
            return number * _WEEK, 0
        return number * (_MONTH if any(each in words for each in months) else 1), 0
    return 0, 0


def access_limits(said: Iterable[Said]) -> tuple[str, ...]:
    """Return what keeps a reader from the list, by its own words."""
    kinds = list(vocabulary("subprocessors")["access"])
    found = {
        kind
        for each in said
        for kind in kinds
        if (each.is_sure or is_about(each.text)) and any_of("subprocessors", "access", kind).search(folded(each.text))
    }
    return tuple(kind for kind in kinds if kind in found)


def none_declared(said: Iterable[Said]) -> bool:
    """Return whether the vendor says that it has no sub-processors; a duty to have none without consent is no such."""
    says, duty = any_of("subprocessors", "none_declared"), any_of("subprocessors", "none_is_duty")
    return any(says.search(lower) and not duty.search(lower) for lower in (folded(each.text) for each in said))


def dated(document: Document, sections: Iterable[tuple[Section, bool]]) -> tuple[str, str]:
    """Return the day of the list and an empty reason, or an empty day and why there is none."""
    kinds = list(vocabulary("subprocessors")["dated"])
    found: dict[str, dict[str, str]] = {}
    for text in _dated_texts(document, sections):
        for kind in kinds:
            for value, reason in _dates_after(kind, text, document.language):
                found.setdefault(kind, {}).setdefault(value, reason)
    for kind in kinds:
        values = [each for each in found.get(kind, {}) if each]
        whole = [each for each in values if not any(other != each and other.startswith(each) for other in values)]
        if len(whole) > 1:
            return "", f"it gives several days: {', '.join(sorted(whole)[:5])}"
        if whole:
            return whole[0], ""
        if found.get(kind):
            return "", found[kind][""]
    return "", NO_DAY


def _dated_texts(document: Document, sections: Iterable[tuple[Section, bool]]) -> Iterator[str]:
    """Yield texts that may hold the day: each sentence, and a label with the block behind it."""
    yield document.title[:PASSAGE]
    chosen = {id(each) for each, _ in sections}
    for index, section in enumerate(document.sections):
        if id(section) not in chosen and index > 0:
            continue
        yield section.name[:PASSAGE]
        before: Block | None = None
        for block in section.blocks:
            yield from sentences_of(block)
            if before is not None and len(before.text) <= _GAP:
                yield f"{before.text} {block.text[:_GAP]}"
            before = block


def _dates_after(kind: str, text: str, language: str) -> Iterator[tuple[str, str]]:
    lower = folded(text)
    labels = [match.end() for match in any_of("subprocessors", "dated", kind).finditer(lower)]
    if not labels:
        return
    for day in find_days(lower, language):
        if any(0 <= day.start - end <= _GAP for end in labels):
            yield day.value, day.reason

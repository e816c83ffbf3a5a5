"""Privacy notices: what Article 13 asks for, whom to write to, how long data is kept, what the vendor does for itself.

The clause engine reads sentences; what it cannot see is added here. Parts for residents of some state only count as
parts. A point that consists of several (a purpose with its basis, kinds of recipients) is present only if several are
named. Periods and addresses that stand elsewhere in the notice count for their points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from vendor_audit.documents.clauses.elements import is_operative
from vendor_audit.documents.clauses.library import load_library
from vendor_audit.documents.clauses.model import Quote, Status
from vendor_audit.documents.clauses.parties import parties_of
from vendor_audit.documents.clauses.passages import passages_of
from vendor_audit.documents.clauses.reading import read_clauses
from vendor_audit.documents.clauses.wording import wordings_of
from vendor_audit.documents.notice_contacts import contacts_of, day_of, version_of
from vendor_audit.documents.notice_layout import by_readers, with_rows_as_items
from vendor_audit.documents.notice_words import NOTICE, notice_words, patterns_at
from vendor_audit.documents.retention import retention_periods
from vendor_audit.documents.values.companies import find_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vendor_audit.documents.clauses.model import Library, Requirement
    from vendor_audit.documents.clauses.passages import Line
    from vendor_audit.documents.clauses.reading import Reading
    from vendor_audit.documents.model import Document
    from vendor_audit.documents.notice_contacts import Contact
    from vendor_audit.documents.retention import Period

Json = Any

_DPO, _RETENTION, _RECORDINGS = "13(1)(b)-dpo", "13(2)(a)-retention", "n-recording-retention"
_OWN = "n-ownpurposes"
_MOST_QUOTES = 10
_PLAIN = 0.3
"""A sentence less like the wordings of own purposes than this may be about something else, and is not quoted."""
_LIKE = 0.1
"""A sentence less like the wordings of a point than this is about something else."""
_SIDE_MATTERS = frozenset({"recordings", "chat", "transcripts", "metadata", "logs", "support", "backups"})
"""Periods of these alone, and few of them, do not say how long data is kept."""
_ENOUGH = 3
"""So many kinds of data with a period of their own say it, however the sentences are worded."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a privacy notice says."""

    facts: dict[str, Json]
    """``requirements``, ``contacts``, ``mail_domains``, ``retention``, ``own_purposes``; ``dated`` and ``version``
    where the notice gives them."""
    unknown: dict[str, str]
    """Path of a fact -> why it could not be established."""


def read_notice(
    document: Document, *, language: str = "", vendor_names: Iterable[str] = (), customer_names: Iterable[str] = ()
) -> Notice:
    """Return what a privacy notice says. Pure; time linear in the length of the document.

    Args:
        document: the notice.
        language: ``en``, ``de``, ``fr`` or ``nl``; empty: as found out, English where that failed.
        vendor_names: the vendor's and its product's.
        customer_names: the customer's.
    """
    library = load_library(NOTICE, language or document.language or "en")
    vendors = tuple(dict.fromkeys(map(_without_form, vendor_names)))
    customers = tuple(customer_names)
    general, states = by_readers(with_rows_as_items(document), library.language)
    readings = read_clauses(general, library, vendor_names=vendors, customer_names=customers)
    if states.sections:
        other = read_clauses(states, library, vendor_names=vendors, customer_names=customers)
        readings = _with_states(readings, other)
    text = _text(general, library, vendors, customers)
    periods = retention_periods(document, library)
    contacts = contacts_of(document, library.language)
    settled = [_settle(each, text, periods, contacts) for each in readings]
    facts: dict[str, Json] = {
        "requirements": {each.requirement.id: each.to_json() for each in settled},
        "contacts": [each.to_json() for each in contacts],
        "mail_domains": list(dict.fromkeys(each.domain for each in contacts)),
        "retention": [each.to_json() for each in periods],
        "own_purposes": [each.to_json() for each in _own_purposes(settled, text)],
    }
    day, reason = day_of(document, library.language)
    version = version_of(document, library.language)
    facts |= {name: value for name, value in (("dated", day), ("version", version)) if value}
    return Notice(facts, {"dated": reason} if reason else {})


def _without_form(name: str) -> str:
    """Return a name without the legal form at its end: then its form, where it follows, still shows the entity."""
    form = find_form(name)
    is_last = form is not None and not name[form.end :].strip(" .")
    return name[: form.start].rstrip(" ,") if form is not None and is_last else name.strip()


@dataclass(frozen=True, slots=True)
class _Text:
    """The sentences of a notice that say something, and how like they are to the wordings."""

    library: Library
    lines: tuple[Line, ...]
    likeness: dict[int, Mapping[str, float]] = field(default_factory=dict)

    def like(self, line: Line, requirement: str) -> float:
        """Return how like a sentence is to the wordings of a requirement, 0 to 1."""
        if id(line) not in self.likeness:
            self.likeness[id(line)] = wordings_of(self.library).likeness(line.text)
        return self.likeness[id(line)].get(requirement, 0.0)


def _text(document: Document, library: Library, vendors: Sequence[str], customers: Sequence[str]) -> _Text:
    parties = parties_of(document, library, vendor_names=vendors, customer_names=customers)
    lines = (line for each in passages_of(document, library, parties) for line in each.lines)
    return _Text(library, tuple(each for each in lines if is_operative(each, library)))


def _with_states(general: Sequence[Reading], states: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return the readings; what only the part for residents of some states says is partial."""
    return tuple(
        replace(other, status=Status.PARTIAL, note="only for residents of some states")
        if each.status is Status.ABSENT and other.found.status is not Status.ABSENT
        else each
        for each, other in zip(general, states, strict=True)
    )


def _settle(reading: Reading, text: _Text, periods: Sequence[Period], contacts: Sequence[Contact]) -> Reading:
    """Return the reading with what the whole document shows."""
    reading = _by_itself(reading, text)
    name = reading.requirement.id
    if name == _DPO:
        return _with_contact(reading, contacts)
    if name == _RECORDINGS:
        return _with_recordings(reading, periods)
    if name == _RETENTION:
        return _with_periods(reading, text, periods)
    return _counted(reading, text)


def _by_itself(reading: Reading, text: _Text) -> Reading:
    """Return the reading, unclear where no sentence says the point by itself, but only with what stands before it."""
    core = reading.requirement.core.pattern
    if reading.status is not Status.PRESENT or any(core.found(each.text) for each in text.lines):
        return reading
    return replace(reading, status=Status.UNCLEAR, note="no sentence says it by itself, only together with its heading")


def _counted(reading: Reading, text: _Text) -> Reading:
    """Return the reading, partial where fewer kinds are named than the point takes."""
    counted: Mapping[str, Any] = notice_words(text.library.language)["counted"].get(reading.requirement.id, {})
    if not counted or reading.status is not Status.PRESENT:
        return reading
    named: set[str] = set()
    for kinds in _kinds_named(reading.requirement, text, counted.get("most", 0)):
        named |= kinds
        if len(named) >= counted["fewest"]:
            return reading
    return replace(reading, status=Status.PARTIAL, note=counted["note"])


def _kinds_named(requirement: Requirement, text: _Text, most: int) -> Iterator[set[str]]:
    """Yield the kinds that each sentence of a requirement names; of a common list, only what its parts join."""
    kinds = patterns_at(text.library.language, "notice", "counted", requirement.id, "kinds")
    core = requirement.core.pattern
    for line in text.lines:
        if not core.found(line.text) or text.like(line, requirement.id) < _LIKE:
            continue
        found = {kind for kind, pattern in kinds.items() if pattern.found(line.text)}
        if most and len(found) > most:
            parts = [part for part in re.split(r"[,;]", line.text) if core.found(part)]
            found = {kind for part in parts for kind, pattern in kinds.items() if pattern.found(part)}
        yield found


def _with_contact(reading: Reading, contacts: Sequence[Contact]) -> Reading:
    """Return the reading of the officer with an address that stands elsewhere, or behind a link."""
    own = next((each for each in contacts if each.purpose == "dpo"), None)
    missing = {name for name, quote in reading.found.elements.items() if quote is None}
    if own is None or not missing or reading.found.limits:
        return reading
    return _present(reading, Quote(own.quote, own.page, own.section), missing)


def _with_recordings(reading: Reading, periods: Sequence[Period]) -> Reading:
    """Return how long recordings are kept: a number or an event that was read as a period decides."""
    period = next((each for each in periods if each.category == "recordings"), None)
    if reading.status is Status.PRESENT or period is None:
        return reading
    return _present(reading, Quote(period.quote, period.page, period.section))


def _with_periods(reading: Reading, text: _Text, periods: Sequence[Period]) -> Reading:
    """Return how long data is kept: periods for a few matters, and vague words for the rest, are partial."""
    of_data = [each for each in periods if not each.about_cookies]
    numbered = [each for each in of_data if each.days is not None]
    kinds = {each.category for each in of_data}
    if len({each.category for each in numbered}) >= _ENOUGH:
        first = numbered[0]
        is_present = reading.status is Status.PRESENT
        return reading if is_present else _present(reading, Quote(first.quote, first.page, first.section))
    if reading.status is not Status.PRESENT or not kinds:
        return reading
    weak = reading.requirement.weak
    vague = {each.quote.section for each in text.lines if any(one.pattern.found(each.text) for one in weak)}
    is_aside = bool(vague) and not any(each.section in vague for each in numbered)
    if kinds <= _SIDE_MATTERS or is_aside:
        return replace(reading, status=Status.PARTIAL, note=f"a period only for: {', '.join(sorted(kinds))}")
    return reading


def _present(reading: Reading, quote: Quote, elements: Iterable[str] = ()) -> Reading:
    """Return the reading as present, by this quote."""
    seen = {**reading.found.elements, **dict.fromkeys(elements, quote)}
    found = replace(reading.found, status=Status.PRESENT, quote=quote, elements=seen, limits={}, note="")
    return replace(reading, status=Status.PRESENT, found=found, note="")


def _own_purposes(readings: Iterable[Reading], text: _Text) -> Iterator[Quote]:
    """Yield the sentences that say that the vendor uses data for purposes of its own, the plainest first."""
    requirement = next(each.requirement for each in readings if each.requirement.id == _OWN)
    said: dict[Quote, float] = {}
    for line in text.lines:
        is_denied = any(each.pattern.found(line.text) for each in requirement.voids)
        if requirement.core.pattern.found(line.text) and not is_denied:
            said.setdefault(line.quote, text.like(line, _OWN))
    plain = sorted((quote for quote, likeness in said.items() if likeness >= _PLAIN), key=lambda each: -said[each])
    yield from plain[:_MOST_QUOTES]

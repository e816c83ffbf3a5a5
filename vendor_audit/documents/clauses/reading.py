"""Both readings of a document held against each other: a plain answer only where they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_audit.documents.clauses.annexes import filled_annexes
from vendor_audit.documents.clauses.descriptions import read_description
from vendor_audit.documents.clauses.elements import Text, binds_the_controller, is_operative, read_duty
from vendor_audit.documents.clauses.model import Kind, Likeness, Status
from vendor_audit.documents.clauses.parties import parties_of
from vendor_audit.documents.clauses.passages import passages_of
from vendor_audit.documents.clauses.wording import wordings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.documents.clauses.model import Found, Library, Requirement
    from vendor_audit.documents.model import Document

Json = Any


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says of one requirement."""

    requirement: Requirement
    status: Status
    found: Found
    likeness: Likeness
    note: str
    """Why it is not plainly present, without full stop; empty: it is, or nothing was found."""

    def to_json(self) -> dict[str, Json]:
        """Return the reading as facts, in the shape of ``requirements`` in schemas/facts/document.schema.json."""
        shape: dict[str, Json] = {
            "status": self.status.value,
            "title": self.requirement.title,
            "clause": self.requirement.clause,
        }
        if self.found.quote:
            shape |= self.found.quote.to_json()
        titles = self._titles()
        shape["elements"] = {
            name: {"title": titles.get(name, name), "found": quote is not None, **(quote.to_json() if quote else {})}
            for name, quote in self.found.elements.items()
        }
        shape["limits"] = [
            {"name": name, "title": titles.get(name, name), **quote.to_json()}
            for name, quote in self.found.limits.items()
        ]
        if self.note:
            shape["note"] = self.note
        if self.found.value is not None:
            shape[self.requirement.values] = round(self.found.value, 1)
        shape["readings"] = {"elements": self.found.status.value, "wording": self.likeness.score}
        if self.status is Status.UNCLEAR and self.likeness.quote and self.likeness.quote != self.found.quote:
            shape["other_quote"] = self.likeness.quote.to_json()
        return shape

    def _titles(self) -> dict[str, str]:
        """Return what elements, limits and voids are called: name -> title."""
        asked = self.requirement
        return {each.name: each.title for each in (*asked.needs, *asked.weak, *asked.limits, *asked.voids)}


def read_clauses(
    document: Document,
    library: Library,
    *,
    vendor_names: Iterable[str] = (),
    customer_names: Iterable[str] = (),
) -> tuple[Reading, ...]:
    """Return a reading for each requirement of a library, in its order. Pure; linear in the length of the document."""
    parties = parties_of(document, library, vendor_names=vendor_names, customer_names=customer_names)
    passages = passages_of(document, library, parties)
    wordings = wordings_of(library)
    likeness = {id(line): wordings.likeness(line.text) for each in passages for line in each.lines}
    text = Text(passages, library, wordings, likeness, filled_annexes(document, library))
    likest = _likest(text)
    readings = []
    for requirement in library.requirements:
        found = (
            read_description(requirement, document, text, parties)
            if requirement.kind is Kind.DESCRIPTION
            else read_duty(requirement, text)
        )
        readings.append(_agree(requirement, found, likest.get(requirement.id, Likeness(0.0))))
    return tuple(readings)


def _likest(text: Text) -> dict[str, Likeness]:
    """Return for each requirement the sentence that is worded most like it, among those that could agree it."""
    best: dict[str, Likeness] = {}
    either = {each.id for each in text.library.requirements if each.either}
    for passage in text.passages:
        for line in passage.lines:
            if not is_operative(line, text.library):
                continue
            others_duty = binds_the_controller(line, text.library)
            for owner, score in text.likeness[id(line)].items():
                if others_duty and owner not in either:
                    continue
                if owner not in best or score > best[owner].score:
                    best[owner] = Likeness(round(score, 3), line.quote)
    return best


def _agree(requirement: Requirement, found: Found, likest: Likeness) -> Reading:
    """Return the status on which both readings agree."""
    status, note = found.status, found.note
    if requirement.examples:
        if status is Status.PRESENT and found.likeness < requirement.like:
            status, note = Status.UNCLEAR, "one reading finds the clause, the other finds it worded otherwise"
        elif status is Status.ABSENT and not found.limits and likest.score > requirement.unlike:
            status, note = Status.UNCLEAR, "one reading finds no clause, the other a wording like it"
    return Reading(requirement, status, found, likest, note)


def statuses(readings: Iterable[Reading]) -> Mapping[str, Status]:
    """Return the status of each requirement by its id."""
    return {each.requirement.id: each.status for each in readings}

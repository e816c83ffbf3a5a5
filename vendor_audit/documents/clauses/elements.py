"""The first reading: a duty is there if a sentence says its heart and the other elements of its meaning stand with it.

Every operative sentence that meets the core is a candidate. For each, the elements that the law asks for are sought
within their scope, then what limits or voids it. The candidate that is both most complete and worded most like the
clause speaks for the document; what others add is not pieced together beyond the scope that the library gives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vendor_audit.documents.clauses.annexes import BLANKS
from vendor_audit.documents.clauses.durations import durations_in
from vendor_audit.documents.clauses.model import Found, Scope, Status
from vendor_audit.documents.clauses.passages import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vendor_audit.documents.clauses.model import Element, Library, Quote, Requirement
    from vendor_audit.documents.clauses.passages import Line, Passage
    from vendor_audit.documents.clauses.wording import Wordings

_CANDIDATES = 60
"""Sentences that are weighed for one requirement; more say the same again."""
_FLAW = 0.08
"""How much likeness a missing element or a limit outweighs."""
_WEAK = 0.5
_ANNEX = "annex"
_OTHER = "other"
"""The void of sentences that are about something else: they say nothing of the point, not even the opposite."""
_WORDS_OF_A_SENTENCE = 4
_CONTEXT = 0.08
"""By how much the second reading has to be surer of a sentence that says its heart only together with its heading."""
_SAME_POINT = 0.7
"""A sentence that has this share of the best one's likeness is about the same point."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document, ready to be read for any requirement."""

    passages: tuple[Passage, ...]
    library: Library
    wordings: Wordings
    likeness: Mapping[int, Mapping[str, float]]
    """id() of a line -> id of a requirement -> how like its wordings the line is."""
    filled_annexes: frozenset[str] = frozenset()
    """Folded names of the annexes that say something: ``annex ii``."""

    def like(self, line: Line, requirement: Requirement) -> float:
        """Return how like a line is to the wordings of a requirement, 0 to 1."""
        return self.likeness.get(id(line), {}).get(requirement.id, 0.0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that meets the core, with what stands around it."""

    quote: Quote
    elements: dict[str, Quote | None]
    limits: dict[str, Quote]
    notes: tuple[str, ...]
    value: float | None
    likeness: float
    is_weak: bool = False

    @property
    def flaws(self) -> int:
        """How much is wrong with it."""
        return sum(each is None for each in self.elements.values()) + len(self.limits) + self.is_weak

    @property
    def rank(self) -> float:
        """How well it speaks for the document; greater is better."""
        return self.likeness - _FLAW * self.flaws - _WEAK * self.is_weak


def read_duty(requirement: Requirement, text: Text) -> Found:
    """Return what the sentences of a document say of a duty. The status is never ``unclear``."""
    plain = list(_operative(requirement, requirement.core, text))
    surely = requirement.like + _CONTEXT
    candidates, refused = _candidates(requirement, plain or _in_context(requirement, text, surely), text)
    if candidates:
        return _best(requirement, candidates)
    weak: list[_Candidate] = []
    for candidate in _weak(requirement, text):
        if isinstance(candidate, Found):
            refused = refused or candidate
        else:
            weak.append(candidate)
    if weak:
        best = max(weak, key=lambda each: each.rank)
        return Found(
            Status.PARTIAL, best.quote, best.elements, best.limits, "; ".join(best.notes), likeness=best.likeness
        )
    if refused is None:
        candidates, refused = _candidates(requirement, _in_context(requirement, text, requirement.like), text)
        if candidates:
            found = _best(requirement, candidates)
            return replace(found, likeness=found.likeness - _CONTEXT)
    return refused or Found(Status.ABSENT, elements=dict.fromkeys((each.name for each in requirement.needs), None))


def _candidates(
    requirement: Requirement, found: Iterable[tuple[Passage, Line]], text: Text
) -> tuple[list[_Candidate], Found | None]:
    """Return the sentences as candidates, and the first of those that are turned into their opposite."""
    candidates: list[_Candidate] = []
    refused: Found | None = None
    for passage, line in found:
        void = _void(requirement, passage, line, text.library)
        if void:
            refused = refused or _refused(requirement, line, void, text)
        else:
            candidates.append(_weigh(requirement, passage, line, text))
        if len(candidates) >= _CANDIDATES:
            break
    return candidates, refused


def _best(requirement: Requirement, candidates: Sequence[_Candidate]) -> Found:
    """Return the candidate that speaks for the document."""
    best = max(candidates, key=lambda each: each.rank)
    limits, notes = _pervading(requirement, best, candidates)
    return Found(
        Status.PARTIAL if best.flaws or limits else Status.PRESENT,
        best.quote,
        best.elements,
        limits,
        "; ".join(notes),
        best.value,
        best.likeness,
    )


def _refused(requirement: Requirement, line: Line, void: tuple[str, str], text: Text) -> Found | None:
    """Return a sentence that says the opposite as absent; None: it only is about something else."""
    name, title = void
    if name == _OTHER:
        return None
    return Found(Status.ABSENT, line.quote, {}, {name: line.quote}, title, likeness=text.like(line, requirement))


def _pervading(
    requirement: Requirement, best: _Candidate, candidates: Sequence[_Candidate]
) -> tuple[dict[str, Quote], tuple[str, ...]]:
    """Return the limits of the best candidate, and those of others that hold for all, with their sentences."""
    limits, notes = dict(best.limits), list(best.notes)
    everywhere = {each.name: each.title for each in requirement.limits if each.pervasive}
    everywhere[_ANNEX] = "left to an annex that is missing or blank"
    for other in candidates:
        if other.likeness < best.likeness * _SAME_POINT:
            continue
        for name, quote in other.limits.items():
            if name in everywhere and name not in limits:
                limits[name] = quote
                notes.append(everywhere[name])
    return limits, tuple(notes)


def _in_context(requirement: Requirement, text: Text, like: float) -> Iterator[tuple[Passage, Line]]:
    """Yield the sentences that meet the core only together with what a reader has in mind, from a likeness on."""
    for passage in text.passages:
        for line in passage.lines:
            if (
                text.like(line, requirement) >= like
                and requirement.core.pattern.found(line.context)
                and _may_agree(requirement, line, text)
            ):
                yield passage, line


def is_operative(line: Line, library: Library) -> bool:
    """Return whether a sentence agrees something: it is no definition, no account of the law and no question."""
    return not (line.own.endswith("?") or library.quoted_law.found(line.own) or library.definition.found(line.own))


def _operative(requirement: Requirement, element: Element, text: Text) -> Iterator[tuple[Passage, Line]]:
    for passage in text.passages:
        if not element.pattern.may_be_in(passage.text):
            continue
        for line in passage.lines:
            if (
                element.pattern.found(line.text)
                and not (line.lead_in and element.pattern.found(line.lead_in))  # the lead-in speaks for itself
                and _may_agree(requirement, line, text)
            ):
                yield passage, line


def _may_agree(requirement: Requirement, line: Line, text: Text) -> bool:
    """Return whether a sentence can be the clause: it agrees something, and does not bind the controller alone."""
    return is_operative(line, text.library) and (requirement.either or not binds_the_controller(line, text.library))


def binds_the_controller(line: Line, library: Library) -> bool:
    """Return whether the sentence is a duty of the controller alone."""
    if not library.controller_acts or not library.processor_acts:
        return False
    return library.controller_acts.found(line.text) and not library.processor_acts.found(line.text)


def _weigh(requirement: Requirement, passage: Passage, line: Line, text: Text) -> _Candidate:
    elements = {each.name: _where(each, passage, line, text.passages) for each in requirement.needs}
    limits = {
        each.name: quote
        for each in requirement.limits
        if (quote := _where(each, passage, line, text.passages)) is not None
    }
    notes = [f"missing: {each.title}" for each in requirement.needs if elements[each.name] is None]
    notes += [each.title for each in requirement.limits if each.name in limits]
    said = BLANKS.sub(" ", line.own)
    if said != line.own and len(said.split()) < _WORDS_OF_A_SENTENCE:
        limits["placeholder"] = line.quote
        notes.append("a blank is not filled in")
    if requirement.annex and (annex := _blank_annex(line, text)):
        limits[_ANNEX] = line.quote
        notes.append(f"left to {annex}, which is missing or blank")
    value = None
    if requirement.values:
        for words in (line.own, passage.text):
            if value is None:
                value = next(durations_in(words, text.library, requirement.values), None)
    return _Candidate(line.quote, elements, limits, tuple(notes), value, text.like(line, requirement))


def _blank_annex(line: Line, text: Text) -> str:
    """Return the annex that a sentence leaves its content to and that says nothing; empty: there is none."""
    if not text.library.elsewhere.found(line.own):
        return ""
    names = [" ".join(each.group().split()) for each in text.library.annexes.finditer(line.own)]
    return names[0] if names and not text.filled_annexes.intersection(names) else ""


def _where(element: Element, passage: Passage, line: Line, passages: Sequence[Passage]) -> Quote | None:
    """Return where an element stands, nearest first; None: not within its scope."""
    if element.pattern.found(line.text):
        return line.quote
    if element.scope is Scope.SENTENCE:
        return None
    if (said := _in_passage(element, passage)) is not None:
        return said
    if element.pattern.found(passage.text):
        return line.quote
    others: Iterable[Passage] = ()
    if element.scope is not Scope.PASSAGE:
        others = near(passages, passage) if element.scope is Scope.NEAR else passages
    return next((said for other in others if (said := _in_passage(element, other)) is not None), None)


def _in_passage(element: Element, passage: Passage) -> Quote | None:
    if not element.pattern.may_be_in(passage.text):
        return None
    return next((each.quote for each in passage.lines if element.pattern.found(each.text)), None)


def _void(requirement: Requirement, passage: Passage, line: Line, library: Library) -> tuple[str, str] | None:
    """Return name and title of what turns the sentence into its opposite; None: nothing."""
    if not requirement.either and library.refusal.found(line.own) and not _only_in_proviso(requirement, line, library):
        return "refused", "the duty is refused"
    for each in requirement.voids:
        if each.pattern.found(line.text if each.scope is Scope.SENTENCE else passage.text):
            return each.name, each.title
    return None


def _only_in_proviso(requirement: Requirement, line: Line, library: Library) -> bool:
    """Return whether the clause stands before a proviso, and only that refuses something ("..., provided that ...")."""
    said = library.proviso.before(line.own)
    whole = f"{line.lead_in} {said}" if line.lead_in else said
    return said != line.own and requirement.core.pattern.found(whole) and not library.refusal.found(said)


def _weak(requirement: Requirement, text: Text) -> Iterator[_Candidate | Found]:
    """Yield the sentences that say less than the core; one that is turned into its opposite as absent."""
    for element in requirement.weak:
        for passage, line in _operative(requirement, element, text):
            void = _void(requirement, passage, line, text.library)
            if void:
                if (refused := _refused(requirement, line, void, text)) is not None:
                    yield refused
            else:
                elements = dict.fromkeys((each.name for each in requirement.needs), None)
                yield _Candidate(
                    line.quote,
                    elements,
                    {element.name: line.quote},
                    (f"only: {element.title}",),
                    None,
                    text.like(line, requirement),
                    is_weak=True,
                )

"""The nouns of clause reading: what a library asks for, and what two readings found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.documents.clauses.patterns import Pattern

Json = Any


class Status(StrEnum):
    """What a document says of a requirement."""

    PRESENT = "present"
    """Operative words with every element, and two readings agree."""
    PARTIAL = "partial"
    """Operative words that lack an element, or are limited."""
    ABSENT = "absent"
    """Nothing operative, and two readings agree."""
    UNCLEAR = "unclear"
    """The readings differ: a person has to read it."""


class Kind(StrEnum):
    """How a requirement is looked for."""

    DUTY = "duty"
    """Somebody must do something: found by sentences."""
    DESCRIPTION = "description"
    """The document has to state something: found by its label (heading, first cell, "Label: ...") with content."""


class Scope(StrEnum):
    """How far from the core sentence an element may stand."""

    SENTENCE = "sentence"
    PASSAGE = "passage"
    """The paragraph or list item, with what leads it in and, of a lead-in, its items."""
    NEAR = "near"
    """The section, and three blocks before and after."""
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Element:
    """A part of what a requirement means."""

    name: str
    title: str
    """For the report: "before the processing"."""
    scope: Scope
    pattern: Pattern
    pervasive: bool = False
    """Of a limit: whether it holds for every clause on the same point, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement in one language."""

    id: str
    title: str
    clause: str
    """The provision: ``GDPR 28(3)(e)``."""
    kind: Kind
    core: Element
    """The sentence that says the heart of it; without it there is no clause."""
    needs: tuple[Element, ...]
    """Without one of these the clause is partial."""
    weak: tuple[Element, ...]
    """Sentences that say less than the core; where there is no core, the clause is partial."""
    limits: tuple[Element, ...]
    """What makes a clause partial that would be present."""
    voids: tuple[Element, ...]
    """What turns the core sentence into its opposite."""
    labels: Pattern | None
    """Of a description: how its label is worded."""
    vocabulary: Pattern | None
    """Of a description: words that its content consists of."""
    either: bool = False
    """Whether it does not matter who is bound: a right of the controller, a term of the contract."""
    annex: bool = False
    """Whether the duty is empty if the annex that it refers to is missing or blank."""
    fewest: int = 1
    """Of a description: how many different words of the vocabulary its content needs."""
    like: float = 0.0
    """From here on the second reading takes a sentence for a wording of it, 0 to 1."""
    unlike: float = 1.0
    """Above it the second reading does not let it pass as absent."""
    values: str = ""
    """``hours`` or ``days``: the duration in the core sentence is the point, and is given in this unit."""
    examples: tuple[str, ...] = ()
    """Wordings of the clause, for the second reading."""


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The requirements of one kind of document in one language."""

    name: str
    language: str
    requirements: tuple[Requirement, ...]
    unworded: tuple[str, ...]
    """Ids of requirements that this language has no words for yet: nothing is known of them."""
    refusal: Pattern
    """The duty is refused: "is not obliged to"."""
    proviso: Pattern
    """What opens a proviso at the end of a sentence: "provided that"."""
    quoted_law: Pattern
    """The sentence tells what the law asks, not what the parties agree."""
    definition: Pattern
    """The sentence explains a term."""
    other_chapters: Pattern
    """Headings of chapters that agree nothing: definitions, recitals, contents."""
    placeholder: Pattern
    """A blank that nobody filled."""
    elsewhere: Pattern
    """The content is left to another paper or annex."""
    annexes: Any
    """RE2 of the name of an annex: "annex ii", "schedule 3"."""
    open_list: Pattern
    """Content that names nothing: "any data that the customer submits"."""
    title: Pattern
    """How such a document is titled."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Number words: "thirty" -> 30."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit word -> hours, days, working days, weeks, months, years."""
    concepts: Mapping[str, Pattern] = field(default_factory=dict)
    """Words that the patterns use -> how a document's definition of a term of its own shows that it means them."""
    processor_acts: Pattern | None = None
    """The processor is bound: "processor shall"."""
    controller_acts: Pattern | None = None
    """The controller is bound: "controller shall", but not "controller shall be informed"."""
    subject_verbs: Any = None
    """RE2 of verbs that follow whoever is bound: "shall", "undertakes"; None: names of companies are not sought."""
    pooled: bool = False
    """Whether the second reading takes all wordings of a requirement as one vocabulary."""
    decoys: tuple[str, ...] = ()
    """Wordings that look like a clause and are none: duties of the controller, definitions, boilerplate."""
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``processor``, ``controller``, ``subprocessor`` -> what drafters call them."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the document, with their place."""

    text: str
    page: int
    """0: the format has no pages."""
    section: str
    """The name of the section; empty: before the first heading."""
    lead_in: str = ""
    """What leads a list item in, when the item alone is no sentence."""

    def to_json(self) -> dict[str, Json]:
        """Return the quote as facts; what does not exist is absent."""
        shape: dict[str, Json] = {"quote": self.text, "section": self.section}
        if self.page:
            shape["page"] = self.page
        if self.lead_in:
            shape["lead_in"] = self.lead_in
        return shape


@dataclass(frozen=True, slots=True)
class Found:
    """What the first reading, by elements, made of a requirement."""

    status: Status
    """``present``, ``partial`` or ``absent``."""
    quote: Quote | None = None
    elements: Mapping[str, Quote | None] = field(default_factory=dict)
    """Name of an element -> where it stands; None: it is missing."""
    limits: Mapping[str, Quote] = field(default_factory=dict)
    """Name of a limit, or of what voids the clause -> where it stands."""
    note: str = ""
    """Why it is not present, in a sentence without full stop; empty: it is, or nothing was found."""
    value: float | None = None
    """The duration, in the unit that the requirement names."""
    likeness: float = 0.0
    """What the second reading says of the very words that were found."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the second reading, by wording, made of a requirement."""

    score: float
    """0 to 1: how like the likest passage is to a known wording of the clause."""
    quote: Quote | None = None
    """The likest passage; None: none is like any."""

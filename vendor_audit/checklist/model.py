"""The nouns of checklists: check, checklist, example, verdict, and the judgement with what decided it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.checklist.expression import Expression
    from vendor_audit.checklist.says import Template
    from vendor_audit.observation import Json, Strength
    from vendor_audit.source.diagnostic import Place
    from vendor_audit.source.strict_yaml import Path, SourceDocument


class Verdict(StrEnum):
    """What became of a check."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    PARTIAL = "partial"
    INCONCLUSIVE = "inconclusive"
    """It could not be established."""
    NOT_APPLICABLE = "not_applicable"
    ACCEPTED = "accepted"
    """It failed, and the customer accepted the risk; the judge never says so, the audit does."""


class Severity(StrEnum):
    """How much a check matters, gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def weight(self) -> int:
        """Its share in the score: 10, 5, 2 or 1."""
        return _WEIGHTS[self]


_WEIGHTS = {Severity.CRITICAL: 10, Severity.HIGH: 5, Severity.MEDIUM: 2, Severity.LOW: 1}


class Status(StrEnum):
    """How binding a check is."""

    IN_FORCE = "in_force"
    GUIDANCE = "guidance"
    PROPOSAL = "proposal"


class Repair(StrEnum):
    """The kind of change that would mend a failure."""

    CONFIGURATION = "configuration"
    DOCUMENT = "document"
    BUSINESS_MODEL = "business_model"


@dataclass(frozen=True, slots=True)
class Decider:
    """One value, or one missing value, that decided a verdict."""

    path: str
    """Where it stands: ``versions.accepted[0]``; ``vendor file: customer.name`` and ``target: role`` outside facts."""
    value: Json = None
    """The value; None: it is not known. Long lists are cut."""
    expectation: str = ""
    """What was asked of it: ``in TLSv1.2, TLSv1.3``; empty: nothing was, the list itself decided."""
    source: str = ""
    """Where the expectation comes from: ``ncsc-nl-2025-05 §3.3.1``; empty: the check itself."""
    unknown_reason: str = ""
    """Why it is not known; empty: it is."""

    def to_json(self) -> dict[str, Json]:
        """Return the decider as JSON; only ``path`` and ``expectation`` where the rest says nothing."""
        shape: dict[str, Json] = {"path": self.path}
        if self.value is not None:
            shape["value"] = self.value
        shape["expectation"] = self.expectation
        if self.source:
            shape["source"] = self.source
        if self.unknown_reason:
            shape["unknown_reason"] = self.unknown_reason
        return shape


@dataclass(frozen=True, slots=True)
class Judgement:
    """A check applied to one scope."""

    verdict: Verdict
    reason: str
    """A sentence for the reader of the report, without a full stop."""
    decided_by: tuple[Decider, ...] = ()
    """What decided it; at most fifty."""


@dataclass(frozen=True, slots=True)
class Example:
    """Facts and the verdict that they must get."""

    verdict: Verdict
    facts: Mapping[str, Json]
    vendor: Mapping[str, Json]
    unknown: Mapping[str, str]
    target: Mapping[str, Json]
    """``name``, ``host``, ``port``, ``role`` (a list); empty: the check does not ask."""
    date: str
    """The day of the audit."""
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Check:
    """One testable statement with its reference, the expression that judges it, and examples that test it."""

    id: str
    checklist: str
    """The id of its checklist."""
    title: str
    clause: tuple[str, ...]
    status: Status
    severity: Severity
    why: str
    judges: tuple[str, ...]
    """One probe: a finding for each target. Several: one finding over all their observations."""
    strength: Strength
    target_roles: tuple[str, ...]
    """Only targets with one of these roles; empty: all."""
    applies_when: Expression | None
    """None: always."""
    passes_if: Expression
    partial_if: Expression | None
    says: Mapping[Verdict, Template]
    remedy: str
    repair: Repair
    examples: tuple[Example, ...]
    needs: str = ""
    """How far the probe must be allowed to go: ``active`` or ``intrusive``; empty: ordinary behaviour is enough."""
    question: str = ""
    proof: str = ""
    asked_by: tuple[str, ...] = ()
    references: tuple[Mapping[str, str], ...] = ()
    """Each with ``title`` and ``url``."""
    source: SourceDocument | None = field(default=None, repr=False, compare=False)
    path: Path = ()
    """Where the check stands in its source."""

    @property
    def place(self) -> Place | None:
        """Where the check begins; None: it was not read from a file."""
        return self.source.place(self.path) if self.source else None

    @property
    def definition(self) -> str:
        """The check as it is written in its file, without the indentation and the dash of the list."""
        span = self.source.span(self.path) if self.source else None
        if not self.source or not span:
            return ""
        start, end = span
        lines = self.source.lines[start.line - 1 : end.line - (end.column <= start.column)]
        lines[0] = " " * (start.column - 1) + lines[0][start.column - 1 :]
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()  # what stands in front of the next check belongs to that one
        return textwrap.dedent("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Checklist:
    """Checks that are reported together; they stand in one file, or in several."""

    id: str
    title: str
    article: str
    order: int
    file: str
    """The name of its file, without folders."""
    sha256: str
    """Of the file's bytes, lower-case hexadecimal."""
    checks: tuple[Check, ...] = field(repr=False)
    parts: tuple[tuple[str, str], ...] = ()
    """Name and SHA-256 of every further file, in the order of their names."""

    def to_json(self) -> dict[str, Json]:
        """Return what the audit document keeps of it."""
        return {
            "id": self.id,
            "title": self.title,
            "article": self.article,
            "sha256": self.sha256,
            "file": self.file,
            **({"parts": [{"file": file, "sha256": sha256} for file, sha256 in self.parts]} if self.parts else {}),
        }

"""The examples of checks, run: each check is its own test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.checklist.judging import Scope, judge_check
from vendor_audit.observation import Target

if TYPE_CHECKING:
    from collections.abc import Collection

    from vendor_audit.checklist.data import DatedData
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.checklist.model import Check, Example, Judgement


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What became of one example."""

    check: Check
    example: Example
    judgement: Judgement

    @property
    def passed(self) -> bool:
        """Whether the verdict is the one that the example says."""
        return self.judgement.verdict is self.example.verdict

    @property
    def message(self) -> str:
        """One line: where the example stands, and what came out of it."""
        wanted, got = self.example.verdict.value, self.judgement.verdict.value
        outcome = f"is {got}" if self.passed else f"should be {wanted}, but is {got}"
        return f"{self.example.place}: {self.check.id}: {outcome}: {self.judgement.reason}"


def run_examples(catalogue: Catalogue, only: Collection[str] | None = None) -> list[ExampleResult]:
    """Return what becomes of the examples of a catalogue's checks, in its order.

    Args:
        catalogue: the checks.
        only: ids of the checks whose examples are run; all if left out.
    """
    return [
        ExampleResult(check, example, judge_check(check, scope_of(check, example, catalogue.data)))
        for check in catalogue.checks.values()
        if only is None or check.id in only
        for example in check.examples
    ]


def scope_of(check: Check, example: Example, data: DatedData) -> Scope:
    """Return the scope that an example describes; a check of one probe gets a target, named or not."""
    target = example.target
    return Scope(
        facts=example.facts,
        unknown=example.unknown,
        vendor=example.vendor,
        target=Target(
            "endpoint",
            target.get("name", "example"),
            target.get("host", ""),
            target.get("port", 0),
            tuple(target.get("role", check.target_roles)),
        )
        if len(check.judges) == 1
        else None,
        data=data,
        audit_date=example.date,
    )

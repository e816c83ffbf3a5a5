"""A finding: a check applied to a target, with its verdict, its reason and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.checklist.model import Check, Decider, Verdict
    from vendor_audit.observation import Json, Strength, Target


@dataclass(frozen=True, slots=True)
class Finding:
    """A check applied to a target."""

    check: Check
    target: Target | None
    """None: the check speaks of the vendor as a whole, or no such target was observed."""
    verdict: Verdict
    reason: str
    """A sentence: why this verdict, and for an inconclusive one what could not be established and why."""
    decided_by: tuple[Decider, ...] = ()
    observations: tuple[str, ...] = ()
    """Ids of the observations that it was judged from."""
    strength: Strength | None = None
    """The weakest of the evidence that it was judged from; None: there was none."""
    extras: Mapping[str, Json] = field(default_factory=dict)
    """``statement``, ``contradiction``, ``accepted``, ``review``: what people said beside the observation."""

    @property
    def can_fail_a_gate(self) -> bool:
        """Whether the rule behind the check is in force: guidance and proposals inform, they do not refuse."""
        return self.check.status.value == "in_force"

    def to_json(self) -> dict[str, Json]:
        """Return the finding as it stands in the audit document."""
        shape: dict[str, Json] = {"check": self.check.id}
        if self.target:
            shape["target"] = self.target.to_json()
        shape["verdict"] = self.verdict.value
        shape["reason"] = self.reason
        if self.strength:
            shape["strength"] = self.strength.value
        shape["decided_by"] = [each.to_json() for each in self.decided_by]
        shape["observations"] = list(self.observations)
        return {**shape, **self.extras}

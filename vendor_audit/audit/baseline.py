"""The baseline: what an older audit of the same vendor found already, so that a gate counts only what is new.

The few things that it needs to know of that audit stand in the settings of the new one: it can be judged again offline.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from vendor_audit.checklist.model import Verdict
from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.audit.finding import Finding
    from vendor_audit.observation import Json

Pair = tuple[str, str, str]
"""What a finding is of, in any audit: its check, and the kind and name of its target; both empty where it has none."""

_BLOCKING = {Verdict.INCONCLUSIVE: 1, Verdict.FAIL: 2}
"""The verdicts that can block, the worse one the higher."""


def pair_of(finding: Mapping[str, Json]) -> Pair:
    """Return what a finding of an audit document is of."""
    target = finding.get("target", {})
    return finding["check"], target.get("kind", ""), target.get("name", "")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The failures and unknowns of an older audit."""

    id: str
    """Of that audit."""
    started: str
    """When it was made: UTC, ISO 8601 with milliseconds and Z."""
    sha256: str
    """Of its canonical bytes."""
    known: Mapping[Pair, Verdict]
    """Its failures and unknowns. Where it has two findings of one pair, the milder one."""

    @classmethod
    def of_document(cls, document: dict[str, Json], content: bytes) -> Self:
        """Return the baseline that an audit document is; ``content`` is its canonical bytes."""
        mildest: dict[Pair, Verdict] = {}
        for each in document["findings"]:
            pair, verdict = pair_of(each), Verdict(each["verdict"])
            if pair not in mildest or _BLOCKING.get(verdict, 0) < _BLOCKING.get(mildest[pair], 0):
                mildest[pair] = verdict
        return cls(
            id=document["id"],
            started=document["started"],
            sha256=hashlib.sha256(content).hexdigest(),
            known={pair: verdict for pair, verdict in mildest.items() if verdict in _BLOCKING},
        )

    def had(self, finding: Finding) -> bool:
        """Return whether the older audit has this finding already, with the same verdict or a worse one."""
        target = finding.target
        pair = (finding.check.id, target.kind if target else "", target.name if target else "")
        return pair in self.known and _BLOCKING[self.known[pair]] >= _BLOCKING.get(finding.verdict, 0)

    def to_json(self) -> dict[str, Json]:
        """Return the baseline as it stands in the settings of an audit."""
        return {
            "id": self.id,
            "started": self.started,
            "sha256": self.sha256,
            "findings": [
                {
                    "check": check,
                    **({"target": {"kind": kind, "name": name}} if kind or name else {}),
                    "verdict": verdict.value,
                }
                for (check, kind, name), verdict in self.known.items()
            ],
        }

    @classmethod
    def from_json(cls, shape: Mapping[str, Json]) -> Self:
        """Return the baseline that `to_json` wrote."""
        return cls(
            id=shape["id"],
            started=shape["started"],
            sha256=shape["sha256"],
            known={pair_of(each): Verdict(each["verdict"]) for each in shape["findings"]},
        )


def require_same_vendor(document: dict[str, Json], path: str, vendor: str) -> None:
    """Return if an audit can be the baseline of another audit of that vendor.

    Raises:
        UsageError: it is of another vendor, whose targets may have the same names; or it was not finished, so that
            nearly everything is unknown in it.
    """
    name = document["vendor_file"]["data"]["vendor"].get("name", "")
    if name != vendor:
        raise UsageError(f"{path}: is an audit of '{name}' and no baseline for '{vendor}'")
    if not document["complete"]:
        raise UsageError(f"{path}: is no baseline, because that audit was not finished")

"""Two audits side by side: what changed from the older to the newer, check by check and target by target. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_audit.audit.baseline import pair_of
from vendor_audit.checklist.model import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.audit.baseline import Pair
    from vendor_audit.observation import Json

_RANKS = {
    Verdict.PASS: 0,
    Verdict.NOT_APPLICABLE: 0,
    Verdict.ACCEPTED: 1,
    Verdict.PARTIAL: 2,
    Verdict.INCONCLUSIVE: 3,
    Verdict.FAIL: 4,
}
"""The better a verdict, the lower. What is not known is between what is known to be missing in part and in whole."""


class Kind(StrEnum):
    """What became of a finding. Each finding of either audit has one of these, or is unchanged."""

    NEW = "new"
    """The older audit has no such finding."""
    WORSE = "worse"
    BETTER = "better"
    """And not mended: a part is still missing, the risk was accepted, or it no longer applies."""
    MENDED = "mended"
    """It failed, in part or in whole, and passes."""
    UNKNOWN_NOW = "unknown_now"
    KNOWN_NOW = "known_now"
    """It was not established and is: as a pass, a failure, or anything else."""
    APPLIES_NOW = "applies_now"
    """It did not apply, and passes."""
    NO_LONGER_APPLIES = "no_longer_applies"
    """It passed."""
    GONE = "gone"
    """The newer audit has no such finding."""


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that is not what it was."""

    kind: Kind
    check: str
    title: str
    severity: Severity
    target: Mapping[str, Json] | None
    """Kind and name; None: the finding is about the vendor as a whole."""
    before: Verdict | None
    """None: there was no such finding."""
    after: Verdict | None
    """None: there is no such finding any more."""
    reason: str
    """Of the newer audit; of the older one where the finding is gone."""
    checklist_changed: bool
    """Whether its checklist is not the one of the older audit: then the difference may come from it."""

    @property
    def fails_now(self) -> bool:
        """Whether it fails and did not fail before."""
        return self.after is Verdict.FAIL

    def to_json(self) -> dict[str, Json]:
        """Return the change as JSON; what is not there is left out."""
        return {
            "check": self.check,
            "title": self.title,
            "severity": self.severity.value,
            **({"target": dict(self.target)} if self.target else {}),
            **({"before": self.before.value} if self.before else {}),
            **({"after": self.after.value} if self.after else {}),
            "reason": self.reason,
            "checklist_changed": self.checklist_changed,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything in which two audits differ."""

    older: Mapping[str, Json]
    """The id, start, vendor, score and gate of the older audit."""
    newer: Mapping[str, Json]
    notes: tuple[str, ...]
    """Sentences: what else is different, so that a difference may come from it."""
    changes: tuple[Change, ...]
    """By kind, the gravest first."""
    unchanged: Mapping[str, int]
    """Verdict -> how many findings have it in both."""

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(each for each in self.changes if each.kind is kind)

    @property
    def failing_now(self) -> int:
        """How many findings fail that did not fail before."""
        return sum(each.fails_now for each in self.changes)

    def to_json(self) -> dict[str, Json]:
        """Return the comparison as JSON."""
        return {
            "older": dict(self.older),
            "newer": dict(self.newer),
            "notes": list(self.notes),
            "failing_now": self.failing_now,
            **{kind.value: [each.to_json() for each in self.of(kind)] for kind in Kind},
            "unchanged": dict(self.unchanged),
        }


def compare_audits(older: dict[str, Json], newer: dict[str, Json]) -> Comparison:
    """Return what changed from one audit document to the other."""
    before, after = _worst(older["findings"]), _worst(newer["findings"])
    checks = {each["id"]: each for audit in (older, newer) for each in audit["checks"]}
    changed = _changed(older["checklists"], newer["checklists"])
    changes = []
    unchanged: Counter[str] = Counter()
    for pair in (*after, *(each for each in before if each not in after)):
        old, new = before.get(pair), after.get(pair)
        kind = _kind(old, new)
        if kind is None:
            unchanged[after[pair]["verdict"]] += 1
            continue
        check = checks.get(pair[0], {})
        changes.append(
            Change(
                kind=kind,
                check=pair[0],
                title=check.get("title", ""),
                severity=Severity(check.get("severity", "low")),
                target={"kind": pair[1], "name": pair[2]} if pair[1] or pair[2] else None,
                before=Verdict(old["verdict"]) if old else None,
                after=Verdict(new["verdict"]) if new else None,
                reason=(new or old or {})["reason"],
                checklist_changed=check.get("checklist") in changed,
            )
        )
    return Comparison(
        older=_head(older),
        newer=_head(newer),
        notes=(*_circumstances(older, newer), *_sources(older, newer, changes, checks)),
        changes=tuple(sorted(changes, key=_gravity)),
        unchanged=dict(sorted(unchanged.items())),
    )


def _worst(findings: Iterable[dict[str, Json]]) -> dict[Pair, dict[str, Json]]:
    """Return the finding of each check and target; where there are several, the worst."""
    result: dict[Pair, dict[str, Json]] = {}
    for each in findings:
        known = result.setdefault(pair_of(each), each)
        if _RANKS[Verdict(each["verdict"])] > _RANKS[Verdict(known["verdict"])]:
            result[pair_of(each)] = each
    return result


def _kind(older: Mapping[str, Json] | None, newer: Mapping[str, Json] | None) -> Kind | None:
    """Return what became of a finding; None: it is what it was."""
    if older is None:
        return Kind.NEW
    return _step(Verdict(older["verdict"]), Verdict(newer["verdict"])) if newer else Kind.GONE


def _step(before: Verdict, after: Verdict) -> Kind | None:
    if before is after:
        return None
    if after is Verdict.INCONCLUSIVE:
        return Kind.UNKNOWN_NOW
    if before is Verdict.INCONCLUSIVE:
        return Kind.KNOWN_NOW
    passes = after is Verdict.PASS
    if _RANKS[after] == _RANKS[before]:
        return Kind.APPLIES_NOW if passes else Kind.NO_LONGER_APPLIES
    if _RANKS[after] > _RANKS[before]:
        return Kind.WORSE
    return Kind.MENDED if passes else Kind.BETTER


def _gravity(change: Change) -> tuple[int, int, int]:
    order = list(Kind)
    verdict = change.after or change.before
    return order.index(change.kind), -_RANKS[verdict] if verdict else 0, -change.severity.weight


def _head(audit: dict[str, Json]) -> dict[str, Json]:
    score, gate = audit["score"], audit["gate"]
    return {
        "id": audit["id"],
        "started": audit["started"],
        "vendor": audit["vendor_file"]["data"]["vendor"].get("name", ""),
        **{key: score[key] for key in ("light", "proven", "possible", "coverage")},
        "gate": {key: gate[key] for key in ("passed", "exit_code")},
    }


def _circumstances(older: dict[str, Json], newer: dict[str, Json]) -> list[str]:
    """Return what is different about the two audits themselves."""
    notes = []
    names = [_head(each)["vendor"] for each in (older, newer)]
    if names[0] != names[1]:
        notes.append(f"the audits are of different vendors: {names[0]} and {names[1]}")
    elif older["vendor_file"]["sha256"] != newer["vendor_file"]["sha256"]:
        notes.append("the vendor file changed: a difference may come from what it says")
    if newer["started"] < older["started"]:
        notes.append("the second audit was made before the first one")
    notes += [
        f"the audit {each['id']} is not complete: what it did not come to see is unknown in it"
        for each in (older, newer)
        if not each["complete"]
    ]
    for key, what in (("permitted", "what the probes were allowed to do"), ("vantage", "from where it was looked")):
        values = [each["settings"].get(key, "not said") for each in (older, newer)]
        if values[0] != values[1]:
            notes.append(f"{what} changed from {values[0]} to {values[1]}")
    if older["judged_with"] != newer["judged_with"]:
        notes.append(f"the program that judged changed from {older['judged_with']} to {newer['judged_with']}")
    return notes


def _sources(
    older: dict[str, Json], newer: dict[str, Json], changes: Iterable[Change], checks: Mapping[str, Json]
) -> list[str]:
    """Return which checklists and which dated data are not what they were."""
    touched = Counter(checks.get(each.check, {}).get("checklist") for each in changes)
    notes = []
    for name, what in _changed(older["checklists"], newer["checklists"]).items():
        count = touched[name]
        may = f": {count} {'difference' if count == 1 else 'differences'} may come from it" if count else ""
        notes.append(f"the checklist {name} {what}{may}")
    topics = [{each["topic"]: {**each, "name": each["id"]} for each in audit["data"]} for audit in (older, newer)]
    sets = [[{**each, "id": topic} for topic, each in audit.items()] for audit in topics]
    for topic, what in _changed(*sets).items():
        names = [audit[topic]["name"] for audit in topics if topic in audit]
        moved = f", from {names[0]} to {names[1]}" if len(set(names)) > 1 else ""
        notes.append(f"the dated data on {topic} {what}{moved}: a difference may come from it")
    return notes


def _changed(older: Iterable[dict[str, Json]], newer: Iterable[dict[str, Json]]) -> dict[str, str]:
    """Return id -> "changed", "is new" or "is gone", of all whose digest is not what it was."""
    before, after = ({each["id"]: _digests(each) for each in some} for some in (older, newer))
    words = {}
    for name in (*before, *(each for each in after if each not in before)):
        if name not in before:
            words[name] = "is new"
        elif name not in after:
            words[name] = "is gone"
        elif before[name] != after[name]:
            words[name] = "changed"
    return words


def _digests(source: dict[str, Json]) -> tuple[Json, ...]:
    """Return what is the same as long as a checklist or a set of data is; a set of data may go by another name."""
    return source.get("name"), source.get("sha256"), source.get("parts")

"""The view of the tables: what passed, what is not known, what was accepted, how it was done, and every observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import clock, day, target_name
from vendor_audit.reports.passages import passages_of
from vendor_audit.reports.reasons import sentence_of
from vendor_audit.reports.text import capital, listed, plural, shorten
from vendor_audit.reports.words import PROBE_CLASSES, ROLES, VERDICTS, Tag

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.reports.lookup import Lookup

_REASON = 130
"""Characters of a reason in a table."""
_REASONS = 2
"""Different reasons of one check in a table; of a pass only the first."""
_TARGETS = 6
"""Targets that one row names."""
_NOT_LISTED = frozenset({"check", "vendor_file", "address"})
"""Kinds of target that are none on the network, or that have a table of their own."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check and the targets on which it has one verdict."""

    check: str
    title: str
    clause: str
    severity: str
    targets: tuple[str, ...]
    reasons: tuple[str, ...]
    """Each different reason once."""
    numbers: tuple[str, ...]
    """Of the observations: "O7"."""
    strength: str
    on: str
    """"3 targets"; their names stand in annex A under the numbers of the observations."""
    where: str
    """The names of the targets and the numbers of the observations."""
    question: str
    """What to ask the vendor; empty: nothing that a vendor could answer."""
    proof: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person decided about a finding: a risk accepted, or a verdict reviewed."""

    check: str
    title: str
    targets: str
    tag: Tag
    before: Tag | None
    """The verdict before a review; None: a risk was accepted."""
    reason: str
    by: str
    when: str
    """"until 31 March 2027" or "on 20 November 2026"."""


@dataclass(frozen=True, slots=True)
class MethodRow:
    """What one probe did."""

    probe: str
    title: str
    kind: str
    targets: int
    observed: int


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target, and who looked at it."""

    name: str
    roles: str
    probes: tuple[tuple[str, bool], ...]
    """Probe, and whether it could observe the target."""


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One observation in annex A."""

    number: str
    anchor: str
    probe: str
    target: str
    strength: str
    day: str
    clock: str
    error: str
    unknown: tuple[str, ...]
    pieces: tuple[tuple[str, str, str], ...]
    """Title, size and SHA-256 of each piece of evidence."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A set of dated data or a checklist that the judge used."""

    id: str
    title: str
    source: str
    as_of: str
    sha256: str
    used_for: str


def checks_with(look: Lookup, verdict: str) -> tuple[CheckRow, ...]:
    """Return the checks that have this verdict somewhere, gravest first."""
    groups = look.by_check(each for each in look.audit["findings"] if each["verdict"] == verdict)
    return tuple(_check_row(look, group) for group in groups)


def _check_row(look: Lookup, group: list[Json]) -> CheckRow:
    check = look.check(group[0])
    targets = tuple(filter(None, map(target_name, group)))
    reasons = list(dict.fromkeys(shorten(sentence_of(each), _REASON) for each in group))
    kept = 1 if group[0]["verdict"] == "pass" else _REASONS
    more = len(reasons) - kept
    reasons = [*reasons[:kept], *([f"… and {more} more in audit.json"] if more > 0 else [])]
    if group[0]["verdict"] == "inconclusive":
        # A person has to read these places: the report says where they are.
        places = [each for finding in group for each in passages_of(look, finding) if each.quote]
        reasons += dict.fromkeys(f"{each.title}: “{shorten(each.quote, _REASON)}”, {each.place}" for each in places)
    reasons += dict.fromkeys(each["contradiction"] for each in group if "contradiction" in each)
    numbers = [look.number(name) for each in group for name in each["observations"]]
    return CheckRow(
        check=check["id"],
        title=check["title"],
        clause=", ".join(check["clause"]),
        severity=check["severity"],
        targets=targets,
        reasons=tuple(reasons),
        numbers=tuple(dict.fromkeys(numbers)),
        strength=group[0].get("strength", ""),
        on=plural(len(targets), "target"),
        where=", ".join([*targets[:_TARGETS], *([f"and {len(targets) - _TARGETS} more"] if targets[_TARGETS:] else [])])
        + (f" ({', '.join(dict.fromkeys(numbers))})" if numbers else ""),
        question=check.get("question", ""),
        proof=check.get("proof", ""),
    )


def accepted_risks(look: Lookup) -> tuple[DecisionRow, ...]:
    """Return the risks that the customer accepted, one row for all targets of one decision."""
    return _decisions(look, "accepted", "until", "until")


def reviews(look: Lookup) -> tuple[DecisionRow, ...]:
    """Return the verdicts that a person confirmed or overruled, one row for all targets of one decision."""
    return _decisions(look, "review", "on", "on")


def _decisions(look: Lookup, key: str, word: str, date: str) -> tuple[DecisionRow, ...]:
    rows: dict[tuple[str, ...], list[Json]] = {}
    for each in look.audit["findings"]:
        if decision := each.get(key):
            same = (each["check"], each["verdict"], *(str(decision[name]) for name in sorted(decision)))
            rows.setdefault(same, []).append(each)
    return tuple(_decision(look, group, group[0][key], f"{word} {day(group[0][key][date])}") for group in rows.values())


def _decision(look: Lookup, group: list[Json], decision: Json, when: str) -> DecisionRow:
    return DecisionRow(
        check=group[0]["check"],
        title=look.check(group[0])["title"],
        targets=listed([name for each in group if (name := target_name(each))]),
        tag=VERDICTS[group[0]["verdict"]],
        before=VERDICTS.get(decision.get("verdict_before", "")),
        reason=capital(decision["reason"]),
        by=decision["by"],
        when=when,
    )


def method_rows(look: Lookup) -> tuple[MethodRow, ...]:
    """Return what each probe did."""
    return tuple(
        MethodRow(
            each["probe"],
            capital(each["title"]),
            PROBE_CLASSES.get(each["class"], each["class"]),
            each["targets"],
            each["observed"],
        )
        for each in look.audit["method"]
    )


def target_rows(look: Lookup) -> tuple[TargetRow, ...]:
    """Return the targets on the network, each with the probes that looked at it."""
    targets: dict[str, tuple[Json, list[tuple[str, bool]]]] = {}
    for each in look.audit["observations"]:
        target = each["target"]
        if target["kind"] not in _NOT_LISTED:
            targets.setdefault(target["name"], (target, []))[1].append((each["probe"], "error" not in each))
    return tuple(
        TargetRow(name, ", ".join(ROLES.get(role, role) for role in target.get("roles", [])), tuple(probes))
        for name, (target, probes) in targets.items()
    )


def observation_rows(look: Lookup) -> tuple[ObservationRow, ...]:
    """Return every observation, in the order of its number."""
    return tuple(
        ObservationRow(
            number=look.number(each["id"]),
            anchor=f"observation-{position}",
            probe=each["probe"],
            target=each["target"]["name"],
            strength=each["strength"],
            day=day(each["started"]),
            clock=clock(each["started"]),
            error=capital(each.get("error", {}).get("message", "")),
            unknown=tuple(f"{path}: {reason}" for path, reason in each.get("unknown", {}).items()),
            pieces=tuple((piece["title"], _size(piece["size"]), piece["sha256"]) for piece in each.get("evidence", [])),
        )
        for position, each in enumerate(look.audit["observations"], 1)
    )


def data_sources(look: Lookup) -> tuple[SourceRow, ...]:
    """Return the dated data that thresholds came from."""
    return tuple(
        SourceRow(each["id"], each["title"], each["source"], day(each["as_of"]), each["sha256"], each["topic"])
        for each in look.audit["data"]
    )


def checklist_sources(look: Lookup) -> tuple[SourceRow, ...]:
    """Return the checklists by which was judged."""
    return tuple(
        SourceRow(each["id"], each["title"], each.get("file", ""), "", each["sha256"], str(each.get("article", "")))
        for each in look.audit["checklists"]
    )


def _size(count: int) -> str:
    """Return "4,187 bytes" up to 10 kB, then "182 kB"."""
    return f"{count:,} bytes" if count < 10_000 else f"{round(count / 1000):,} kB"  # noqa: PLR2004 # as said

"""The view of findings: one block a check, with every target on which it does not pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import clock, day, severity_rank, target_name, verdict_rank
from vendor_audit.reports.passages import Passage, is_told, passages_of
from vendor_audit.reports.reasons import decider_lines, reason_of, sentence_of
from vendor_audit.reports.text import capital, listed, plural, visible
from vendor_audit.reports.words import AREAS, REPAIRS, STATUSES, STRENGTHS, VERDICTS, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.observation import Json
    from vendor_audit.reports.lookup import Lookup

_DECIDERS = 6
"""Lines of deciding elements that one target shows."""
_TARGETS = 12
"""Targets that one block shows."""
_EXCERPT_LINES = 3
_EXCERPT_BYTES = 262_144
"""A longer piece of evidence is not searched for lines to quote."""
_SHORTEST_QUOTED = 3
"""Characters: a shorter value stands in too many lines to point at one."""
_MATTER = frozenset({"fail", "partial"})


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One observation, as the evidence box names it."""

    number: str
    """"O7", its number in annex A."""
    id: str
    when: str
    """"2026-11-23 19:26:04 UTC"."""
    excerpt: tuple[str, ...]
    """Lines of the evidence that show a deciding value."""
    sha256: str
    """Of the piece that was quoted, else of the first one; empty: there is none."""
    more: int
    """Further pieces, whose hashes stand in annex A."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was found on one target."""

    target: str
    """Empty: over all targets."""
    tag: Tag
    reason: str
    passages: tuple[Passage, ...]
    """Places of documents that decided."""
    deciders: tuple[str, ...]
    """Other elements that decided."""
    evidence: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What the vendor says about a check."""

    sentence: str
    quote: str
    """The vendor's words; empty where it gave none."""
    proof: str
    """Path and hash of the document that it names; empty: none."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A check that does not pass everywhere, as the reader sees it."""

    number: str
    """"F3"."""
    anchor: str
    check: str
    title: str
    checklist: str
    clause: str
    severity: str
    status: str
    in_force: bool
    about: str
    """One line: the status, the strength of the evidence, what kind of change would mend it."""
    tag: Tag
    why: str
    statements: tuple[Statement, ...]
    contradictions: tuple[str, ...]
    observed: tuple[Observed, ...]
    hidden: int
    """Targets that do not pass and are not shown."""
    elsewhere: str
    """What the other targets say; empty: there are none."""
    remedy: str


@dataclass(frozen=True, slots=True)
class AreaView:
    """A group of findings that the same hands must mend."""

    key: str
    title: str
    findings: tuple[FindingView, ...]


def areas_that_matter(look: Lookup) -> tuple[AreaView, ...]:
    """Return what fails or is partly met: contract, then exports, then technology, the gravest first in each."""
    groups = [
        group for group in look.by_check(look.audit["findings"]) if any(each["verdict"] in _MATTER for each in group)
    ]
    groups.sort(key=lambda group: (severity_rank(look.check(group[0])), min(map(verdict_rank, group))))
    areas: list[AreaView] = []
    number = 0
    for key, title in AREAS.items():
        findings: list[FindingView] = []
        for group in groups:
            if look.area(look.check(group[0])) == key:
                number += 1
                findings.append(_finding(look, group, number))
        if findings:
            areas.append(AreaView(key, title, tuple(findings)))
    return tuple(areas)


def _finding(look: Lookup, group: list[Json], number: int) -> FindingView:
    check = look.check(group[0])
    shown = sorted((each for each in group if each["verdict"] in _MATTER), key=verdict_rank)
    others = [each for each in group if each["verdict"] not in _MATTER]
    return FindingView(
        number=f"F{number}",
        anchor=f"finding-{number}",
        check=check["id"],
        title=check["title"],
        checklist=look.checklists.get(check["checklist"], {}).get("title", check["checklist"]),
        clause=", ".join(check["clause"]),
        severity=check["severity"],
        status=STATUSES.get(check.get("status", ""), ""),
        in_force=check.get("status") == "in_force",
        about=_about(check, shown[0]),
        tag=VERDICTS[shown[0]["verdict"]],
        why=capital(check.get("why", "")),
        statements=statements_of(group),
        contradictions=tuple(
            dict.fromkeys(capital(each["contradiction"]) for each in group if "contradiction" in each)
        ),
        observed=tuple(_observed(look, each) for each in shown[:_TARGETS]),
        hidden=max(0, len(shown) - _TARGETS),
        elsewhere=_elsewhere(others),
        remedy=capital(check.get("remedy", "")),
    )


def _about(check: Json, finding: Json) -> str:
    """Return "In force; observed by this audit; to mend it takes a change of configuration"."""
    repair = REPAIRS.get(check.get("repair", ""), "")
    parts = (
        STATUSES.get(check.get("status", ""), ""),
        STRENGTHS.get(finding.get("strength", ""), ""),
        f"to mend it takes {repair}" if repair else "",
    )
    return "; ".join(filter(None, parts))


def _observed(look: Lookup, finding: Json) -> Observed:
    passages = passages_of(look, finding)
    lines = decider_lines(each for each in finding["decided_by"] if not (passages and is_told(each)))
    if len(lines) > _DECIDERS:
        lines = (*lines[:_DECIDERS], f"… and {len(lines) - _DECIDERS} more in audit.json")
    values = [str(each["value"]) for each in finding["decided_by"] if "value" in each]
    return Observed(
        target=target_name(finding),
        tag=VERDICTS[finding["verdict"]],
        # After the name of its target a reason goes on with the sentence; without one it begins it.
        reason=reason_of(finding) if target_name(finding) else sentence_of(finding),
        passages=passages,
        deciders=lines,
        evidence=tuple(_evidence(look, each, values) for each in finding["observations"] if each in look.observations),
    )


def _evidence(look: Lookup, name: str, values: Sequence[str]) -> EvidenceLine:
    observation = look.observations[name]
    pieces = observation.get("evidence", [])
    quoted = next(filter(None, (_excerpt(look, each, values) for each in pieces)), None)
    return EvidenceLine(
        number=look.number(name),
        id=name,
        when=f"{observation['started'][:10]} {clock(observation['started'])}",
        excerpt=quoted[0] if quoted else (),
        sha256=quoted[1] if quoted else pieces[0]["sha256"] if pieces else "",
        more=max(0, len(pieces) - 1),
    )


def _excerpt(look: Lookup, piece: Json, values: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """Return the few lines of a text in which a deciding value stands, and its hash; None where there are none."""
    wanted = [each for each in values if len(each) >= _SHORTEST_QUOTED]
    if not wanted or not piece["media_type"].startswith("text/") or piece["size"] > _EXCERPT_BYTES:
        return None
    content = look.evidence(piece["sha256"]) or b""
    lines = content.decode("utf-8", "replace").splitlines()
    found = tuple(visible(line, 110) for line in lines if any(value in line for value in wanted))
    return (found[:_EXCERPT_LINES], piece["sha256"]) if found else None


def statements_of(group: Iterable[Json]) -> tuple[Statement, ...]:
    """Return what the vendor says about a check, each different statement once."""
    answers = {True: "Yes", False: "No"}
    statements: dict[Statement, None] = {}
    for finding in group:
        made = finding.get("statement")
        if not made:
            continue
        answer = answers.get(made["answer"], "Partly") if isinstance(made["answer"], bool) else "Partly"
        proof = made.get("proof")
        statement = Statement(
            sentence=f"{answer}, says {made['by']} on {day(made['on'])}.",
            quote=made.get("note", ""),
            proof=f"{proof['path']}, SHA-256 {proof['sha256']}" if isinstance(proof, dict) else "",
        )
        statements[statement] = None
    return tuple(statements)


def _elsewhere(others: Sequence[Json]) -> str:
    """Return "Elsewhere: passes on 1 target, not established on 2."; empty where there is no other target."""
    counts = Counter(each["verdict"] for each in others)
    parts = [f"{tag.word.lower()} on {plural(counts[key], 'target')}" for key, tag in VERDICTS.items() if counts[key]]
    return f"Elsewhere: {listed(parts)}." if parts else ""

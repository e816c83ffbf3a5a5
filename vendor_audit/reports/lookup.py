"""What the builders of the view look up in the audit: checks, checklists, observations and their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from vendor_audit.reports.text import visible_all
from vendor_audit.reports.words import SEVERITIES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 # reads better
)
_EXPORTS = range(44, 51)
"""Chapter V of the GDPR: transfers to third countries."""
_VENDOR_AS_A_WHOLE = frozenset({"vendor_file", "check"})
"""Kinds of target that name nothing on the network."""
_UNKNOWN_CHECK: Mapping[str, Json] = {"title": "", "checklist": "", "clause": [], "severity": "low"}
"""Stands in for a check that the document names but does not hold, so that a report can still be read."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The audit document, its strings made visible, and its parts by name."""

    audit: dict[str, Json]
    evidence: EvidenceReader
    checks: dict[str, Json]
    """By id."""
    checklists: dict[str, Json]
    """By id."""
    observations: dict[str, Json]
    """By id."""
    facts: dict[str, Json]
    """Observation id -> its facts as they were observed: what is shown of them has to be made visible."""
    numbers: dict[str, str]
    """Observation id -> "O7", its number in annex A."""

    @classmethod
    def over(cls, audit: dict[str, Json], evidence: EvidenceReader) -> Self:
        """Return the lookup of an audit document as it was read: this is where its strings become harmless."""
        safe = visible_all(audit)
        observations = {each["id"]: each for each in safe["observations"]}
        return cls(
            audit=safe,
            evidence=evidence,
            checks={each["id"]: each for each in safe["checks"]},
            checklists={each["id"]: each for each in safe["checklists"]},
            observations=observations,
            facts={each["id"]: each["facts"] for each in audit["observations"]},
            numbers={name: f"O{position}" for position, name in enumerate(observations, 1)},
        )

    def check(self, finding: Json) -> Json:
        """Return the check of a finding."""
        return self.checks.get(finding["check"]) or {"id": finding["check"], **_UNKNOWN_CHECK}

    def area(self, check: Json) -> str:
        """Return the key in `AREAS` of where a change for this check has to be made."""
        article = str(self.checklists.get(check["checklist"], {}).get("article", ""))
        digits = article[: len(article) - len(article.lstrip("0123456789"))]
        if digits and int(digits) in _EXPORTS:
            return "exports"
        if digits == "28":
            return "contract"
        return "contract" if check.get("repair") in {"document", "business_model"} and digits != "32" else "technology"

    def number(self, observation: str) -> str:
        """Return "O7", or the id itself where the audit does not hold that observation."""
        return self.numbers.get(observation, observation)

    def by_check(self, findings: Iterable[Json]) -> list[list[Json]]:
        """Return the findings check by check, gravest check first, then as the catalogue has them."""
        groups: dict[str, list[Json]] = {}
        for each in findings:
            groups.setdefault(each["check"], []).append(each)
        return sorted(groups.values(), key=lambda group: severity_rank(self.check(group[0])))


def severity_rank(check: Json) -> int:
    """Return 0 for the gravest; what is no severity comes last."""
    return SEVERITIES.index(check["severity"]) if check["severity"] in SEVERITIES else len(SEVERITIES)


def verdict_rank(finding: Json) -> int:
    """Return 0 for the verdict that matters most."""
    return list(VERDICTS).index(finding["verdict"])


def target_name(finding: Json) -> str:
    """Return the name of a finding's target; empty where it is over all of them, or about the vendor as a whole."""
    target = finding.get("target", {})
    return "" if target.get("kind") in _VENDOR_AS_A_WHOLE else str(target.get("name", ""))


def day(text: str) -> str:
    """Return "23 November 2026" for a date or a time in ISO 8601, and any other text as it is."""
    try:
        moment = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def clock(text: str) -> str:
    """Return "19:26:04 UTC" for a UTC time in ISO 8601, and any other text as it is."""
    return f"{text[11:19]} UTC" if text[10:11] == "T" else text


def percent(value: float | None) -> str:
    """Return "26.5 %", or "no score" where there is none."""
    return "no score" if value is None else f"{value:g} %"

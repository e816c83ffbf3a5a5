"""What the vendor's papers say of the same thing, side by side: facts for the checks of contradictions. Pure.

It reads only what probes observed, so it says nothing that is not in an observation already; where one side is missing
or unclear, so is the comparison. Where a paper was read and is silent, there is nothing to compare: `both` is false.
Whether a difference is bad, the checks say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_audit.audit.operators import operators_beside_lists
from vendor_audit.documents.values.companies import Likeness, names_match
from vendor_audit.documents.values.words import any_of, folded
from vendor_audit.observation import Observation, Strength, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vendor_audit.audit.record import Record
    from vendor_audit.observation import Json

COMPARISON = "comparison"
"""The name of the pseudo-probe."""
_PRESENT, _PARTIAL, _ABSENT = "present", "partial", "absent"
_EDITION = "c-iso27001-"
"""With what the claims of an edition begin."""
_TWO = 2
_FEW = 5
"""Names that a reason gives."""
_MOST = 100
"""Entries of a list that are kept."""


def compared(record: Record) -> Record:
    """Return the record with the comparison of its observations as the last of them, in place of an earlier one."""
    others = tuple(each for each in record.observations if each.probe != COMPARISON)
    vendor: str = record.vendor.get("vendor", {}).get("name", record.vendor_name)
    return replace(record, observations=(*others, compare(others, vendor, record.started)))


def compare(observations: Sequence[Observation], vendor_name: str, started: str) -> Observation:
    """Return the comparison of the papers and pages of an audit as one observation.

    Args:
        observations: of the probes ``document``, ``http`` and ``location``; others are passed over.
        vendor_name: what the vendor file calls the vendor.
        started: as in `Observation`.
    """
    papers = {each.target.name: _Paper(each) for each in observations if each.probe == "document" and not each.error}
    facts: dict[str, Json] = {}
    unknown: dict[str, str] = {}
    for name, found in (
        ("retention", _retention(papers)),
        ("breach_hours", _numbers(papers, "hours", dpa="x-breachhours", trust_page="c-breachhours")),
        ("subnotice_days", _notice_days(papers)),
        ("own_purposes", _own_purposes(papers)),
        ("subprocessors", _lists(papers)),
        ("support", _support(papers)),
        ("certificate", _certificate(papers)),
        ("languages", _languages(papers, observations)),
    ):
        if found is None:
            unknown[name] = "it takes two papers, and these were not both read"
        elif isinstance(found, str):
            unknown[name] = found
        else:
            facts[name] = found
    operators, incomplete = operators_beside_lists(observations, _all_rows(papers))
    if isinstance(operators, str):
        unknown["operators"] = operators
    else:
        facts["operators"] = operators
    if incomplete:
        unknown["operators.undeclared"] = incomplete
    return Observation(
        COMPARISON, Target("vendor_file", vendor_name), Strength.DOCUMENTED, facts, unknown, (), started, 0.0
    )


class _Paper:
    """The facts of one document, without those that its probe does not vouch for."""

    def __init__(self, observation: Observation) -> None:
        self.facts = observation.facts
        self._unknown = observation.unknown

    def status(self, requirement: str) -> str:
        """Return present, partial or absent; empty: it is not known."""
        if f"requirements.{requirement}.status" in self._unknown or "requirements" in self._unknown:
            return ""
        status: str = self.facts.get("requirements", {}).get(requirement, {}).get("status", "")
        return status if status in {_PRESENT, _PARTIAL, _ABSENT} else ""

    def statuses(self, prefix: str) -> dict[str, str]:
        """Return the status of each requirement whose id begins so."""
        names = [each for each in self.facts.get("requirements", {}) if each.startswith(prefix)]
        return {each: self.status(each) for each in names}

    def number(self, requirement: str, unit: str) -> float | None:
        """Return the number that a requirement states; None: it states none, or it is not known."""
        if self.status(requirement) not in {_PRESENT, _PARTIAL}:
            return None
        number: float | None = self.facts["requirements"][requirement].get(unit)
        return number

    def states_periods(self) -> bool:
        """Return whether its periods of storage were read, be there none, and all of it was read."""
        return "retention" in self.facts and "retention" not in self._unknown

    def doubts(self, path: str) -> bool:
        """Return whether something of a fact could not be established."""
        return any(each == path or each.startswith(f"{path}.") for each in self._unknown)

    def may_list(self) -> bool:
        """Return whether it has a list of sub-processors, or may have one."""
        return self.facts.get("list", {}).get("found") is not False

    def rows(self) -> list[dict[str, Json]] | None:
        """Return the sub-processors that it lists; None: it lists none, or not all could be read."""
        if any(each in {"list", "list.rows"} or each.endswith("].entity") for each in self._unknown):
            return None
        rows: list[dict[str, Json]] | None = self.facts.get("list", {}).get("rows")
        return rows or None


def _retention(papers: Mapping[str, _Paper]) -> dict[str, Json] | None:
    """Return the categories of data for which two papers state a period, and whether all agree (X4)."""
    read = [
        name for name in ("dpa", "privacy_notice", "trust_page") if name in papers and papers[name].states_periods()
    ]
    if len(read) < _TWO:
        return None
    periods: dict[str, dict[str, float]] = {}
    rows: dict[tuple[str, str], bool] = {}
    for name, key in (("dpa", "dpa_days"), ("privacy_notice", "notice_days"), ("trust_page", "trust_days")):
        for each in papers[name].facts["retention"] if name in read else ():
            if "days" not in each:
                continue
            periods.setdefault(each["category"], {})
            # A row of a table speaks of its kind of data alone; else the first word on it counts.
            is_row = " | " in each["quote"]
            if key not in periods[each["category"]] or (is_row and not rows.get((each["category"], key))):
                periods[each["category"]][key] = each["days"]
                rows[each["category"], key] = is_row
    both = [
        {"category": category, **days, "agree": len(set(days.values())) == 1}
        for category, days in sorted(periods.items())
        if len(days) > 1
    ]
    if not both:
        return {"both": False}
    return {"both": True, "categories": both, "agree": all(each["agree"] for each in both)}


def _numbers(papers: Mapping[str, _Paper], unit: str, **requirements: str) -> dict[str, Json] | None:
    """Return the numbers that papers state for the same thing (X14)."""
    if not all(name in papers and papers[name].status(asked) for name, asked in requirements.items()):
        return None
    numbers = {name: papers[name].number(asked, unit) for name, asked in requirements.items()}
    return _side_by_side(numbers)


def _side_by_side(numbers: Mapping[str, float | None]) -> dict[str, Json]:
    found = {name: number for name, number in numbers.items() if number is not None}
    if len(found) < len(numbers):
        return {**found, "both": False}
    return {**found, "both": True, "agree": len(set(found.values())) == 1}


def _notice_days(papers: Mapping[str, _Paper]) -> dict[str, Json] | None:
    """Return how many days ahead agreement and list announce a change of sub-processors."""
    if "dpa" not in papers or "subprocessors" not in papers or not papers["dpa"].status("x-subnoticedays"):
        return None
    notice = papers["subprocessors"].facts.get("list", {}).get("change_notice")
    if notice is None:
        return None
    return _side_by_side({"dpa": papers["dpa"].number("x-subnoticedays", "days"), "page": notice.get("days")})


def _own_purposes(papers: Mapping[str, _Paper]) -> dict[str, Json] | None:
    """Return whether the agreement excludes purposes of the vendor's own that its notice or terms claim (X8)."""
    if "dpa" not in papers or "privacy_notice" not in papers:
        return None
    excludes, uses = papers["dpa"].status("x-ownpurposes"), papers["privacy_notice"].status("n-ownpurposes")
    if not excludes or not uses:
        return None
    is_excluded, is_used = excludes == _PRESENT, uses == _PRESENT
    return {"dpa_excludes": is_excluded, "notice_uses": is_used, "agree": not (is_excluded and is_used)}


def _lists(papers: Mapping[str, _Paper]) -> dict[str, Json] | str | None:
    """Return which sub-processors only one of agreement and list names, or why that cannot be told."""
    sides = [papers[name].rows() if name in papers else None for name in ("dpa", "subprocessors")]
    agreement, page = sides
    if agreement is None or page is None:
        return None
    only_in_agreement, doubtful = _not_among(_entities(agreement), _entities(page))
    only_on_page, _ = _not_among(_entities(page), _entities(agreement))
    if doubtful and not only_in_agreement and not only_on_page:
        return f"one company, or two of a group: {', '.join(doubtful[:_FEW])}"
    return {
        "only_in_agreement": only_in_agreement[:_MOST],
        "only_on_page": only_on_page[:_MOST],
        "agree": not only_in_agreement and not only_on_page,
    }


def _all_rows(papers: Mapping[str, _Paper]) -> list[dict[str, Json]] | None:
    """Return the sub-processors of agreement and page; None: there is no list, or one that was not read in full."""
    found: list[dict[str, Json]] = []
    for paper in (papers[name] for name in ("dpa", "subprocessors") if name in papers):
        rows = paper.rows()
        if rows is None and paper.may_list():
            return None
        found += rows or []
    return found or None


def _entities(rows: Iterable[Mapping[str, Json]]) -> list[str]:
    return [each["entity"] for each in rows if each.get("entity")]


def _not_among(names: Sequence[str], others: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the names that none of the others is, and those that only companies of their group may be."""
    missing: list[str] = []
    doubtful: list[str] = []
    for name in names:
        likeness = {names_match(name, other) for other in others}
        if Likeness.SAME not in likeness:
            (doubtful if Likeness.SIMILAR in likeness else missing).append(name)
    return missing, doubtful


def _support(papers: Mapping[str, _Paper]) -> dict[str, Json] | None:
    """Return whether support is said to stay in the Union, and where sub-processors give support from (X15)."""
    if "trust_page" not in papers:
        return None
    claimed = papers["trust_page"].status("c-supportlocation")
    lists = [papers[name] for name in ("dpa", "subprocessors") if name in papers and papers[name].may_list()]
    if not claimed or not lists:
        return None
    places: list[dict[str, Json]] = []
    for paper in lists:
        rows = paper.rows()
        if rows is None:
            return None
        for index, row in enumerate(rows):
            if not any_of("subprocessors", "support").search(folded(f"{row.get('task', '')} {row.get('text', '')}")):
                continue
            if not row.get("places") or paper.doubts(f"list.rows[{index}]"):
                return None
            places += [{"entity": row.get("entity", ""), "country": place} for place in row["places"]]
    return {"claimed_eu": claimed == _PRESENT, "places": places[:_MOST]}


def _certificate(papers: Mapping[str, _Paper]) -> dict[str, Json] | None:
    """Return the edition that is certified beside the one that the trust page claims (X7)."""
    if "iso27001" not in papers or "trust_page" not in papers:
        return None
    edition = papers["iso27001"].facts.get("certificate", {}).get("edition")
    claims = papers["trust_page"].statuses(_EDITION)
    claimed = [name.removeprefix(_EDITION) for name, status in claims.items() if status == _PRESENT]
    if not edition or not all(claims.values()) or len(claimed) != 1:
        return None
    return {"claimed_edition": claimed[0], "edition": edition, "agree": claimed[0] == edition}


def _languages(papers: Mapping[str, _Paper], observations: Sequence[Observation]) -> dict[str, Json] | None:
    """Return the languages of the join pages beside that of the privacy notice (Article 12)."""
    notice = papers["privacy_notice"].facts.get("language") if "privacy_notice" in papers else None
    pages = {
        str(each.facts["page"]["language"])[:2].lower()
        for each in observations
        if each.probe == "http" and "join_page" in each.target.roles and each.facts.get("page", {}).get("language")
    }
    if not notice or not pages:
        return None
    missing = sorted(pages - {notice})
    return {"join_page": sorted(pages), "notice": [notice], "missing": missing, "agree": not missing}

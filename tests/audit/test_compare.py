"""Two audits side by side, and what a gate makes of an older one."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.audit.compare import Comparison, Kind, compare_audits
from vendor_audit.audit.document import conclude

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.audit.record import Record
    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.observation import Json, Observation

    Make = Callable[..., Record]
    See = Callable[..., Observation]

VERDICTS = ("pass", "fail", "partial", "inconclusive", "not_applicable", "accepted")


@pytest.fixture
def older(catalogue: Catalogue, record: Make, http: See, good: Json) -> dict[str, Json]:
    return conclude(record(http(good, roles=("join_page",)), http(good, "https://b.example")), catalogue)


def with_verdicts(document: dict[str, Json], *verdicts: str, check: str = "a.critical") -> dict[str, Json]:
    """Return the document in which the findings of a check have these verdicts, as far as they go."""
    changed = copy.deepcopy(document)
    for finding, verdict in zip((each for each in changed["findings"] if each["check"] == check), verdicts):  # noqa: B905 # as far as they go
        finding["verdict"] = verdict
    return changed


def kinds(comparison: Comparison) -> list[tuple[str, str]]:
    return [(each.kind.value, each.check) for each in comparison.changes]


EXPECTED = {
    ("pass", "fail"): "worse",
    ("pass", "partial"): "worse",
    ("pass", "accepted"): "worse",
    ("pass", "inconclusive"): "unknown_now",
    ("pass", "not_applicable"): "no_longer_applies",
    ("fail", "pass"): "mended",
    ("fail", "partial"): "better",
    ("fail", "accepted"): "better",
    ("fail", "inconclusive"): "unknown_now",
    ("fail", "not_applicable"): "better",
    ("partial", "pass"): "mended",
    ("partial", "fail"): "worse",
    ("partial", "accepted"): "better",
    ("partial", "inconclusive"): "unknown_now",
    ("partial", "not_applicable"): "better",
    ("inconclusive", "pass"): "known_now",
    ("inconclusive", "fail"): "known_now",
    ("inconclusive", "partial"): "known_now",
    ("inconclusive", "accepted"): "known_now",
    ("inconclusive", "not_applicable"): "known_now",
    ("not_applicable", "pass"): "applies_now",
    ("not_applicable", "fail"): "worse",
    ("not_applicable", "partial"): "worse",
    ("not_applicable", "accepted"): "worse",
    ("not_applicable", "inconclusive"): "unknown_now",
    ("accepted", "pass"): "mended",
    ("accepted", "fail"): "worse",
    ("accepted", "partial"): "worse",
    ("accepted", "inconclusive"): "unknown_now",
    ("accepted", "not_applicable"): "better",
}


def test_every_step_from_one_verdict_to_another_is_expected() -> None:
    assert EXPECTED.keys() == set(itertools.permutations(VERDICTS, 2))


@pytest.mark.parametrize(("before", "after"), EXPECTED)
def test_a_step_has_its_kind(older: dict[str, Json], before: str, after: str) -> None:
    comparison = compare_audits(with_verdicts(older, before), with_verdicts(older, after))
    assert kinds(comparison) == [(EXPECTED[before, after], "a.critical")]
    (change,) = comparison.changes
    assert (change.before, change.after) == (before, after)
    assert comparison.failing_now == (after == "fail")


def test_an_audit_beside_itself_has_no_difference(older: dict[str, Json]) -> None:
    comparison = compare_audits(older, copy.deepcopy(older))
    assert comparison.changes == ()
    assert comparison.notes == ()
    assert sum(comparison.unchanged.values()) == len(older["findings"])


def test_nothing_disappears(older: dict[str, Json]) -> None:
    newer = with_verdicts(older, "fail")
    gone = newer["findings"].pop()
    comparison = compare_audits(older, newer)
    assert sum(comparison.unchanged.values()) + len(comparison.changes) == len(older["findings"])
    (change,) = comparison.of(Kind.GONE)
    assert (change.check, change.after, change.reason) == (gone["check"], None, gone["reason"])


def test_targets_of_one_check_are_told_apart(
    older: dict[str, Json], catalogue: Catalogue, record: Make, http: See, good: Json
) -> None:
    newer = conclude(
        record(http(good, roles=("join_page",)), http({"hsts": {"present": False}}, "c.example")), catalogue
    )
    comparison = compare_audits(older, newer)
    new = {(each.check, (each.target or {})["name"], each.after) for each in comparison.of(Kind.NEW)}
    gone = {(each.check, (each.target or {})["name"]) for each in comparison.of(Kind.GONE)}
    assert ("a.critical", "c.example", "fail") in new
    assert ("a.critical", "https://b.example") in gone
    assert comparison.failing_now == sum(verdict == "fail" for *_, verdict in new) == 2


def test_of_two_findings_of_one_target_the_worse_is_compared(older: dict[str, Json]) -> None:
    newer = copy.deepcopy(older)
    newer["findings"].append(newer["findings"][0] | {"verdict": "fail"})
    assert [each.after for each in compare_audits(older, newer).changes] == ["fail"]


def test_the_gravest_change_of_a_kind_comes_first(older: dict[str, Json]) -> None:
    newer = with_verdicts(with_verdicts(older, "partial", "fail"), "fail", check="a.high")
    found = [(each.check, each.after) for each in compare_audits(older, newer).of(Kind.WORSE)]
    assert found == [("a.critical", "fail"), ("a.high", "fail"), ("a.critical", "partial")]


def test_a_changed_checklist_is_told_and_marks_its_changes(older: dict[str, Json]) -> None:
    newer = with_verdicts(older, "fail")
    newer["checklists"][0]["sha256"] = "1" * 64
    comparison = compare_audits(older, newer)
    assert comparison.notes == ("the checklist a changed: 1 difference may come from it",)
    assert [each.checklist_changed for each in comparison.changes] == [True]


def test_a_checklist_that_came_or_went_is_told(older: dict[str, Json]) -> None:
    newer = copy.deepcopy(older)
    newer["checklists"][0]["id"] = "z"
    assert compare_audits(older, newer).notes == ("the checklist a is gone", "the checklist z is new")


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (
            {"sha256": "2" * 64},
            "the dated data on tls changed: a difference may come from it",
        ),
        (
            {"id": "bsi"},
            "the dated data on tls changed, from ncsc to bsi: a difference may come from it",
        ),
    ],
)
def test_changed_data_is_told(older: dict[str, Json], change: dict[str, str], note: str) -> None:
    entry = {"id": "ncsc", "topic": "tls", "source": "s", "as_of": "2026-01-01", "sha256": "1" * 64}
    before, after = older | {"data": [entry]}, older | {"data": [entry | change]}
    assert compare_audits(before, after).notes == (note,)


def test_what_is_different_about_the_audits_is_told(older: dict[str, Json]) -> None:
    newer = copy.deepcopy(older)
    newer["vendor_file"]["sha256"] = "1" * 64
    newer["settings"]["permitted"] = "active"
    newer["judged_with"] = "9.9"
    newer["started"] = "2026-11-22T12:00:00.000Z"
    newer["complete"] = False
    notes = " | ".join(compare_audits(older, newer).notes)
    for part in ("vendor file changed", "allowed to do changed from not said to active", "to 9.9", "made before the"):
        assert part in notes
    assert "is not complete" in notes
    newer["vendor_file"]["data"]["vendor"]["name"] = "Other"
    assert "of different vendors: Acme Video and Other" in compare_audits(older, newer).notes[0]


def test_the_json_holds_every_change_once(older: dict[str, Json]) -> None:
    newer = with_verdicts(older, "fail", "inconclusive")
    newer["findings"].pop()
    shape: dict[str, Any] = compare_audits(older, newer).to_json()
    assert [len(shape[kind.value]) for kind in Kind] == [0, 1, 0, 0, 1, 0, 0, 0, 1]
    assert shape["failing_now"] == 1
    assert shape["worse"][0]["target"]["name"] == "https://meet.acme.example"


def test_audits_of_nothing_can_be_compared(older: dict[str, Json], catalogue: Catalogue, record: Make) -> None:
    nothing = conclude(record(), catalogue) | {"findings": [], "checks": [], "checklists": [], "data": []}
    assert compare_audits(nothing, nothing).changes == ()
    assert {each.kind for each in compare_audits(nothing, older).changes} == {Kind.NEW}
    assert {each.kind for each in compare_audits(older, nothing).changes} == {Kind.GONE}

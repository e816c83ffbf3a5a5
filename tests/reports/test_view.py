from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from vendor_audit.reports.lookup import Lookup, clock, day
from vendor_audit.reports.view import build_view


def _strings(value: Any) -> list[str]:
    if dataclasses.is_dataclass(value):
        return [text for field in dataclasses.fields(value) for text in _strings(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []


def test_no_string_of_a_hostile_audit_reaches_a_report_unseen(hostile_audit: Any) -> None:
    strings = _strings(build_view(hostile_audit))
    assert [each for each in strings if "\x1b" in each or "\u202e" in each or "\u200b" in each] == []
    assert max(map(len, strings)) < 2_000


def test_the_audit_is_not_changed_by_being_viewed(audit: Any) -> None:
    before = repr(audit)
    build_view(audit)
    assert repr(audit) == before


def test_every_finding_of_the_audit_is_somewhere_in_the_view(audit: Any) -> None:
    view = build_view(audit)
    shown = {each.check for area in view.areas for each in area.findings}
    shown |= {each.check for rows in (view.unknown, view.passed, view.not_applicable, view.accepted) for each in rows}
    assert shown == {each["check"] for each in audit["findings"]}


def test_what_could_not_be_reached_is_listed_with_its_reason(audit: Any) -> None:
    rows = build_view(audit).unreachable
    assert [(each.probe, each.target, each.error) for each in rows] == [
        ("tls", "https://recordings.acme.example", "No answer from 192.0.2.44:443 within 10 s"),
        ("http", "https://recordings.acme.example", "No answer from 192.0.2.44:443 within 10 s"),
    ]


def test_accepted_risks_and_reviews_name_the_person_the_reason_and_the_day(audit: Any) -> None:
    view = build_view(audit)
    (accepted,), (review,) = view.accepted, view.reviews
    assert (accepted.by, accepted.when) == ("DPO", "until 31 March 2027")
    assert review.before is not None
    assert (review.before.word, review.tag.word, review.by, review.when) == (
        "Partly met", "Passes", "DPO", "on 20 November 2026",
    )  # fmt: skip


def test_a_pass_that_contradicts_the_vendor_says_so(audit: Any) -> None:
    passed = next(each for each in audit["findings"] if each["check"] == "art32.rbac")
    passed["contradiction"] = "the vendor states that this is not so"
    row = next(each for each in build_view(audit).passed if each.check == "art32.rbac")
    assert row.reasons[-1] == "the vendor states that this is not so"


def test_an_audit_without_findings_is_not_taken_for_a_good_one(empty_audit: Any, clean_audit: Any) -> None:
    assert not build_view(empty_audit).judged
    assert build_view(clean_audit).judged


def test_a_vendor_file_that_says_little_still_makes_a_cover(audit: Any) -> None:
    audit["vendor_file"]["data"] = {}
    view = build_view(audit)
    assert view.vendor == "acme.yaml"
    assert len(view.facts) == 6


@pytest.mark.parametrize(
    ("article", "repair", "area"),
    [
        ("28", "configuration", "contract"),
        ("28(3)", "document", "contract"),
        ("44", "configuration", "exports"),
        ("46", "document", "exports"),
        ("32", "configuration", "technology"),
        ("32", "document", "technology"),
        ("13", "document", "contract"),
        ("5", "configuration", "technology"),
        ("", "document", "contract"),
    ],
)
def test_a_check_belongs_to_the_hands_that_must_mend_it(audit: Any, article: str, repair: str, area: str) -> None:
    audit["checklists"][0]["article"] = article
    look = Lookup.over(audit, lambda _: None)
    assert look.area({"checklist": "dpa", "repair": repair}) == area


def test_days_and_times_are_written_out_and_nonsense_stays() -> None:
    assert (day("2026-11-23T19:26:00.000Z"), day("soon")) == ("23 November 2026", "soon")
    assert (clock("2026-11-23T19:26:04.123Z"), clock("soon")) == ("19:26:04 UTC", "soon")


def test_the_contents_name_only_the_gravest_where_not_all_findings_fit(audit: Any) -> None:
    view = build_view(audit)
    assert (len(view.listed), view.unlisted) == (8, 0)
    lesser = next(each for each in audit["findings"] if each["check"] == "art32.https-hsts")
    check = next(each for each in audit["checks"] if each["id"] == "art32.https-hsts")
    for number in range(30):
        audit["checks"].append(check | {"id": f"art32.x{number}"})
        audit["findings"].append(lesser | {"check": f"art32.x{number}"})
    view = build_view(audit)
    assert {each.severity for each in view.listed} == {"critical", "high"}
    assert len(view.listed) + view.unlisted == 38


def test_one_decision_about_many_targets_is_one_row(audit: Any) -> None:
    accepted = next(each for each in audit["findings"] if "accepted" in each)
    audit["findings"] += [accepted | {"target": {"kind": "host", "name": f"{n}.example"}} for n in range(2)]
    (row,) = build_view(audit).accepted
    assert row.targets == "meet.acme.example, 0.example and 1.example"

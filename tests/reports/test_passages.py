"""The words of a document under a finding: with their place, inert, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.reports.lookup import Lookup
from vendor_audit.reports.passages import Passage, is_told, passages_of


def look(facts: dict[str, Any]) -> Lookup:
    return Lookup({}, lambda _: None, {}, {}, {}, {"document:dpa": facts}, {})


def finding(*paths: str) -> dict[str, Any]:
    return {"decided_by": [{"path": each} for each in paths], "observations": ["document:dpa"]}


CLAUSE = {
    "status": "partial",
    "title": "Tells of a breach",
    "quote": "We tell you within 72 hours.",
    "page": 7,
    "section": "10 Breach",
    "elements": {"at_once": {"title": "without undue delay", "found": False}},
    "limits": [
        {"name": "confirmed", "title": "only confirmed ones", "quote": "once confirmed", "page": 8, "section": "11"}
    ],
}


def test_a_clause_is_quoted_with_its_place_and_what_is_wrong_with_it() -> None:
    seen = look({"requirements": {"33(2)-breachnotice": CLAUSE}})
    assert passages_of(seen, finding("requirements.33(2)-breachnotice.status")) == (
        Passage(
            "Tells of a breach",
            "found in part",
            "We tell you within 72 hours.",
            "page 7, 10 Breach",
            ("missing: without undue delay", "only confirmed ones: “once confirmed”, page 8, 11"),
        ),
    )


def test_a_clause_that_decided_twice_is_quoted_once() -> None:
    seen = look({"requirements": {"33(2)-breachnotice": CLAUSE}})
    twice = finding("requirements.33(2)-breachnotice.status", "requirements.33(2)-breachnotice.limits[0].name")
    assert len(passages_of(seen, twice)) == 1


def test_an_entry_of_a_list_is_named() -> None:
    row = {
        "entity": "Pixelgrove LLC",
        "text": "Pixelgrove LLC | Analytics",
        "missing": ["address"],
        "page": 3,
        "section": "",
    }
    (passage,) = passages_of(look({"list": {"rows": [row]}}), finding("list.rows[0].missing"))
    assert (passage.title, passage.quote, passage.place) == ("Pixelgrove LLC", "Pixelgrove LLC | Analytics", "page 3")
    assert passage.remarks == ("the list does not say: address",)


def test_what_a_vendor_wrote_is_inert_and_bounded() -> None:
    hostile = {**CLAUSE, "quote": "\x1b[31m\u202e" + "x" * 100_000}
    (passage,) = passages_of(look({"requirements": {"a": hostile}}), finding("requirements.a.status"))
    assert "\x1b" not in passage.quote
    assert "\u202e" not in passage.quote
    assert len(passage.quote) < 1_000


@pytest.mark.parametrize(
    "facts", [{}, {"requirements": 7}, {"requirements": {"a": 7}}, {"list": {}}, {"list": {"rows": []}}]
)
def test_facts_of_another_shape_are_passed_over(facts: dict[str, Any]) -> None:
    assert passages_of(look(facts), finding("requirements.a.status", "list.rows[3].missing")) == ()


@pytest.mark.parametrize(
    ("status", "word"),
    [("present", "found"), ("partial", "found in part"), ("absent", "not found"), ("unclear", "unclear"), ("new", "")],
)
def test_a_status_is_told_in_words(status: str, word: str) -> None:
    seen = look({"requirements": {"a": {"status": status}}})
    (passage,) = passages_of(seen, finding("requirements.a.status"))
    assert passage.word == word


def test_a_clause_that_is_not_there_has_no_place_and_misses_no_parts() -> None:
    # Parts are missing from a clause; where there is no clause, "not found" says it all.
    nothing = {key: each for key, each in CLAUSE.items() if key not in {"quote", "limits"}}
    (passage,) = passages_of(look({"requirements": {"a": nothing}}), finding("requirements.a.status"))
    assert (passage.quote, passage.place, passage.remarks) == ("", "", ())


def test_a_part_that_was_found_is_not_missing() -> None:
    elements = {"at_once": {"title": "without undue delay", "found": True}, "how": {"title": "how", "found": False}}
    seen = look({"requirements": {"a": {**CLAUSE, "limits": [], "elements": elements}}})
    (passage,) = passages_of(seen, finding("requirements.a.elements.how.found"))
    assert passage.remarks == ("missing: how",)


def test_a_limit_that_stands_in_the_clause_itself_is_not_quoted_again() -> None:
    limit = {"name": "late", "title": "only within 72 hours", "quote": CLAUSE["quote"], "page": 7, "section": "10"}
    seen = look({"requirements": {"a": {**CLAUSE, "elements": {}, "limits": [limit]}}})
    (passage,) = passages_of(seen, finding("requirements.a.limits[0].name"))
    assert passage.remarks == ("only within 72 hours",)


def test_an_unclear_clause_shows_both_places_and_why() -> None:
    other = {"quote": "Incidents are handled.", "page": 9, "section": "12 Incidents"}
    unclear = {
        "status": "unclear",
        "title": "Tells of a breach",
        "note": "the readings differ",
        "other_quote": other,
    }
    (passage,) = passages_of(look({"requirements": {"a": unclear}}), finding("requirements.a.status"))
    assert passage.word == "unclear"
    assert passage.remarks == (
        "the readings differ",
        "another place is worded like it: “Incidents are handled.”, page 9, 12 Incidents",
    )


def test_an_item_of_a_list_is_quoted_with_what_leads_it_in() -> None:
    clause = {"status": "present", "lead_in": "The Processor shall:", "quote": "keep records;", "section": "3"}
    (passage,) = passages_of(look({"requirements": {"a": clause}}), finding("requirements.a.status"))
    assert (passage.quote, passage.place) == ("The Processor shall: keep records;", "3")


def test_a_row_without_a_name_is_told_as_such() -> None:
    row = {"text": "??? | Hosting", "missing": ["entity", "transfer_tools"], "page": 0, "section": "Annex III"}
    (passage,) = passages_of(look({"list": {"rows": [row]}}), finding("list.rows[0].missing"))
    assert (passage.title, passage.place) == ("An entry without a name", "Annex III")
    assert passage.remarks == ("the list does not say: entity and transfer tools",)


HOSTILE = "\x1b[31m\u202e\u2066\x00\u2028\u200b" + "x" * 100_000


@pytest.mark.parametrize(
    "clause",
    [
        {**CLAUSE, "quote": HOSTILE},
        {**CLAUSE, "title": HOSTILE},
        {**CLAUSE, "section": HOSTILE},
        {**CLAUSE, "lead_in": HOSTILE},
        {**CLAUSE, "limits": [{"name": HOSTILE}]},
        {**CLAUSE, "limits": [{"title": HOSTILE, "quote": HOSTILE, "section": HOSTILE}]},
        {**CLAUSE, "elements": {"a": {"title": HOSTILE, "found": False}}},
        {**CLAUSE, "elements": {}, "limits": [], "note": HOSTILE},
        {**CLAUSE, "other_quote": {"quote": HOSTILE, "section": HOSTILE}},
    ],
    ids=["quote", "title", "section", "lead-in", "limit's name", "limit", "element", "note", "other quote"],
)
def test_no_text_of_a_clause_is_dangerous_or_endless(clause: dict[str, Any]) -> None:
    (passage,) = passages_of(look({"requirements": {"a": clause}}), finding("requirements.a.status"))
    check_inert(passage)


@pytest.mark.parametrize("key", ["entity", "text", "section"])
def test_no_text_of_an_entry_is_dangerous_or_endless(key: str) -> None:
    (passage,) = passages_of(look({"list": {"rows": [{key: HOSTILE}]}}), finding("list.rows[0].missing"))
    check_inert(passage)


def check_inert(passage: Passage) -> None:
    shown = (passage.title, passage.word, passage.quote, passage.place, *passage.remarks)
    assert any("\\u202e" in each for each in shown)
    assert all(each.isprintable() for each in shown)
    assert sum(map(len, shown)) < 3_000


def test_a_finding_shows_six_passages_at_most_and_the_first_ones() -> None:
    rows = [{"entity": f"Company {index}"} for index in range(20)]
    passages = passages_of(look({"list": {"rows": rows}}), finding(*(f"list.rows[{n}].missing" for n in range(20))))
    assert [each.title for each in passages] == [f"Company {index}" for index in range(6)]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("requirements.33(2)-breachnotice.status", True),
        ("requirements.a.limits[0].name", True),
        ("list.rows[3].countries", True),
        ("requirements.x-breachhours.hours", False),
        ("list.found", False),
        ("certificate.days_left", False),
    ],
)
def test_only_what_a_passage_shows_is_told_by_it(path: str, *, told: bool) -> None:
    assert is_told({"path": path}) is told


@pytest.mark.parametrize("requirements", [None, [], "a", 7, {"a": None}, {"a": []}, {"b": {"status": "present"}}])
def test_requirements_that_are_no_mapping_show_nothing(requirements: Any) -> None:
    assert passages_of(look({"requirements": requirements}), finding("requirements.a.status")) == ()


@pytest.mark.parametrize("index", [1, 2, 10**12])
def test_an_entry_beyond_the_list_shows_nothing(index: int) -> None:
    seen = look({"list": {"rows": [{"entity": "Pixelgrove LLC"}]}})
    assert passages_of(seen, finding(f"list.rows[{index}].missing")) == ()


def test_an_observation_that_the_audit_does_not_hold_shows_nothing() -> None:
    lost = {**finding("requirements.a.status"), "observations": ["document:gone"]}
    assert passages_of(look({"requirements": {"a": CLAUSE}}), lost) == ()


def test_limits_and_parts_of_another_shape_are_passed_over() -> None:
    odd = {**CLAUSE, "limits": [7, None, "x"], "elements": {"a": 7}}
    (passage,) = passages_of(look({"requirements": {"a": odd}}), finding("requirements.a.status"))
    assert passage.remarks == ()

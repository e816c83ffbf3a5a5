"""The words of a document under a finding: with their place, inert, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.reports.lookup import Lookup
from vendor_audit.reports.passages import Passage, passages_of


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

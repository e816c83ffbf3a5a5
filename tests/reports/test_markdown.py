from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.reports.conftest import make_audit, make_clean_audit, make_empty_audit, make_hostile_audit
from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.markdown import LIMIT, REPORT
from vendor_audit.reports.markdown_text import code, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

Json = Any

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""What of GitHub's Markdown is syntax; what GitHub looks for in the text afterwards is `CALLS`."""
CALLS = re.compile(
    r"\w+://|www\.|(?<!\w)@\w|\w@\w|#\d|:[\w+-]+:|mailto:\S|xmpp:\S|\bGH-\d|(?<!\w)[!%&~$]\w|\$", re.IGNORECASE
)
OWN = {
    *("inline", "text", "code_inline", "softbreak"),
    *(f"{name}_{end}" for name in ("heading", "paragraph", "strong", "em") for end in ("open", "close")),
    *(f"{name}_{end}" for name in ("bullet_list", "list_item") for end in ("open", "close")),
    *(f"{name}_{end}" for name in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")),
    "hr",
}
"""Elements that this report is made of: no link, no picture, no HTML."""
NASTY = [
    "<script>alert(1)</script>",
    "<!-- hidden",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example and www.evil.example or ftp://evil.example",
    "@octocat, mail dpo@evil.example, org/repo#12, #12, GH-12, !7, ~bug, %3, &5, $9",
    ":white_check_mark: Passes",
    "a | b | c",
    "ends in a backslash \\",
    "`code` ``two`` ```",
    "**bold** _em_ ~~gone~~ ^up^ $x^2$ $`y`$",
    "1. list",
    "- list",
    "+ list",
    "# heading",
    "=====",
    "> quote",
    "&lt;b&gt; &amp; &#64;octocat",
    "[x]: https://evil.example",
    "[[_TOC_]]",
    "/close",
    "\\|\\`",
]


def tokens(text: str) -> list[Token]:
    """Return every token, those within lines too."""
    return [each for outer in GITHUB.parse(text) for each in (outer, *(outer.children or []))]


def report_of(audit: Json) -> str:
    return REPORT.render(audit, no_evidence).decode()


def shown(text: str) -> str:
    """Return what a reader sees."""
    words = [each.content for each in tokens(text) if each.type in {"text", "code_inline"}]
    return "".join(words).replace("\u2060", "")


def assert_inert(text: str) -> None:
    for each in tokens(text):
        assert each.type in OWN, (each.type, each.content)
        if each.type == "text":
            found = CALLS.search(each.content)
            assert found is None or found[0] == "$", each.content
    # GitHub looks for its mathematics before Markdown does.
    assert "$" not in text


@pytest.mark.parametrize("make", [make_audit, make_clean_audit, make_hostile_audit, make_empty_audit])
def test_the_report_holds_nothing_but_text_lists_and_tables(make: Callable[[], Json]) -> None:
    assert_inert(report_of(make()))


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("write", [plain, code])
def test_a_strangers_text_is_shown_and_does_nothing(write: Callable[[str], str], text: str) -> None:
    for around in ("- {}", "word {} word", "**{}**", "## {}"):
        written = around.format(write(text))
        if write is code and "`" in write(text)[:1]:
            assert {each.type for each in tokens(written)} <= OWN
        else:
            assert_inert(written)
        assert shown(written).removeprefix("word ").removesuffix(" word").strip() == text.strip()


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("write", [plain, code])
def test_a_strangers_text_ends_no_cell_of_a_table(write: Callable[[str], str], text: str) -> None:
    (*_, row) = f"| a | b |\n| --- | --- |\n| {write(text)} | last |".splitlines()
    cells = [each for each in GITHUB.parse(f"| a | b |\n| --- | --- |\n{row}") if each.type == "inline"]
    assert len(cells) == 4
    assert cells[3].content == "last"
    children = cells[2].children or []
    assert "".join(each.content for each in children).replace("\u2060", "").strip() == text.strip()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_any_printable_text_does_nothing(text: str) -> None:
    once = " ".join(text.split())
    assert_inert(f"- x {plain(once)}")
    assert {each.type for each in tokens(f"- x {code(once)}")} <= OWN


def test_a_hostile_vendor_breaks_no_table(hostile_audit: Json, audit: Json) -> None:
    def rows(text: str) -> list[int]:
        inner = [each for each in GITHUB.parse(text) if each.type in {"tr_open", "td_open", "th_open"}]
        return [index for index, each in enumerate(inner) if each.type == "tr_open"]

    assert rows(report_of(hostile_audit)) == rows(report_of(audit))


def test_a_summary_of_everything_says_how_much_was_cut(audit: Json) -> None:
    failing = next(each for each in audit["findings"] if each["verdict"] == "fail")
    unknown = next(each for each in audit["findings"] if each["verdict"] == "inconclusive")
    check = next(each for each in audit["checks"] if each["id"] == failing["check"])
    for number in range(400):
        name = f"many.{number}"
        audit["checks"].append(check | {"id": name, "remedy": "&" * 600})
        audit["findings"].append(failing | {"check": name, "reason": "$" * 600})
        audit["findings"].append(unknown | {"check": name, "reason": "|" * 600})
    audit["checklists"] = [audit["checklists"][0] | {"id": f"c{n}", "title": "&" * 600} for n in range(200)]
    audit["score"]["checklists"] = [audit["score"]["checklists"][0] | {"id": f"c{n}"} for n in range(200)]
    audit["warnings"] = ["&" * 600] * 100
    text = report_of(audit)
    assert 20_000 < len(text.encode()) <= LIMIT
    cut = [int(each) for each in re.findall(r"… and (\d+) more, which audit\.json has", text)]
    assert len(cut) == 2
    assert all(200 < each <= 410 for each in cut)
    for heading in ("## What fails", "## Accepted risks", "## Reviewed by a person", "## Not established"):
        assert heading in text
    assert_inert(text)


def test_a_usual_summary_is_not_cut(audit: Json) -> None:
    assert "cut to fit" not in report_of(audit)


def test_every_failing_check_has_its_reason_and_its_remedy(audit: Json) -> None:
    seen = shown(report_of(audit))
    checks = {each["id"]: each for each in audit["checks"]}
    failing = {each["check"] for each in audit["findings"] if each["verdict"] in {"fail", "partial"}}
    assert failing
    for name in failing:
        assert name in seen
        assert checks[name]["remedy"][1:60] in seen


def test_an_accepted_risk_stands_with_who_accepted_it_and_until_when(audit: Json) -> None:
    accepted = next(each["accepted"] for each in audit["findings"] if "accepted" in each)
    seen = shown(report_of(audit))
    assert accepted["by"] in seen
    assert "until" in seen


def test_every_unknown_is_told(audit: Json) -> None:
    seen = shown(report_of(audit)).partition("Not established")[2]
    for each in audit["findings"]:
        if each["verdict"] == "inconclusive":
            assert each["check"] in seen


def test_what_the_baseline_had_is_marked_and_the_gate_says_how_much(audit: Json) -> None:
    failing = next(each for each in audit["findings"] if each["verdict"] == "fail" and "target" in each)
    entries = [{"check": failing["check"], "target": failing["target"]["name"], "verdict": "fail"}]
    unknown = next(each for each in audit["findings"] if each["verdict"] == "inconclusive")
    target = {"target": unknown["target"]["name"]} if "target" in unknown else {}
    entries.append({"check": unknown["check"], **target, "verdict": "inconclusive"})
    baseline = {"id": "acme-1", "started": "2026-11-20T10:00:00.000Z", "sha256": "0" * 64, "had": entries}
    audit["gate"] |= {"passed": True, "exit_code": 0, "reasons": [], "blocking": [], "baseline": baseline}
    text = report_of(audit)
    fails, _, unknowns = text.partition("## Not established")
    assert fails.count("*(was in the baseline)*") == 1
    assert len(re.findall(r"\*\((was|1 of \d+) in the baseline\)\*", unknowns)) == 1
    assert "Gate passed (exit 0); 2 findings were there in the baseline of 20 November 2026." in text


def test_an_audit_that_established_nothing_says_so_and_shows_no_empty_section(empty_audit: Json) -> None:
    text = report_of(empty_audit)
    assert "No verdict: nothing could be established." in text
    assert "The audit is not complete" in text
    assert "No score" in text
    assert "## " not in text.replace("# Audit", "")


def test_the_same_audit_gives_the_same_bytes_and_is_not_changed(audit: Json) -> None:
    before = copy.deepcopy(audit)
    first = REPORT.render(audit, no_evidence)
    assert audit == before
    assert REPORT.render(make_audit(), no_evidence) == first


def test_the_report_reads_as_it_did(audit: Json, snapshot: Callable[[str, str], None]) -> None:
    snapshot("audit.md", report_of(audit))

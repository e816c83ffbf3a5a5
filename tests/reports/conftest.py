"""A realistic audit document, and what becomes of it when a vendor is hostile, flawless or silent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.pdf import REPORT as PDF

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

_HERE = Path(__file__).parent
_UPDATE = "VENDOR_AUDIT_UPDATE_SNAPSHOTS"
HOSTILE = (
    "<script>alert(1)</script><img src=http://127.0.0.1:9/x.png onerror=alert(1)>"
    "[bold red]markup[/bold red] [link=file:///etc/passwd]x[/link] {{ 7*7 }} {% raw %} "
    "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u202c zero\u200bwidth a\u0300\u0301\u0302\u0303\u0304\u0305 "
    "'\"--></style><a href='javascript:alert(1)'>click</a> @import url(http://127.0.0.1:9/a.css);"
)


def make_audit() -> Json:
    """Return a fresh audit document: every verdict, several targets, a contradiction, an accepted risk, a review."""
    return json.loads((_HERE / "sample_audit.json").read_text(encoding="utf-8"))


def _counts(findings: list[Json]) -> Json:
    verdicts = ("pass", "fail", "partial", "inconclusive", "not_applicable", "accepted")
    return {each: sum(one["verdict"] == each for one in findings) for each in verdicts}


def make_hostile_audit() -> Json:
    """Return an audit in which every string that a vendor chooses tries something."""
    audit = make_audit()
    long_word = "x" * 5_000
    audit["vendor_file"]["data"]["vendor"]["name"] = f"Acme {HOSTILE}"
    audit["vendor_file"]["data"]["customer"]["name"] = HOSTILE
    audit["warnings"].append(HOSTILE)
    for finding in audit["findings"]:
        finding["reason"] = f"{HOSTILE} {long_word}"
        for decider in finding["decided_by"]:
            decider["value"] = HOSTILE
            decider["expectation"] = long_word
        if "statement" in finding:
            finding["statement"] |= {"note": HOSTILE, "by": HOSTILE}
        if "accepted" in finding:
            finding["accepted"]["reason"] = HOSTILE
    for observation in audit["observations"]:
        for evidence in observation.get("evidence", []):
            evidence["title"] = HOSTILE
        if "error" in observation:
            observation["error"]["message"] = HOSTILE
    audit["data"][0]["source"] = "javascript:alert(1)"
    return audit


def make_clean_audit() -> Json:
    """Return an audit in which everything that was checked passes."""
    audit = make_audit()
    audit["findings"] = [each for each in audit["findings"] if each["verdict"] == "pass" and "review" not in each]
    audit["score"] |= {
        "proven": 100.0,
        "possible": 100.0,
        "coverage": 100.0,
        "light": "green",
        "caps": [],
        "counts": _counts(audit["findings"]),
    }
    checklists = {each["id"]: each["checklist"] for each in audit["checks"]}
    for part in audit["score"]["checklists"]:
        part["counts"] = _counts([each for each in audit["findings"] if checklists[each["check"]] == part["id"]])
        part |= {"proven": 100.0, "possible": 100.0, "coverage": 100.0, "light": "green"}
    audit["gate"] |= {"passed": True, "exit_code": 0, "reasons": [], "blocking": []}
    return audit


def make_empty_audit() -> Json:
    """Return an audit that could establish nothing at all, and was interrupted."""
    audit = make_audit()
    nothing = {"proven": None, "possible": None, "coverage": None}
    audit |= {
        "complete": False,
        "stopped": "the audit was interrupted",
        "observations": [],
        "findings": [],
        "checks": [],
        "checklists": [],
        "data": [],
        "warnings": [],
    }
    audit["score"] |= {**nothing, "light": "grey", "caps": [], "counts": _counts([]), "checklists": []}
    audit["gate"] |= {"passed": False, "exit_code": 3, "reasons": ["nothing could be judged"], "blocking": []}
    return audit


@pytest.fixture
def audit() -> Json:
    """An audit as audits are."""
    return make_audit()


@pytest.fixture
def hostile_audit() -> Json:
    """An audit whose every vendor-chosen string tries to break out."""
    return make_hostile_audit()


@pytest.fixture
def clean_audit() -> Json:
    """An audit in which nothing fails."""
    return make_clean_audit()


@pytest.fixture
def empty_audit() -> Json:
    """An audit that was interrupted before anything was seen."""
    return make_empty_audit()


@pytest.fixture(scope="session")
def usual_pdf() -> bytes:
    """The PDF of `audit`; rendered once, because it takes seconds."""
    return PDF.render(make_audit(), no_evidence)


@pytest.fixture(scope="session")
def hostile_pdf() -> bytes:
    """The PDF of `hostile_audit`."""
    return PDF.render(make_hostile_audit(), no_evidence)


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Return a function that holds a text against the snapshot of that name.

    With VENDOR_AUDIT_UPDATE_SNAPSHOTS=1 it writes the snapshot instead; look at the difference before you commit it.
    """

    def compare(name: str, text: str) -> None:
        path = _HERE / "snapshots" / name
        if os.environ.get(_UPDATE) == "1":
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{name} changed; if it should, set {_UPDATE}=1 and look at it"

    return compare

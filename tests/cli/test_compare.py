"""``compare`` and ``judge --new-only``, as a person and as a program use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reports.conftest import HOSTILE, make_audit
from vendor_audit.audit.compare import compare_audits
from vendor_audit.audit.gate import GateRule
from vendor_audit.cli.compare_view import lines_of

PROGRAM = "import sys; from vendor_audit.cli.main import run_program; run_program(sys.argv[1:])"
ROOT = Path(__file__).parents[2]


def program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        check=False,
        timeout=60,
    )


def whole_audit() -> dict[str, Any]:
    """Return the sample audit with what it leaves out and the schema asks for, so that it can be judged again."""
    audit: dict[str, Any] = make_audit()
    audit["observations"] = [
        {
            "id": "http:https://meet.acme.example",
            "probe": "http",
            "target": {
                "kind": "endpoint",
                "name": "https://meet.acme.example",
                "host": "meet.acme.example",
                "port": 443,
            },
            "strength": "observed",
            "started": audit["started"],
            "duration": 0.1,
            "facts": {"plain_http": {"reachable": False}, "cookies": [], "nosniff": True},
        }
    ]
    audit["judged_with"] = "0.1.0"
    audit["settings"] |= {"gate": GateRule().to_json(), "timeout": 5.0, "thresholds": {}}
    for finding in audit["findings"]:
        for each in finding["decided_by"]:
            each.setdefault("expectation", "")
    return audit


def worse(audit: dict[str, Any]) -> dict[str, Any]:
    """Return the audit a week later, with its first pass as a failure and its first failure as a pass."""
    first = {each["verdict"]: each for each in reversed(audit["findings"])}
    first["pass"]["verdict"], first["fail"]["verdict"] = "fail", "pass"
    audit["started"] = "2026-11-30T19:26:00.000Z"
    return audit


@pytest.fixture
def audits(tmp_path: Path) -> Path:
    (tmp_path / "old.json").write_text(json.dumps(whole_audit()), encoding="utf-8")
    (tmp_path / "new.json").write_text(json.dumps(worse(whole_audit())), encoding="utf-8")
    return tmp_path


def test_a_person_reads_what_is_worse_first_and_the_exit_code_is_0(audits: Path) -> None:
    done = program("compare", "old.json", "new.json", cwd=audits)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Older  Acme Video, 23 November 2026, 19:26:00 UTC: red, 26.5 % to 39.3 %, gate failed")
    assert "1 finding fails that did not fail before." in lines
    assert lines.index("Worse (1)") < lines.index("Mended (1)")
    assert any("Passes -> Fails" in each for each in lines)
    assert "\x1b" not in done.stdout


def test_a_program_reads_one_document(audits: Path) -> None:
    done = program("compare", "old.json", "new.json", "--json", cwd=audits)
    shape = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(shape["worse"]), len(shape["mended"]), shape["failing_now"]) == (1, 1, 1)
    assert shape["worse"][0]["before"] == "pass"


def test_an_audit_beside_itself_has_no_difference(audits: Path) -> None:
    done = program("compare", "old.json", "old.json", cwd=audits)
    assert "No finding changed." in done.stdout
    assert "Note:" not in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "other.json: cannot be read"),
        ("{", "other.json: is not JSON"),
        ("[]", "other.json: is no audit document"),
        ('{"format": "vendor-audit/audit/1"}', "other.json: $:"),
        ("\x00\xff", "other.json: is not JSON"),
        ("[" * 100_000, "other.json: is not JSON"),
    ],
)
def test_what_is_no_audit_is_a_sentence_and_exit_code_2(audits: Path, content: str | None, said: str) -> None:
    if content is not None:
        (audits / "other.json").write_text(content, encoding="utf-8")
    for arguments in (("compare", "old.json", "other.json"), ("compare", "other.json", "new.json")):
        done = program(*arguments, cwd=audits)
        assert done.returncode == 2
        assert said in done.stderr
        assert (done.stdout, "Traceback" in done.stderr) == ("", False)


def test_nothing_that_a_vendor_wrote_acts_on_the_terminal_or_is_endless() -> None:
    older, newer = whole_audit(), worse(whole_audit())
    newer["vendor_file"]["data"]["vendor"]["name"] = HOSTILE * 50
    for each in newer["findings"]:
        each["reason"] = HOSTILE * 50
        each["target"] = {"kind": "endpoint", "name": HOSTILE * 50}
    lines = list(lines_of(compare_audits(older, newer)))
    assert all(each.isprintable() for each in lines)
    assert max(map(len, lines)) < 1_000


def test_what_asks_for_nothing_is_counted_and_not_listed() -> None:
    older, newer = whole_audit(), whole_audit()
    passing = [each for each in newer["findings"] if each["verdict"] == "pass"]
    newer["findings"] = [each for each in newer["findings"] if each["verdict"] != "pass"]
    text = "\n".join(lines_of(compare_audits(older, newer)))
    assert f"Gone ({len(passing)})" in text
    assert f"{len(passing)} findings that asked or ask for nothing" in text
    assert "Nothing fails that did not fail before." in text


def test_judge_takes_a_baseline_and_says_so(audits: Path) -> None:
    alone = json.loads(program("judge", "old.json", "--json", cwd=audits).stdout)
    (audits / "judged.json").write_text(json.dumps(alone), encoding="utf-8")
    done = program("judge", "old.json", "--new-only", "judged.json", "--json", cwd=audits)
    beside = json.loads(done.stdout)
    assert alone["gate"]["blocking"]
    assert beside["gate"]["blocking"] == []
    assert beside["gate"]["baseline"]["had"] == alone["gate"]["blocking"]
    assert beside["findings"] == alone["findings"]
    assert (beside["gate"]["passed"], done.returncode) == (True, 0)
    said = program("judge", "old.json", "--new-only", "judged.json", cwd=audits)
    had = len(alone["gate"]["blocking"])
    assert f"{had} findings were there in the baseline of 23 November 2026" in said.stdout.splitlines()[-1]
    # What was judged with a baseline is judged with it again.
    again = json.loads(program("judge", "audit.judged.json", "--json", cwd=audits).stdout)
    assert again == beside


def test_a_baseline_of_another_vendor_is_a_sentence_and_exit_code_2(audits: Path) -> None:
    other = whole_audit()
    other["vendor_file"]["data"]["vendor"]["name"] = "Other"
    (audits / "other.json").write_text(json.dumps(other), encoding="utf-8")
    done = program("judge", "old.json", "--new-only", "other.json", cwd=audits)
    assert done.returncode == 2
    assert "other.json: is an audit of 'Other' and no baseline for 'Acme Video'" in done.stderr

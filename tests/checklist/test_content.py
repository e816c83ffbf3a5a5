"""What the shipped checklists and dated data promise beyond what the engine enforces."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vendor_audit.checklist.examples import run_examples
from vendor_audit.checklist.load import load_catalogue
from vendor_audit.resources import shipped
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKLISTS = (
    "dpa",
    "art-28",
    "eu-residency",
    "art-5",
    "art-6-recording-consent",
    "art-13",
    "art-15-17",
    "art-32",
    "iso-27001",
)
"""In the order of the report: contract, then exports, then technology."""
LIBRARIES = {
    **dict.fromkeys(("dpa", "scc", "terms", "order_form", "toms"), "dpa"),
    "privacy_notice": "privacy_notice",
    **dict.fromkeys(("trust_page", "product_docs", "legal_notice"), "claims"),
}
"""Kind of document -> the clause library that it is read by."""
REQUIREMENT = re.compile(r'^requirements\.(?:"([^"]+)"|([^.]+))\.(\w+)$')
LAW = re.compile(r"^(GDPR|Directive|Regulation|Decision|C-\d)")
STANDARD = re.compile(r"^(RFC|W3C|ISO/IEC|IAF|EDPB|OWASP ASVS)")
GDPR = re.compile(r"^GDPR (\d{1,2})(-\d{1,2})?(\(\d{1,2}\)(\([a-z]\))?)?$")
FILLERS = ("best practice", "industry standard", "robust", "leverage", "ensure that you", "legal advice")


@cache
def checklists() -> dict[str, dict[str, Any]]:
    files = [read_yaml(each).data for each in sorted(shipped("checklists").glob("*.yaml"))]
    found = {each["checklist"]: each for each in files if "part" not in each}
    for part in (each for each in files if "part" in each):
        found[part["checklist"]]["checks"] += part["checks"]
    return found


@cache
def checks() -> list[dict[str, Any]]:
    return [check for each in checklists().values() for check in each["checks"]]


@cache
def data_sets() -> list[dict[str, Any]]:
    return [read_yaml(each).data for each in sorted((shipped("checklists") / "data").glob("*.yaml"))]


def leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, node in tree.items():
        if "value" in node:
            yield f"{prefix}{key}", node
        else:
            yield from leaves(node, f"{prefix}{key}.")


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Yield an expression and every expression in it."""
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from parts(each)
    elif isinstance(node, list):
        for each in node:
            yield from parts(each)


def judges_documents(check: dict[str, Any]) -> bool:
    judged = {check["judges"]} if isinstance(check["judges"], str) else set(check["judges"])
    return judged <= {"document", "comparison"}


def kinds_judged(check: dict[str, Any]) -> set[str]:
    """Return the kinds of documents that a check judges, as it names them among targets or in its expressions."""
    named = set(check.get("targets", {}).get("role", []))
    for part in parts([check["passes_if"], check.get("partial_if")]):
        if part.get("fact") == "target":
            named |= {part["equals"]} if "equals" in part else set(part["in"])
    return named


@cache
def library(name: str) -> dict[str, set[str]]:
    """Return the requirements of a clause library, each with the names of what can limit it or take it back."""
    file = shipped("checklists") / "clauses" / f"{name}.yaml"
    requirements = yaml.safe_load(file.read_text(encoding="utf-8"))["requirements"]
    return {
        each["id"]: {name for key in ("limits", "weak", "voids") for name in each.get(key, {})} | {"refused", "annex"}
        for each in requirements
    }


def prose(check: dict[str, Any]) -> str:
    words = [check[each] for each in ("title", "why", "remedy", "question", "proof") if each in check]
    return " ".join(words + list(check.get("says", {}).values()))


def every_check() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("check", checks(), ids=[each["id"] for each in checks()])


def test_the_nine_checklists_stand_in_the_order_contract_exports_technology() -> None:
    assert tuple(sorted(checklists(), key=lambda each: checklists()[each]["order"])) == CHECKLISTS


def test_each_checklist_has_three_checks_and_all_together_have_sixty() -> None:
    assert all(len(each["checks"]) >= 3 for each in checklists().values())
    assert len(checks()) >= 60


def test_every_example_gets_its_verdict() -> None:
    assert [each.message for each in run_examples(load_catalogue()) if not each.passed] == []


@pytest.mark.parametrize("thresholds", ["ncsc-nl-2025-05", "bsi-tr-02102-2-2026-01", "tlsref-6.0-intermediate"])
def test_every_threshold_set_answers_for_every_check(thresholds: str) -> None:
    assert len(load_catalogue(selection={"tls": thresholds}).checks) == len(checks())


def test_ids_and_titles_are_unique() -> None:
    for key in ("id", "title"):
        assert [each for each, times in Counter(check[key] for check in checks()).items() if times > 1] == []


@every_check()
def test_an_id_is_a_group_and_a_slug(check: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9-]+", check["id"])


@every_check()
def test_a_title_is_a_statement_in_one_line(check: dict[str, Any]) -> None:
    title = check["title"]
    assert len(title) <= 110
    assert title[0].isupper() or title[0].isdigit()
    assert not title.endswith((".", "?"))
    assert not re.match(r"(?i)(check|verify|ensure|test|make sure)\b", title)


@every_check()
def test_why_is_one_to_three_sentences(check: dict[str, Any]) -> None:
    assert 1 <= len(re.findall(r"[.!](?:\s|$)", check["why"])) <= 3
    assert len(check["why"]) <= 320


@every_check()
def test_the_prose_is_plain(check: dict[str, Any]) -> None:
    assert [each for each in FILLERS if each in prose(check).lower()] == []
    assert "—" not in prose(check)


@every_check()
def test_a_remedy_tells_what_to_do(check: dict[str, Any]) -> None:
    assert re.match(r"[A-Z][a-z]+ ", check["remedy"])
    assert check["remedy"].endswith(".")


@every_check()
def test_what_a_check_says_is_continued_by_the_reason_and_has_no_full_stop(check: dict[str, Any]) -> None:
    assert [each for each in check.get("says", {}).values() if each.endswith(".")] == []


@every_check()
def test_a_pattern_has_a_name_that_a_report_can_print(check: dict[str, Any]) -> None:
    named = {
        f"${each['topic']}.{path}" for each in data_sets() for path, leaf in leaves(each["values"]) if "called" in leaf
    }
    for part in parts([check["passes_if"], check.get("partial_if")]):
        assert part.get("matches", "") in named | {""}


@every_check()
def test_a_clause_names_the_law_first(check: dict[str, Any]) -> None:
    assert LAW.match(check["clause"][0]) or check["id"].startswith("iso.")
    assert all(LAW.match(each) or STANDARD.match(each) for each in check["clause"])


@every_check()
def test_a_gdpr_clause_is_written_as_article_paragraph_and_point(check: dict[str, Any]) -> None:
    for clause in check["clause"]:
        if clause.startswith("GDPR"):
            found = GDPR.match(clause)
            assert found, clause
            assert 1 <= int(found[1]) <= 99


@every_check()
def test_what_is_critical_is_in_force(check: dict[str, Any]) -> None:
    if check["severity"] == "critical":
        assert check["status"] == "in_force"
    if check["status"] == "proposal":
        assert check["severity"] in {"low", "medium"}


@every_check()
def test_what_papers_and_people_say_is_asked_for_and_has_a_proof(check: dict[str, Any]) -> None:
    if check["judges"] == "statement" or judges_documents(check):
        assert check["question"].endswith("?")
        assert check["proof"]
        assert check["strength"] in {"attested", "documented"}
    elif check["judges"] != "vendor_file":
        assert check["strength"] == "observed"
    if judges_documents(check):
        assert check["strength"] == "documented"


@every_check()
def test_asked_by_names_the_requirements_of_the_sources(check: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"S([1-9]|1\d|2[0-8])", each) for each in check.get("asked_by", []))


@every_check()
def test_examples_show_pass_fail_inconclusive_and_a_trap(check: dict[str, Any]) -> None:
    verdicts = {each["verdict"] for each in check["examples"]}
    assert verdicts >= {"pass", "fail", "inconclusive"}
    assert ("partial" in verdicts) == ("partial_if" in check)
    if "applies_when" in check:
        assert "not_applicable" in verdicts
    assert any("note" in each for each in check["examples"])


@every_check()
def test_a_check_of_an_observed_list_has_an_example_with_an_incomplete_one(check: dict[str, Any]) -> None:
    lists = [part.get("each", part.get("some")) for part in parts(check["passes_if"]) if part.get("of") != "vendor"]
    named = {each for each in lists if each}
    if named and check["judges"] in ("tls", "http", "dns", "dtls", "media") and check["id"] != "art32.tls-dh-size":
        assert any(named & set(example.get("unknown", {})) for example in check["examples"])


@every_check()
def test_a_check_of_clauses_names_what_the_library_of_its_documents_asks_for(check: dict[str, Any]) -> None:
    expressions = [check["passes_if"], check.get("partial_if"), check.get("applies_when")]
    for part in parts(expressions):
        for path in (part.get("fact"), part.get("some"), part.get("each")):
            found = REQUIREMENT.match(path or "")
            if not found:
                continue
            known = [library(LIBRARIES[kind]) for kind in kinds_judged(check)]
            asked = [each[found[1] or found[2]] for each in known if (found[1] or found[2]) in each]
            assert asked, path
            if "where" in part and found[3] == "limits":
                named = part["where"].get("in", [part["where"].get("equals")])
                assert set(named) <= set().union(*asked), path


@every_check()
def test_a_check_of_clauses_has_an_example_that_a_person_has_to_read(check: dict[str, Any]) -> None:
    statuses = [part["fact"] for part in parts(check["passes_if"]) if part.get("fact", "").endswith(".status")]
    if judges_documents(check) and statuses:
        unknown = {path for each in check["examples"] for path in each.get("unknown", {})}
        assert any(path.endswith(".status") and "requirements." in path for path in unknown)


@every_check()
def test_a_check_of_a_list_in_a_document_has_an_example_that_was_not_read_in_full(check: dict[str, Any]) -> None:
    if any(part.get("each") == "list.rows" for part in parts(check["passes_if"])):
        assert any(path.startswith("list.rows") for each in check["examples"] for path in each.get("unknown", {}))


@every_check()
def test_a_paper_that_is_consistent_is_not_called_verified(check: dict[str, Any]) -> None:
    passes = check.get("says", {}).get("pass", "")
    if "verified" in passes:
        assert "not verified" in passes or check["judges"] == "vendor_file"


@every_check()
def test_a_number_that_no_law_gives_is_guidance(check: dict[str, Any]) -> None:
    limits = [part.get("at_most", part.get("at_least", "")) for part in parts(check["passes_if"])]
    if any(str(each).startswith("$terms.") for each in limits):
        assert check["status"] == "guidance"


def test_every_period_and_word_of_contracts_is_used_by_a_check() -> None:
    (terms,) = (each for each in data_sets() if each["topic"] == "terms")
    text = str(checks())
    assert [path for path, _ in leaves(terms["values"]) if f"$terms.{path}" not in text] == []
    assert [path for path, leaf in leaves(terms["values"]) if not leaf.keys() & {"note", "paragraph"}] == []


@every_check()
def test_a_list_that_may_be_empty_passes_only_where_empty_is_good(check: dict[str, Any]) -> None:
    """Suites, groups and versions: a server without any is no good server. Cookies and resources: none is best."""
    for part in parts(check["passes_if"]):
        if part.get("each") in {"versions.accepted", "cipher_suites.accepted", "groups.accepted", "endpoints"}:
            others = list(parts(check["passes_if"]))
            guarded = any(each.get("not_empty") or "some" in each for each in others)
            assert guarded or check["id"] == "art32.tls-dh-size"


def test_the_threshold_sets_have_the_same_keys() -> None:
    keys = {each["id"]: {path for path, _ in leaves(each["values"])} for each in data_sets() if each["topic"] == "tls"}
    assert set(keys) == {"ncsc-nl-2025-05", "bsi-tr-02102-2-2026-01", "tlsref-6.0-intermediate"}
    assert len({frozenset(each) for each in keys.values()}) == 1


def test_each_topic_with_several_sets_has_one_default() -> None:
    for topic in {each["topic"] for each in data_sets()}:
        sets = [each for each in data_sets() if each["topic"] == topic]
        assert len(sets) == 1 or len([each for each in sets if each.get("default")]) == 1


def test_a_data_file_is_named_after_its_set_and_dated_in_the_past() -> None:
    for path in (shipped("checklists") / "data").glob("*.yaml"):
        data = read_yaml(path).data
        assert data["id"] == path.stem
        assert data["as_of"] <= datetime.now(UTC).date().isoformat()


def test_what_a_threshold_set_forbids_it_does_not_tolerate() -> None:
    for each in data_sets():
        if each["topic"] == "tls":
            values = {path: leaf["value"] for path, leaf in leaves(each["values"])}
            for what in ("cipher_suites", "groups"):
                assert not set(values[f"{what}.allowed"]) & set(values[f"{what}.phase_out"])
            assert set(values["groups.tolerated"]) | {"none"} == (
                set(values["groups.allowed"]) | set(values["groups.phase_out"]) | {"none"}
            )
            assert set(values["groups.hybrid"]) <= set(values["groups.allowed"])
            assert values["key.rsa_phase_out_bits"] <= values["key.rsa_min_bits"]


def test_a_threshold_without_a_paragraph_says_where_it_comes_from() -> None:
    default = next(each for each in data_sets() if each["topic"] == "tls" and each.get("default"))
    assert [path for path, leaf in leaves(default["values"]) if "paragraph" not in leaf and "note" not in leaf] == []


def test_the_eea_is_the_union_and_three_more() -> None:
    values = dict(leaves(next(each for each in data_sets() if each["topic"] == "jurisdictions")["values"]))
    union, area = set(values["eu"]["value"]), set(values["eea"]["value"])
    assert len(union) == 27
    assert area - union == {"IS", "LI", "NO"}
    assert union < area
    assert set(values["eea_or_adequate"]["value"]) == area | set(values["adequate"]["value"])
    assert not area & set(values["adequate"]["value"])
    assert "US" not in values["eea_or_adequate"]["value"]


def advertising() -> str:
    values = dict(leaves(next(each for each in data_sets() if each["topic"] == "third_party_hosts")["values"]))
    return str(values["advertising"]["value"])


@pytest.mark.parametrize("host", ["www.googletagmanager.com", "stats.g.doubleclick.net", "FACEBOOK.com"])
def test_the_list_of_advertising_hosts_knows_sub_domains(host: str) -> None:
    assert re.search(advertising(), host)


@pytest.mark.parametrize("host", ["doubleclick.net.acme.example", "notdoubleclick.net", "static.acme.example"])
def test_the_list_of_advertising_hosts_is_not_fooled_by_similar_names(host: str) -> None:
    assert not re.search(advertising(), host)

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from vendor_audit.checklist.load import load_catalogue
from vendor_audit.errors import UsageError
from vendor_audit.source.diagnostic import InvalidFileError


def test_a_checklist_becomes_a_catalogue(toy: Any, check_text: str, head_text: str) -> None:
    catalogue = toy.load(head_text + check_text)
    (checklist,) = catalogue.checklists
    check = catalogue.checks["toy.one"]
    assert (checklist.id, checklist.article, checklist.order, checklist.file) == ("toy", "99", 1, "toy.yaml")
    assert checklist.checks == (check,)
    assert set(checklist.to_json()) == {"id", "title", "article", "sha256", "file"}
    assert (check.checklist, check.judges, check.clause) == ("toy", ("toy",), ("GDPR 32(1)(a)",))
    assert (check.severity.value, check.severity.weight) == ("critical", 10)
    assert str(check.place).endswith("toy.yaml:6:5")


def test_the_definition_is_the_text_of_the_check_and_of_no_other(toy: Any, check_text: str, head_text: str) -> None:
    other = check_text.replace("toy.one", "toy.two")
    catalogue = toy.load(f"{head_text}{check_text}\n  # about the second\n{other}")
    first, second = (each.definition for each in catalogue.checks.values())
    assert first.splitlines()[0] == "id: toy.one"
    assert first.splitlines()[-1] == "  - {verdict: inconclusive, facts: {}}"
    assert second.splitlines()[0] == "id: toy.two"


def test_checklists_come_in_their_order(toy: Any, check_text: str, head_text: str) -> None:
    late = head_text.replace("order: 1", "order: 9").replace("checklist: toy", "checklist: late")
    early = (head_text + check_text).replace("toy.one", "early.one")
    catalogue = toy.load(late + check_text, early)
    assert [each.id for each in catalogue.checklists] == ["toy", "late"]
    assert list(catalogue.checks) == ["early.one", "toy.one"]


def test_a_checklist_may_stand_in_several_files(toy: Any, check_text: str, head_text: str) -> None:
    part = "checklist: toy\npart: more\nchecks:\n" + check_text.replace("toy.one", "toy.two")
    (checklist,) = toy.load(head_text + check_text, part).checklists
    assert [each.id for each in checklist.checks] == ["toy.one", "toy.two"]
    (kept,) = checklist.to_json()["parts"]
    assert kept["file"] == "toy1.yaml"
    assert len(kept["sha256"]) == 64


def test_a_part_that_is_named_alone_finds_its_head_beside_it(toy: Any, check_text: str, head_text: str) -> None:
    part = "checklist: toy\npart: more\nchecks:\n" + check_text.replace("toy.one", "toy.two")
    toy.load(head_text + check_text, part)
    (checklist,) = load_catalogue(
        [toy.folder / "toy1.yaml"], data=[toy.folder / "data"], schemas=toy.schemas
    ).checklists
    assert [each.id for each in checklist.checks] == ["toy.one", "toy.two"]


def test_a_part_of_nothing_and_a_part_with_a_head_are_told(toy: Any, check_text: str, head_text: str) -> None:
    orphan = "checklist: other\npart: more\nchecks:\n" + check_text.replace("toy.one", "toy.two")
    assert toy.load_mistakes(head_text + check_text, orphan) == [
        "toy1.yaml:1:12: there is no checklist 'other' of which this could be a part"
    ]
    headed = head_text.replace("checklist: toy", "checklist: toy\npart: more") + check_text.replace(
        "toy.one", "toy.two"
    )
    mistakes = toy.load_mistakes(head_text + check_text, headed)
    assert [each.split(": ")[1] for each in mistakes] == [
        f"the key '{key}' is not allowed here" for key in ("title", "article", "order")
    ]


def test_a_duplicate_check_is_told_at_both_places(toy: Any, check_text: str, head_text: str) -> None:
    other = (head_text + check_text).replace("checklist: toy", "checklist: other")
    assert toy.load_mistakes(head_text + check_text, other) == [
        "toy.yaml:6:9: duplicate check 'toy.one': it stands at toy1.yaml:6:9 too",
        "toy1.yaml:6:9: duplicate check 'toy.one': it stands at toy.yaml:6:9 too",
    ]


def test_a_duplicate_in_the_same_file_is_told_too(toy: Any, check_text: str, head_text: str) -> None:
    mistakes = toy.load_mistakes(head_text + check_text + check_text)
    assert len(mistakes) == 2
    assert "duplicate check 'toy.one': it stands at toy.yaml:" in mistakes[1]


def test_a_duplicate_checklist_is_told(toy: Any, check_text: str, head_text: str) -> None:
    mistakes = toy.load_mistakes(head_text + check_text, head_text + check_text.replace("toy.one", "toy.two"))
    assert mistakes[0] == "toy.yaml:1:12: duplicate checklist 'toy': it stands at toy1.yaml:1:12 too"


def empty(*verdicts: str) -> list[dict[str, Any]]:
    """Return an example without facts for each verdict."""
    return [{"verdict": each, "facts": {}} for each in verdicts]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"severity": "hihg"}, "'hihg' is not critical, high, medium or low, did you mean 'high'?"),
        ({"severty": "high", "severity": None}, "unknown key 'severty', did you mean 'severity'?"),
        ({"remedy": None}, "the key 'remedy' is missing"),
        ({"judges": "toyy"}, "there is no probe 'toyy', did you mean 'toy'?"),
        ({"judges": ["toy", "dns"]}, "there is no probe 'dns'; there are other or toy"),
        ({"judges": ["toy"]}, "is too short: 2 is the least"),
        ({"passes_if": {"fact": "bits", "equal": 1}}, "unknown matcher 'equal', did you mean 'equals'?"),
        ({"passes_if": "bits"}, "an expression is needed here"),
        ({"id": "Toy One"}, "'Toy One' is not right here"),
        ({"targets": {"role": []}}, "a list must not be empty here"),
        ({"targets": {"role": ["wed"]}}, "no target has the role 'wed', did you mean 'web'?"),
        ({"says": {"fial": "x"}}, "unknown key 'fial', did you mean 'fail'?"),
        ({"references": [{"title": "x", "url": "ftp://x.example"}]}, "'ftp://x.example' is not right here"),
    ],
)
def test_a_mistake_in_a_check_is_told(toy: Any, changes: dict[str, Any], message: str) -> None:
    mistakes = toy.load_mistakes(toy.check(**changes))
    assert any(message in each for each in mistakes), mistakes


def test_targets_need_one_probe(toy: Any) -> None:
    expression = {"each": "toy", "where": {"fact": "bits", "at_least": 1}}
    examples = empty("pass", "fail", "inconclusive")
    text = toy.check(judges=["toy", "other"], targets={"role": ["web"]}, passes_if=expression, examples=examples)
    (mistake,) = toy.load_mistakes(text)
    assert "only a check that judges one probe can choose among targets" in mistake


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ({"bit": 1}, "there is no 'bit' here, did you mean 'bits'?"),
        ({"bits": "many"}, "a number is needed here, not 'many'"),
        ({"bits": 1.5}, "'1.5' is not a whole number"),
        ({"bits": -1}, "'-1' is out of range"),
        ({"on": 1}, "true or false is needed here, not '1'"),
        ({"answer": "partly"}, "'partly' is not true, false or partial, did you mean 'partial'?"),
        ({"versions": {"accepted": ["one", "fuor"]}}, "'fuor' is not one, two or three"),
        ({"versions": {"preferred": "four"}}, "'four' is not one, two or three"),
        ({"versions": []}, "a group of facts is needed here, not a list"),
        ({"processors": [{"nam": "x"}]}, "there is no 'nam' here, did you mean 'name'?"),
        ({"day": "2026-02-30"}, "'2026-02-30' is no day that the calendar has"),
        ({"word": None}, "a text is needed here, not empty"),
        ({"open": {"any": "x"}}, "true or false is needed here, not 'x'"),
    ],
)
def test_facts_that_the_probe_could_not_publish_are_told(toy: Any, example: dict[str, Any], message: str) -> None:
    examples = empty("pass", "fail", "inconclusive")
    (mistake,) = toy.load_mistakes(toy.check(examples=[*examples, {"verdict": "pass", "facts": example}]))
    assert message in mistake


def test_partial_facts_and_vendor_entries_are_enough_for_an_example(toy: Any) -> None:
    examples: list[Any] = [
        {"verdict": each, "facts": {"open": {"any": True}}, "vendor": {"customer": {"strict": True}}}
        for each in ("pass", "fail", "inconclusive")
    ]
    assert toy.load_mistakes(toy.check(examples=examples)) == []


def test_an_entry_that_no_vendor_file_has_is_told(toy: Any) -> None:
    examples: list[Any] = [
        {"verdict": each, "facts": {}, "vendor": {"custmer": {}}} for each in ("pass", "fail", "inconclusive")
    ]
    mistakes = toy.load_mistakes(toy.check(examples=examples))
    assert len(mistakes) == 3
    assert "there is no 'custmer' here, did you mean 'customer'?" in mistakes[0]


@pytest.mark.parametrize(
    ("changes", "verdicts", "missing"),
    [
        ({}, ["pass", "fail"], "inconclusive"),
        ({}, ["inconclusive"], "pass or fail"),
        ({"partial_if": {"fact": "bits", "at_least": 50}}, ["pass", "fail", "inconclusive"], "partial"),
    ],
)
def test_each_verdict_needs_an_example(toy: Any, changes: dict[str, Any], verdicts: list[str], missing: str) -> None:
    examples = empty(*verdicts)
    (mistake,) = toy.load_mistakes(toy.check(examples=examples, **changes))
    assert f"no example has the verdict {missing}" in mistake


def test_an_example_of_a_verdict_that_cannot_be_is_told(toy: Any) -> None:
    examples: list[Any] = [
        {"verdict": each, "facts": {}} for each in ("pass", "fail", "inconclusive", "partial", "not_applicable")
    ]
    mistakes = toy.load_mistakes(toy.check(examples=examples))
    assert "the check has no 'partial_if', so it is never partial" in mistakes[0]
    assert "the check has no 'applies_when', so it is never not_applicable" in mistakes[1]


def test_all_mistakes_of_all_files_are_told_at_once(toy: Any, check_text: str, head_text: str) -> None:
    bad_data = "id: bad\ntopic: bad\ntitle: x\nsource: y\nas_of: 2026-02-30\nvalues: {a: {valu: 1}}\n"
    (toy.folder / "data" / "bad.yaml").write_text(bad_data)
    first = head_text + check_text.replace("at_least", "atleast").replace("severity: critical", "severity: grave")
    second = (head_text + check_text).replace("checklist: toy", "checklist: other").replace("toy.one", "other.one")
    mistakes = toy.load_mistakes(first, second.replace("fact: bits", "fact: bitz"), "a: [1\n")
    assert [each.split(": ")[0] for each in mistakes] == [
        "data/bad.yaml:5:8",
        "data/bad.yaml:6:20",
        "toy.yaml:10:15",
        "toy.yaml:14:29",
        "toy1.yaml:14:23",
        "toy2.yaml:1:4",
    ]


def test_a_selected_set_answers_for_its_topic(toy: Any, check_text: str, head_text: str) -> None:
    text = head_text + check_text.replace("at_least: 100", "at_least: $toy.bits")
    usual = toy.load(text)
    strict = toy.load(text, selection={"toy": "strict-2026"})
    assert usual.checks["toy.one"].passes_if.test.operand == 100
    assert strict.checks["toy.one"].passes_if.test.operand == 200
    assert strict.data.selection() == {"toy": "strict-2026"}
    assert [each.id for each in strict.data.used()] == ["strict-2026"]


def test_data_that_no_check_refers_to_are_not_used(toy: Any, check_text: str, head_text: str) -> None:
    assert toy.load(head_text + check_text).data.used() == ()
    says = head_text + check_text + "    says: {fail: 'fewer than {$toy.bits}'}\n"
    assert [each.id for each in toy.load(says).data.used()] == ["toy-2026"]


def test_a_selection_of_what_there_is_not_is_told(toy: Any, check_text: str, head_text: str) -> None:
    text = head_text + check_text
    with pytest.raises(
        UsageError, match=re.escape("there are no data 'strict-2025' about toy, did you mean 'strict-2026'?")
    ):
        toy.load(text, selection={"toy": "strict-2025"})
    with pytest.raises(UsageError, match=re.escape("there are no data about 'toi', did you mean 'toy'?")):
        toy.load(text, selection={"toi": "strict-2026"})


def test_a_folder_and_a_single_file_can_be_loaded_each_file_once(toy: Any, check_text: str, head_text: str) -> None:
    file = toy.write(head_text + check_text)
    more = {"data": [toy.folder / "data"], "schemas": toy.schemas}
    assert list(load_catalogue([toy.folder, file], **more).checks) == ["toy.one"]
    assert list(load_catalogue([file], **more).checks) == ["toy.one"]


def test_an_empty_folder_and_a_missing_file_are_usage_errors(toy: Any) -> None:
    with pytest.raises(UsageError, match="holds no checklist"):
        load_catalogue([toy.schemas])
    with pytest.raises(UsageError, match="there is no such file"):
        load_catalogue([toy.folder / "nowhere.yaml"])


def test_the_data_folder_beside_a_checklist_is_read(toy: Any, check_text: str, head_text: str) -> None:
    file = toy.write(head_text + check_text.replace("at_least: 100", "at_least: $toy.bits"))
    assert "toy" in load_catalogue([file], schemas=toy.schemas).data.selection()


def test_the_error_shows_the_line_and_a_caret(toy: Any, check_text: str, head_text: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        toy.load(head_text + check_text.replace("at_least", "at_lest"))
    assert str(caught.value).splitlines()[1:] == [
        "   14 |     passes_if: {fact: bits, at_lest: 100}",
        "      |                             ^^^^^^^",
    ]


def test_loading_a_hundred_checks_is_a_matter_of_parts_of_a_second(toy: Any, check_text: str, head_text: str) -> None:
    text = head_text + "".join(check_text.replace("toy.one", f"toy.n{index}") for index in range(100))
    start = time.perf_counter()
    assert len(toy.load(text).checks) == 100
    assert time.perf_counter() - start < 2  # far above what it takes, so that a busy machine is no failure

from __future__ import annotations

import re
from typing import Any

import pytest

from vendor_audit.checklist.data import DatedData, load_data
from vendor_audit.errors import UsageError
from vendor_audit.source.diagnostic import InvalidFileError

SET = "id: {id}\ntopic: {topic}\ntitle: T\nsource: S\nas_of: 2026-01-01\n{more}values: {{a: {{value: {value}}}}}\n"


def found(data: DatedData, path: str) -> Any:
    datum = data.find(path)
    assert datum
    return datum.value


def mistakes_of(folder: Any) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        load_data(folder)
    return [f"{each.place}: {each.message}" for each in caught.value.diagnostics]


def test_a_path_finds_its_value_with_where_it_stands(toy: Any) -> None:
    allowed = toy.data.find("toy.versions.allowed")
    assert (allowed.value, allowed.source, allowed.called) == (["two", "three"], "toy-2026 §3.1", "")
    assert toy.data.find("toy.eea").called == "the EEA"
    assert toy.data.find("toy.bits").source == "toy-2026"
    assert toy.data.find("toy.versions.newest").source == "toy-2026, appendix A"


def test_norway_is_a_country(toy: Any) -> None:
    assert toy.data.find("toy.eea").value == ["NL", "DE", "NO"]


@pytest.mark.parametrize("path", ["toy", "toy.versions", "toy.nothing", "tox.bits", "", "toy.versions.allowed.0"])
def test_what_is_no_value_is_not_found_and_the_trouble_says_why(toy: Any, path: str) -> None:
    assert toy.data.find(path) is None
    assert toy.data.trouble(path)


def test_the_default_answers_unless_another_set_is_selected(toy: Any) -> None:
    assert toy.data.selection() == {"toy": "toy-2026"}
    assert found(load_data(toy.folder / "data", {"toy": "strict-2026"}), "toy.bits") == 200


def test_ids_become_a_selection(toy: Any) -> None:
    assert toy.data.topics_of(["strict-2026"]) == {"toy": "strict-2026"}
    with pytest.raises(UsageError, match=re.escape("there are no data 'strict-2062', did you mean 'strict-2026'?")):
        toy.data.topics_of(["strict-2062"])
    with pytest.raises(UsageError, match="'toy-2026' and 'strict-2026' are both data about toy: select one"):
        toy.data.topics_of(["strict-2026", "toy-2026"])


def test_the_only_set_of_a_topic_needs_no_default(tmp_path: Any) -> None:
    (tmp_path / "x.yaml").write_text(SET.format(id="x", topic="t", more="", value=1))
    assert found(load_data(tmp_path), "t.a") == 1


def test_two_sets_of_a_topic_need_a_default_and_only_one(tmp_path: Any) -> None:
    for name in ("x", "y"):
        (tmp_path / f"{name}.yaml").write_text(SET.format(id=name, topic="t", more="", value=1))
    assert mistakes_of(tmp_path) == ["x.yaml:2:8: the topic t has 2 sets, and none says 'default: true'"]
    for name in ("x", "y"):
        (tmp_path / f"{name}.yaml").write_text(SET.format(id=name, topic="t", more="default: true\n", value=1))
    assert mistakes_of(tmp_path) == [
        "y.yaml:6:10: the topic t has a default already, at x.yaml:6:10: only one set may be it"
    ]


def test_two_sets_with_one_id_are_a_mistake(tmp_path: Any) -> None:
    for name in ("x", "y"):
        (tmp_path / f"{name}.yaml").write_text(SET.format(id="same", topic=name, more="", value=1))
    assert mistakes_of(tmp_path) == ["y.yaml:1:5: the id 'same' is taken already, at x.yaml:1:5"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{}", "needed here"),
        ("[]", "must not be empty"),
        ("[a, a]", "stands in this list already"),
        ("[[a]]", "not a list"),
        ("", "needed here"),
    ],
)
def test_a_value_is_a_scalar_or_a_list_of_scalars(tmp_path: Any, value: str, message: str) -> None:
    (tmp_path / "x.yaml").write_text(SET.format(id="x", topic="t", more="", value=value))
    assert any(message in each for each in mistakes_of(tmp_path)), mistakes_of(tmp_path)


def test_the_topic_audit_is_taken(tmp_path: Any) -> None:
    (tmp_path / "x.yaml").write_text(SET.format(id="x", topic="audit", more="", value=1))
    assert "'audit' is not allowed here" in mistakes_of(tmp_path)[0]


def test_a_set_says_what_the_audit_keeps_of_it(toy: Any) -> None:
    shape = toy.data.selected["toy"].to_json()
    assert set(shape) == {"id", "topic", "title", "source", "as_of", "sha256"}
    assert len(shape["sha256"]) == 64

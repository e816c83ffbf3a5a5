"""The shipped libraries are whole: what the tests hold here is not checked again when a document is read."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from vendor_audit.documents.clauses.library import LANGUAGES, clause_folder, load_library
from vendor_audit.documents.clauses.model import Kind
from vendor_audit.documents.clauses.wording import wordings_of
from vendor_audit.source.strict_yaml import read_yaml

LIBRARIES = ("dpa", "privacy_notice", "claims")
GROUPS = ("needs", "weak", "limits", "voids")
FILES = sorted(clause_folder().glob("*.yaml"))
BOTH = [(library, language) for library in LIBRARIES for language in LANGUAGES]


def raw(name: str) -> dict[str, Any]:
    shape: dict[str, Any] = read_yaml(clause_folder() / name).data
    return shape


@pytest.mark.parametrize("file", FILES, ids=[each.name for each in FILES])
def test_the_fast_loader_reads_what_the_strict_one_reads(file: Any) -> None:
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == read_yaml(file).data


@pytest.mark.parametrize(("library", "language"), BOTH)
def test_every_pattern_compiles_and_every_requirement_is_worded(library: str, language: str) -> None:
    loaded = load_library(library, language)
    assert loaded.unworded == ()
    for each in loaded.requirements:
        assert each.core.pattern or each.labels, each.id
        assert each.kind is Kind.DUTY or each.labels, each.id


@pytest.mark.parametrize(("library", "language"), BOTH)
def test_language_and_definition_name_the_same_elements(library: str, language: str) -> None:
    asked = {each["id"]: each for each in raw(f"{library}.yaml")["requirements"]}
    worded = raw(f"{library}.{language}.yaml")["requirements"]
    assert list(worded.keys() - asked.keys()) == []
    for name, definition in asked.items():
        for group in GROUPS:
            assert set(worded[name].get(group, {})) == set(definition.get(group, {})), f"{name}: {group}"


@pytest.mark.parametrize(("library", "language"), BOTH)
def test_every_duty_has_wordings_for_the_second_reading(library: str, language: str) -> None:
    loaded = load_library(library, language)
    assert [each.id for each in loaded.requirements if not each.examples] == []
    # Each wording is like its own clause by the library's own measure, or the second reading would deny what it knows.
    wordings = wordings_of(loaded)
    for each in loaded.requirements:
        for example in each.examples:
            assert wordings.likeness(example).get(each.id, 0.0) >= each.like, example


def test_a_library_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_library("nothing", "en")

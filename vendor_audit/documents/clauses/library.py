"""Clause libraries, from the files in ``checklists/clauses``: what is asked, and how each language words it.

``<name>.yaml`` says what each requirement is, whatever the language: its elements, limits and voids with their titles.
``<name>.<language>.yaml`` has the patterns for them and wordings for the second reading. The files are ours and were
validated by the tests, so they are read with the fast loader here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import re2
import yaml

from vendor_audit.documents.clauses.model import Element, Kind, Library, Requirement, Scope
from vendor_audit.documents.clauses.patterns import NOTHING, PatternError, compile_pattern
from vendor_audit.documents.values.words import folded
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vendor_audit.documents.clauses.patterns import Pattern

LANGUAGES = ("en", "de", "fr", "nl")
_EVERYWHERE = "common"
"""``common.<language>.yaml``: the words, parties, numbers and general patterns of a language."""


def clause_folder() -> Path:
    """Return the folder of the shipped libraries."""
    return shipped("checklists") / "clauses"


@cache
def load_library(name: str, language: str) -> Library:
    """Return the library of one kind of document in one language.

    Raises:
        PatternError: a file of the library is wrong; the text says where.
        FileNotFoundError: there is none of that name.
    """
    asked = clause_file(name)
    worded = clause_file(f"{name}.{language}")
    common = clause_file(f"{_EVERYWHERE}.{language}")
    words = {**common["words"], **worded.get("words", {})}
    try:
        return _library(name, language, asked, worded, common, words)
    except PatternError as error:
        raise PatternError(f"{name}.{language}.yaml: {error}") from error


@cache
def clause_file(name: str) -> Mapping[str, Any]:
    """Return the content of ``checklists/clauses/<name>.yaml``; the tests hold it to strict YAML.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    path = clause_folder() / f"{name}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    shape: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (safe loaders)
    return shape


def _library(
    name: str,
    language: str,
    asked: Mapping[str, Any],
    worded: Mapping[str, Any],
    common: Mapping[str, Any],
    words: Mapping[str, str],
) -> Library:
    own = frozenset(worded.get("alone", ()))

    def both(key: str) -> list[Any]:
        """Return what all libraries of the language share, and what this one adds or has alone."""
        return [*(() if key in own else common.get(key, ())), *worded.get(key, ())]

    def general(key: str) -> Pattern:
        return compile_pattern(both(key), words)

    found = tuple(
        _requirement(
            {**_defaults(asked), **_defaults(worded), **each}, worded["requirements"].get(each["id"], {}), words
        )
        for each in asked["requirements"]
    )
    requirements = tuple(each for each in found if each.core.pattern or each.labels)
    return Library(
        name=name,
        language=language,
        requirements=requirements,
        unworded=tuple(each.id for each in found if each not in requirements),
        refusal=general("refusal"),
        proviso=general("proviso"),
        quoted_law=general("quoted_law"),
        definition=general("definition"),
        other_chapters=general("other_chapters"),
        placeholder=general("placeholder"),
        elsewhere=general("elsewhere"),
        annexes=re2.compile(common["annexes"]),
        open_list=general("open_list"),
        title=general("title"),
        concepts={name: compile_pattern(patterns, words) for name, patterns in common.get("concepts", {}).items()},
        processor_acts=general("processor_acts"),
        controller_acts=general("controller_acts"),
        subject_verbs=re2.compile(common["subject_verbs"]) if "subject_verbs" in common else None,
        pooled=asked.get("pooled", False),
        decoys=tuple(map(folded, both("decoys"))),
        numbers={folded(word): value for word, value in common["numbers"].items()},
        units={folded(word): unit for word, unit in common["units"].items()},
        parties={role: tuple(names) for role, names in worded.get("parties", common["parties"]).items()},
    )


def _defaults(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in ("like", "unlike") if key in asked}


def _requirement(asked: Mapping[str, Any], worded: Mapping[str, Any], words: Mapping[str, str]) -> Requirement:
    def elements(group: str, default: Scope) -> tuple[Element, ...]:
        patterns = worded.get(group, {})
        found = []
        for name, what in asked.get(group, {}).items():
            title, scope = (what, default) if isinstance(what, str) else (what["title"], Scope(what["within"]))
            pervasive = not isinstance(what, str) and what.get("pervasive", False)
            found.append(Element(name, title, scope, _compiled(patterns.get(name, ()), asked["id"], words), pervasive))
        return tuple(each for each in found if each.pattern)

    return Requirement(
        id=asked["id"],
        title=asked["title"],
        clause=asked["clause"],
        kind=Kind(asked.get("kind", "duty")),
        core=Element("core", asked["title"], Scope.SENTENCE, _compiled(worded.get("core", ()), asked["id"], words)),
        needs=elements("needs", Scope.PASSAGE),
        weak=elements("weak", Scope.SENTENCE),
        limits=elements("limits", Scope.PASSAGE),
        voids=elements("voids", Scope.SENTENCE),
        labels=_compiled(worded["labels"], asked["id"], words) if "labels" in worded else None,
        vocabulary=_compiled(worded["vocabulary"], asked["id"], words) if "vocabulary" in worded else None,
        either=asked.get("either", False),
        annex=asked.get("annex", False),
        fewest=asked.get("fewest", 1),
        like=asked.get("like", 0.0),
        unlike=asked.get("unlike", 1.0),
        values=asked.get("values", ""),
        examples=tuple(folded(each) for each in worded.get("examples", ())),
    )


def _compiled(alternatives: list[Any], requirement: str, words: Mapping[str, str]) -> Pattern:
    if not alternatives:
        return NOTHING
    try:
        return compile_pattern(alternatives, words)
    except PatternError as error:
        raise PatternError(f"{requirement}: {error}") from error

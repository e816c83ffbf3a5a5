"""What a document says, where it decided a finding: the words, their place, and what is missing or too narrow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports.text import listed, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.observation import Json
    from vendor_audit.reports.lookup import Lookup

_MOST = 6
"""Passages that one target shows."""
_QUOTE = 500
_REQUIREMENT = re.compile(r"requirements\.([^.\[\]]+)\.(?:status|limits|note|elements)\b")
_ROW = re.compile(r"list\.rows\[(\d+)\]")
_WORDS = {"present": "found", "partial": "found in part", "absent": "not found", "unclear": "unclear"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A place of a document that decided."""

    title: str
    """What was looked for, or the entry of a list."""
    word: str
    """"found", "found in part", "not found", "unclear"; empty: an entry of a list."""
    quote: str
    """The document's own words; empty: there are none."""
    place: str
    """"page 4, 3.2 Instructions"; empty: not known."""
    remarks: tuple[str, ...]
    """What is missing, or makes it less than it should be."""


def passages_of(look: Lookup, finding: Json) -> tuple[Passage, ...]:
    """Return the places of the documents that a finding rests on, each once, in the order in which they decided."""
    found: dict[Passage, None] = {}
    for decider in finding["decided_by"]:
        for name in finding["observations"]:
            facts = look.facts.get(name, {})
            for passage in _passages(decider["path"], facts):
                found[passage] = None
    return tuple(found)[:_MOST]


def is_told(decider: Json) -> bool:
    """Return whether a passage tells what an element that decided would tell again."""
    return bool(_REQUIREMENT.search(decider["path"]) or _ROW.search(decider["path"]))


def _passages(path: str, facts: Json) -> Iterator[Passage]:
    if (match := _REQUIREMENT.search(path)) and isinstance(facts.get("requirements"), dict):
        requirement = facts["requirements"].get(match[1])
        if isinstance(requirement, dict):
            yield _clause(requirement)
    elif match := _ROW.search(path):
        rows = facts.get("list", {}).get("rows", [])
        if int(match[1]) < len(rows):
            yield _entry(rows[int(match[1])])


def _clause(requirement: Json) -> Passage:
    limits = [each for each in requirement.get("limits", ()) if isinstance(each, dict)]
    missing = [
        each["title"]
        for each in requirement.get("elements", {}).values()
        if isinstance(each, dict) and not each.get("found", True)
    ]
    quote = requirement.get("quote", "")
    remarks = [f"missing: {visible(each)}" for each in missing if quote]
    for each in limits:
        words = each.get("quote", "")
        said = f": “{visible(words, _QUOTE)}”, {_place(each)}" if words and words != quote else ""
        remarks.append(f"{visible(str(each.get('title') or each.get('name', '')))}{said}".rstrip(", "))
    if not remarks and requirement.get("note"):
        remarks.append(visible(requirement["note"]))
    if other := requirement.get("other_quote"):
        remarks.append(
            f"another place is worded like it: “{visible(other['quote'], _QUOTE)}”, {_place(other)}".rstrip(", ")
        )
    lead_in = requirement.get("lead_in", "")
    return Passage(
        title=visible(requirement.get("title", "")),
        word=_WORDS.get(requirement.get("status", ""), ""),
        quote=visible(f"{lead_in} {quote}".strip(), _QUOTE),
        place=_place(requirement) if quote else "",
        remarks=tuple(remarks),
    )


def _entry(row: Json) -> Passage:
    missing = [each.replace("_", " ") for each in row.get("missing", ())]
    return Passage(
        title=visible(row.get("entity", "") or "An entry without a name"),
        word="",
        quote=visible(row.get("text", ""), _QUOTE),
        place=_place(row),
        remarks=(f"the list does not say: {listed(missing)}",) if missing else (),
    )


def _place(where: Json) -> str:
    page = f"page {where['page']}" if isinstance(where.get("page"), int) and where["page"] else ""
    return ", ".join(filter(None, (page, visible(where.get("section", "")))))

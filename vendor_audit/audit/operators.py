"""Who runs the addresses that an audit came upon, held against the lists of sub-processors (X2). Pure.

An operator is on a list when a row names it as a company, or with a word that only its names have. So a brand on a list
is enough; whether a brand is enough of an entry, another check says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.documents.values.companies import Likeness, names_match
from vendor_audit.documents.values.words import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_audit.observation import Observation

Json = Any
_NOT_OF_A_NAME: Final = frozenset(
    {"web", "services", "service", "cloud", "global", "network", "networks", "the", "platform"}
)
"""Words that the names of many operators have."""
_FEW: Final = 5
_MOST: Final = 100


def operators_beside_lists(
    observations: Sequence[Observation], rows: Sequence[Mapping[str, Json]] | None
) -> tuple[dict[str, Json] | str, str]:
    """Return the facts, or why there are none; and why the undeclared are not all known, empty where they are.

    Args:
        observations: of `location`; others are passed over.
        rows: of all lists of sub-processors; None: no list was read in full.
    """
    if rows is None:
        return "no list of sub-processors was read in full", ""
    observed: dict[str, list[str]] = {}
    nameless: list[str] = []
    for each in observations:
        claims = each.facts.get("claims", []) if each.probe == "location" else []
        if each.probe != "location" or any(claim["kind"] == "special_purpose" for claim in claims):
            continue
        names = {claim["operator"] for claim in claims if claim.get("operator")}
        for name in names:
            observed.setdefault(name, []).append(each.target.name)
        if not names:
            nameless.append(each.target.name)
    undeclared = [
        {"operator": name, "addresses": addresses[:_MOST]}
        for name, addresses in sorted(observed.items())
        if not any(_names(row, name) for row in rows)
    ]
    incomplete = f"nobody here knows who runs {', '.join(nameless[:_FEW])}" if nameless else ""
    return {"observed": sorted(observed)[:_MOST], "undeclared": undeclared[:_MOST]}, incomplete


def _names(row: Mapping[str, Json], operator: str) -> bool:
    if names_match(row.get("entity", ""), operator) in {Likeness.SAME, Likeness.SIMILAR}:
        return True
    text = folded(f"{row.get('entity', '')} {row.get('text', '')}")
    words = [each for each in re.findall(r"\w+", folded(operator)) if each not in _NOT_OF_A_NAME]
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.documents.model import Block, BlockKind, Document, Section, Sentence
from vendor_audit.documents.subprocessors import read_subprocessors

WORDS = st.sampled_from(
    [
        "Kestrel GmbH",
        "Edgefence",
        "Inc.",
        "USA",
        "Germany, Frankfurt",
        "EU",
        "[REGION]",
        "TBD",
        "N/A",
        "-",
        "SCC",
        "DPF",
        "none",
        "Dublin",
        "Name",
        "Location",
        "Country",
        "Purpose",
        "Transfer mechanism",
        "Since",
        "03/04/2026",
        "3 May 2026",
        ":",
        "(",
        ")",
        ", ",
        "; ",
        "\u2013",
        "Sub-processor",
        "all",
        "located in",
        "above",
        "AWS",
        "\n",
        "é",
        "https://x.example",
        "a@b.example",
        "not",
        "Hafenring 8, 20457 Hamburg",
        "Address",
        "Contact",
        "Data",
    ]
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=60)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    kind = draw(st.sampled_from(list(BlockKind)))
    cells = tuple(draw(st.lists(TEXTS, min_size=1, max_size=5))) if kind is BlockKind.ROW else ()
    text = " | ".join(cells) if cells else draw(TEXTS)
    level = draw(st.integers(1, 2)) if kind is BlockKind.ITEM else 0
    return Block(
        kind,
        text,
        1,
        (Sentence(text, 1),),
        level=level,
        cells=cells,
        table=draw(st.integers(1, 2)) if cells else 0,
        is_header=bool(cells) and draw(st.booleans()),
    )


def at(facts: Any, path: str) -> Any:
    """Return what stands at a dotted path; None: nothing does."""
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(facts, list):
            facts = facts[int(step)] if int(step) < len(facts) else None
        else:
            facts = facts.get(step) if isinstance(facts, dict) else None
    return facts


@given(st.lists(blocks(), max_size=12), TEXTS, st.sampled_from(["", "en", "de", "fr", "nl"]))
@settings(max_examples=150, deadline=None)
def test_any_document_is_read_and_what_is_unknown_is_absent_or_an_incomplete_list(
    content: list[Block], heading: str, language: str
) -> None:
    name = f"Sub-processors {heading}"
    document = Document("text/html", 0, 0, language, name, (Section("", name, 1, 0, (name,), tuple(content)),))
    found = read_subprocessors(document)
    facts = json.loads(json.dumps(found.to_json()))
    for path, reason in found.unknown.items():
        assert reason
        assert at(facts, path) is None or isinstance(at(facts, path), list), path
    for row in facts.get("rows", []):
        assert not [key for key in row["missing"] if key in row]
        assert all(len(each) == 2 and each.isupper() for each in row.get("countries", []))

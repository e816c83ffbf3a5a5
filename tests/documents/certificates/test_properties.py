from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.documents.certificates import read_certificate
from vendor_audit.documents.model import Block, BlockKind, Document, Section, Sentence

WORDS = st.sampled_from(
    [
        "Certificate",
        "Certificate No.",
        "X-4711",
        "IS 1",
        "Zertifikat",
        "ISO/IEC 27001:2022",
        "ISO/IEC 27001:2013",
        "replaces",
        "Scope",
        "Geltungsbereich",
        "Acme Video B.V.",
        "Kestrel Ltd",
        "certifies that the management system of",
        "meets the requirements of",
        "valid until",
        "Issued",
        ":",
        "3 May 2027",
        "03/04/2026",
        "2026-02-30",
        "Statement of Applicability",
        "version 3",
        "Accredited by",
        "UKAS",
        "DAkkS",
        "IAF MLA",
        "not accredited",
        "Sites",
        "Registration no",
        "SOC 2",
        "Type 2",
        "independent service auditor's report",
        "In our opinion",
        "for the period",
        "to",
        ", ",
        "\n",
        "é",
    ]
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=60)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    cells = tuple(draw(st.lists(TEXTS, max_size=4)))
    text = " | ".join(cells) if cells else draw(TEXTS)
    kind = BlockKind.ROW if cells else BlockKind.PARAGRAPH
    return Block(kind, text, 1, (Sentence(text, 1),), cells=cells, table=1 if cells else 0)


def at(facts: Any, path: str) -> Any:
    for step in path.split("."):
        facts = facts.get(step) if isinstance(facts, dict) else None
    return facts


@given(st.lists(blocks(), max_size=12), TEXTS, st.sampled_from(["", "en", "de", "fr", "nl"]))
@settings(max_examples=150, deadline=None)
def test_any_paper_is_read_and_what_is_unknown_is_absent(content: list[Block], heading: str, language: str) -> None:
    section = Section("", heading, 1, 1, (heading,), tuple(content))
    found = read_certificate(Document("application/pdf", 1, 0, language, heading, (section,)))
    facts = json.loads(json.dumps(found.to_json()))
    for path, reason in found.unknown.items():
        assert reason
        assert at(facts, path) is None or isinstance(at(facts, path), list), path
    for name in facts.get("missing", []):
        assert name not in facts
        assert name in found.unknown

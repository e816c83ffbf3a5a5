"""One observation at the terminal: what a document says to each requirement, readable and inert."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from vendor_audit.reports.observation import print_observation

QUOTE = "The Processor informs the Controller of any intended change of other processors at least thirty days before."
REQUIREMENTS: dict[str, Any] = {
    "28(2)-notice": {
        "status": "present",
        "quote": QUOTE,
        "page": 4,
        "section": "6.2 Changes",
        "elements": {"who": {"found": True}, "before": {"found": True}},
    },
    "28(3)(h)-audit": {
        "status": "partial",
        "quote": "Audit rights are satisfied by our SOC 2 report.",
        "page": 0,
        "elements": {"information": {"found": True}, "inspection": {"found": False}},
        "note": "The right is replaced by a report.",
    },
    "28(4)-liability": {"status": "absent", "elements": {}},
}


def printed(facts: dict[str, Any], width: int = 80) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False, color_system=None, _environ={})
    print_observation(
        {
            "probe": "document",
            "target": {"kind": "document", "name": "dpa"},
            "started": "2026-11-23T12:00:00.000Z",
            "duration": 0.5,
            "facts": facts,
        },
        console,
    )
    return stream.getvalue()


def test_each_requirement_has_a_row_with_its_quote_wrapped_under_it() -> None:
    lines = [line.rstrip() for line in printed({"kind": "dpa", "requirements": REQUIREMENTS}).splitlines()]
    assert lines == [
        "document dpa  2026-11-23T12:00:00.000Z, 0.5 s",
        "kind: dpa",
        "requirements",
        "  28(2)-notice     present  page 4    6.2 Changes",
        "      \u201cThe Processor informs the Controller of any intended change of other",
        "      processors at least thirty days before.\u201d",
        "      found: who, before",
        "  28(3)(h)-audit   partial",
        "      \u201cAudit rights are satisfied by our SOC 2 report.\u201d",
        "      found: information; not found: inspection",
        "      The right is replaced by a report.",
        "  28(4)-liability  absent",
    ]


def test_what_a_document_wrote_is_shown_inert() -> None:
    evil = "\x1b]0;owned\x07\u202e[red]x[/red]\n"
    requirement = {"status": evil, "quote": evil, "page": 1, "section": evil, "elements": {evil: {}}, "note": evil}
    shown = printed({"requirements": {evil: requirement}})
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert "[red]x[/red]" in shown


def test_requirements_of_another_shape_are_not_in_the_way() -> None:
    assert "requirements" not in printed({"kind": "dpa", "requirements": None})
    assert "28(2)" not in printed({"requirements": {"28(2)-notice": "present"}})

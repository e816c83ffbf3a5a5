"""What came out of the process that reads is held to what can be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vendor_audit.probes.document.answer import KINDS, parse_answer

FACTS: dict[str, Any] = {"pages": 3, "pages_without_text": 0, "words": 400, "cut": ""}


def answer(facts: Any = FACTS, **more: Any) -> bytes:
    return json.dumps({"media_type": "application/pdf", "facts": facts, "unknown": {}, **more}).encode()


def test_facts_are_taken_as_they_are() -> None:
    more = {**FACTS, "requirements": {"28(2)-notice": {"status": "present", "quote": "\ud800"}}, "title": "x"}
    found = parse_answer(answer(more, unknown={"rows": "the table breaks off"}))
    assert (found.facts, found.unknown) == (more, {"rows": "the table breaks off"})
    assert (found.media_type, found.kind) == ("application/pdf", "")


@pytest.mark.parametrize("kind", KINDS)
def test_each_reason_of_a_reader_is_taken(kind: str) -> None:
    found = parse_answer(answer(error={"kind": kind, "message": "because"}))
    assert (found.kind, found.message, found.facts) == (kind, "because", {})


@pytest.mark.parametrize(
    "output",
    [
        answer([]),
        answer(unknown={"x": 5}),
        answer(unknown=[]),
        answer({**FACTS, "number": float("nan")}),
        answer(error={"kind": "login_page", "message": "x"}),
        answer(error={"kind": ["crashed"], "message": "x"}),
        answer(error={"kind": "damaged"}),
        answer(error="damaged"),
        b'{"media_type": "x", "facts": ' + b"9" * 10_000 + b"}",
        answer()[:-1],
        b"\xff\xff",
    ],
)
def test_what_cannot_be_is_refused(output: bytes) -> None:
    with pytest.raises(ValueError):
        parse_answer(output)

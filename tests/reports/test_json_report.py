from __future__ import annotations

import json
from typing import Any

import pytest

from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.json_report import REPORT


def test_the_document_comes_back_as_it_was_in_its_own_order(audit: Any) -> None:
    content = REPORT.render(audit, no_evidence)
    again = json.loads(content)
    assert again == audit
    assert list(again) == list(audit)


def test_the_bytes_are_utf8_two_spaces_deep_and_end_with_one_newline() -> None:
    assert REPORT.render({"b": "ü", "a": [1]}, no_evidence) == '{\n  "b": "ü",\n  "a": [\n    1\n  ]\n}\n'.encode()


def test_a_lone_surrogate_is_written_as_its_escape_and_comes_back() -> None:
    content = REPORT.render({"a": "x\udc80"}, no_evidence)
    assert json.loads(content.decode("utf-8")) == {"a": "x\udc80"}


def test_a_number_that_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        REPORT.render({"a": float("nan")}, no_evidence)

from __future__ import annotations

import subprocess
import sys

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.reports.registry import FORMATS, find_report


def test_every_name_leads_to_a_report_of_that_name() -> None:
    assert [find_report(name).name for name in FORMATS] == list(FORMATS)


def test_no_two_formats_write_the_same_file() -> None:
    assert len({find_report(name).suffix for name in FORMATS}) == len(FORMATS)


def test_an_unknown_format_is_a_usage_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="no report format 'pfd', did you mean 'pdf'"):
        find_report("pfd")
    with pytest.raises(UsageError, match="there are pdf, html, terminal, json"):
        find_report("quarterly")


@pytest.mark.parametrize(
    "module", ["registry", "terminal", "json_report", "sarif", "junit", "markdown", "csv_report", "pdf", "view"]
)
def test_what_is_not_asked_for_is_not_imported(module: str) -> None:
    code = (
        f"import sys, vendor_audit.reports.{module}\n"
        "print([name for name in ('weasyprint', 'jinja2', 'fontTools') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"

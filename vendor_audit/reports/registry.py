"""The report formats by name. A format's file, and what it imports, is read only when that format is asked for."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, cast

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from vendor_audit.reports.interface import Report

_MODULES = {
    "pdf": "vendor_audit.reports.pdf",
    "html": "vendor_audit.reports.html",
    "terminal": "vendor_audit.reports.terminal",
    "json": "vendor_audit.reports.json_report",
    "sarif": "vendor_audit.reports.sarif",
    "junit": "vendor_audit.reports.junit",
    "markdown": "vendor_audit.reports.markdown",
    "csv": "vendor_audit.reports.csv_report",
}

FORMATS = tuple(_MODULES)
"""The names, the reader's favourite first."""


def find_report(name: str) -> Report:
    """Return the format of that name.

    Raises:
        UsageError: there is no such format.
    """
    if name not in _MODULES:
        near = difflib.get_close_matches(name, FORMATS, 1)
        hint = f", did you mean '{near[0]}'?" if near else f"; there are {', '.join(FORMATS)}"
        raise UsageError(f"there is no report format '{name}'{hint}")
    return cast("Report", importlib.import_module(_MODULES[name]).REPORT)

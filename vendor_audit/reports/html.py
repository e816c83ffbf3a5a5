"""The HTML report: the pages of the PDF on screen. One file, no script, and nothing is fetched from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.reports.pages import page
from vendor_audit.reports.view import build_view

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report


class HtmlReport:
    """The report for a browser."""

    name = "html"
    suffix = ".html"
    media_type = "text/html; charset=utf-8"

    def check_available(self) -> None:
        """Return: the page needs no library that could be missing."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the page as UTF-8. The same audit and evidence give the same bytes."""
        return page(build_view(audit, evidence), "screen").encode()


REPORT: Report = HtmlReport()

"""The audit document itself: UTF-8 JSON in the order in which the audit was written, two spaces deep, newline last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report


class JsonReport:
    """Every fact of the audit, nothing escaped but what JSON asks for."""

    name = "json"
    suffix = ".json"
    media_type = "application/json"

    def check_available(self) -> None:
        """Return: JSON can always be written."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:  # noqa: ARG002 # the protocol's
        """Return the document. The same audit gives the same bytes.

        Raises:
            ValueError: the audit holds NaN or an infinity, which JSON (RFC 8259, section 6) has no word for.
        """
        text = json.dumps(audit, ensure_ascii=False, indent=2, allow_nan=False)
        # A lone surrogate has no UTF-8 form; as \udc80 it stays what it was and the file stays valid.
        return text.encode("utf-8", "backslashreplace") + b"\n"


REPORT: Report = JsonReport()

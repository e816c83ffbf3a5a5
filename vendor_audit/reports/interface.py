"""The contract of a report format. A format is one file with a ``REPORT``; `vendor_audit.reports.registry` names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vendor_audit.observation import Json

EvidenceReader = Callable[[str], bytes | None]
"""Takes a SHA-256 and returns the bytes of that piece of evidence; None where they are not at hand."""


def no_evidence(_sha256: str) -> bytes | None:
    """Return None: the reader of those who have only the audit document."""
    return None


class Report(Protocol):
    """One format: a pure function of the audit document and the evidence that it names."""

    name: str
    """As ``--format`` takes it."""
    suffix: str
    """Of the file's name, with the dot."""
    media_type: str

    def check_available(self) -> None:
        """Return if this format can be written here. Asked before the audit starts, so that no audit is wasted.

        Raises:
            UsageError: a library is missing; the sentence says which, and how to install it.
        """
        ...

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the report. The same audit and evidence give the same bytes."""
        ...

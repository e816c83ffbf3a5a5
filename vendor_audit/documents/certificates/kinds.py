"""What a paper really is: a certificate, an auditor's report, a letter, or the vendor's own word for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.documents.certificates.lines import head_of
from vendor_audit.documents.certificates.model import Kind
from vendor_audit.documents.certificates.patterns import any_says, count_of, says
from vendor_audit.documents.values.words import any_of, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.documents.certificates.lines import Line
    from vendor_audit.documents.certificates.standards import Named

_TITLE_LINES = 12
"""Lines among which the title stands."""
_SHORT = 70
"""Characters of a line that can be a title."""
_ISO = {
    "ISO/IEC 27001": Kind.ISO27001_CERTIFICATE,
    "ISO/IEC 27701": Kind.ISO27701_CERTIFICATE,
    "ISO/IEC 27018": Kind.ISO27018_CERTIFICATE,
    "ISO/IEC 27017": Kind.ISO27017_CERTIFICATE,
}
_ENOUGH = 2
_OPINION_LINES = 400
"""Lines in which the auditor's opinion stands."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What else was found, for the decision between a certificate and a claim."""

    has_number: bool
    has_expiry: bool
    has_body: bool
    has_holder: bool
    is_own_body: bool
    """Whether the body that issued it is the holder."""

    @property
    def count(self) -> int:
        """How many signs of a certificate there are."""
        return sum((self.has_number, self.has_expiry, self.has_body, self.has_holder))


def kind_of(lines: Sequence[Line], title: str, standards: Sequence[Named], signs: Signs) -> Kind:
    """Return what the paper is."""
    head = head_of(list(lines))
    return _report(lines, head, title) or _certificate(head, title, standards, signs)


def _report(lines: Sequence[Line], head: Sequence[Line], title: str) -> Kind | None:
    """Return which auditor's report it is; None: it is none. A page that only speaks of one has no opinion in it."""
    proofs = count_of(head, "kinds", "report")
    is_bridge = any_says(head, "kinds", "bridge") is not None
    is_named = {name: any_says(head, "kinds", name) is not None for name in ("soc2", "soc3", "soc1", "c5")}
    if is_bridge and (is_named["soc2"] or is_named["c5"] or is_named["soc1"]):
        return Kind.BRIDGE_LETTER
    if not any_says(lines[:_OPINION_LINES], "reports", "opinion") and not any_says(
        head, "reports", "unqualified_words"
    ):
        proofs = 0
    if is_named["soc3"] and proofs and not _is_titled(head, title, "soc2"):
        return Kind.SOC3_REPORT
    if is_named["c5"] and proofs and not _is_titled(head, title, "soc2"):
        return Kind.C5_ATTESTATION
    if is_named["soc2"] and proofs >= _ENOUGH:
        return Kind.SOC2_REPORT
    if is_named["soc1"] and proofs >= _ENOUGH:
        return Kind.SOC1_REPORT
    return None


def _is_titled(head: Sequence[Line], title: str, name: str) -> bool:
    return any(says(each, "kinds", name) for each in _titles(head)) or _title_says(title, "kinds", name)


def _titles(head: Sequence[Line]) -> list[Line]:
    return [each for each in head[:_TITLE_LINES] if len(each.text) <= _SHORT]


def _title_says(title: str, *path: str) -> bool:
    return any_of("certificates", *path).search(folded(title)) is not None


def _certificate(head: Sequence[Line], title: str, standards: Sequence[Named], signs: Signs) -> Kind:
    titles = _titles(head)
    if any(says(each, "kinds", "statement_of_applicability") for each in titles[:3]) or _title_says(
        title, "kinds", "statement_of_applicability"
    ):
        return Kind.STATEMENT_OF_APPLICABILITY
    if not standards:
        names_report = any(any_says(head, "kinds", each) for each in ("soc2", "soc3", "c5"))
        return Kind.STATEMENT_OF_COMPLIANCE if names_report else Kind.OTHER
    if any_says(head, "kinds", "letter") and not (signs.has_number and signs.has_expiry):
        return Kind.AUDIT_LETTER
    is_titled = any(says(each, "kinds", "certificate") for each in titles) or _title_says(title, "kinds", "certificate")
    is_certified = is_titled or any_says(head, "kinds", "certificate") is not None
    is_signed = (signs.has_number or signs.has_expiry) and signs.count >= _ENOUGH
    if is_certified and is_signed and not signs.is_own_body:
        return _iso_kind(standards)
    is_claim = any_says(head, "kinds", "claim") is not None or any_says(head, "kinds", "certified_host") is not None
    if is_claim or signs.is_own_body:
        return Kind.STATEMENT_OF_COMPLIANCE
    return _iso_kind(standards) if is_titled and signs.count else Kind.OTHER


def _iso_kind(standards: Sequence[Named]) -> Kind:
    """Decide by the standard that is said to be met; what another one only extends does not count."""
    own = [each for each in standards if not each.is_base] or list(standards)
    met = [each for each in own if each.is_met] or own
    names = {each.standard.name for each in met}
    return next((kind for name, kind in _ISO.items() if name in names), Kind.ISO_CERTIFICATE)

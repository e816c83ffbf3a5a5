from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.documents.certificates import Kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("iso_de.md", Kind.ISO27001_CERTIFICATE),
        ("iso27701.md", Kind.ISO27701_CERTIFICATE),
        ("soc2_type2.md", Kind.SOC2_REPORT),
        ("soc2_qualified.md", Kind.SOC2_REPORT),
        ("soc2_adverse.md", Kind.SOC2_REPORT),
        ("c5_de.md", Kind.C5_ATTESTATION),
        ("bridge.md", Kind.BRIDGE_LETTER),
        ("soa.md", Kind.STATEMENT_OF_APPLICABILITY),
        ("letter.md", Kind.AUDIT_LETTER),
        ("own_certificate.md", Kind.STATEMENT_OF_COMPLIANCE),
        ("claim.md", Kind.STATEMENT_OF_COMPLIANCE),
        ("claim_de.md", Kind.STATEMENT_OF_COMPLIANCE),
        ("pentest.md", Kind.OTHER),
    ],
)
def test_a_paper_is_told_for_what_it_is(papers: Any, name: str, kind: Kind) -> None:
    assert papers.file(name).kind is kind


@pytest.mark.parametrize(
    ("standard", "kind"),
    [
        ("ISO/IEC 27018:2019", Kind.ISO27018_CERTIFICATE),
        ("ISO/IEC 27017:2015", Kind.ISO27017_CERTIFICATE),
        ("ISO/IEC 27701:2025", Kind.ISO27701_CERTIFICATE),
        ("ISO 9001:2015", Kind.ISO_CERTIFICATE),
        ("ISO/IEC 27001:2022 and ISO/IEC 27701:2019", Kind.ISO27001_CERTIFICATE),
    ],
)
def test_the_kind_of_a_certificate_is_that_of_its_standard(papers: Any, standard: str, kind: Kind) -> None:
    assert papers.certificate(standard=standard).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "# Trust center\n\n## Certificates\n\nWe are certified to ISO/IEC 27001:2022. Valid until 3 May 2028.",
        "# Sécurité\n\nNous sommes certifiés ISO/IEC 27001.",
        "# Veiligheid\n\nOns datacentrum is ISO 27001 gecertificeerd.",
        "# Security\n\nWe passed SOC 2 Type II (Trust Services Criteria). Ask for the service auditor's report.",
    ],
)
def test_what_a_vendor_says_of_itself_is_a_statement(papers: Any, text: str) -> None:
    assert papers.text(text).kind is Kind.STATEMENT_OF_COMPLIANCE


def test_a_host_is_hinted_at(papers: Any) -> None:
    assert papers.file("iso_of_a_host.txt").host_hints == ("holder",)
    assert papers.file("iso_de.md").host_hints == ("scope",)
    assert papers.file("claim_de.md").host_hints == ("certified_host",)
    assert papers.file("iso_fr.md").host_hints == ()

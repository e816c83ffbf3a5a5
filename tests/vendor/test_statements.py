"""What the vendor says becomes observations; a proof makes it stronger, and its hash goes along."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from vendor_audit.observation import Observation, Strength
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument
from vendor_audit.vendor import rules
from vendor_audit.vendor.statements import declare, observe_statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.vendor.file import VendorFile

STARTED = "2026-11-23T09:00:00.000Z"
PROVEN = "statements: [{check: art32.rbac, answer: true, by: CISO, on: 2026-10-01, proof: documents/roles.pdf}]\n"


def test_a_statement_without_proof_is_attested(read: Callable[[str], VendorFile]) -> None:
    vendor = read("statements: [{check: art32.rbac, answer: partial, by: CISO, on: 2026-10-01, note: soon}]\n")
    (observation,) = observe_statements(vendor, STARTED)
    assert observation.id == "statement:art32.rbac"
    assert observation.target.kind == "check"
    assert observation.strength is Strength.ATTESTED
    assert observation.facts == {"answer": "partial", "by": "CISO", "on": "2026-10-01", "note": "soon"}
    assert observation.evidence == ()


@pytest.mark.usefixtures("documents")
def test_a_statement_with_proof_is_documented_and_carries_the_hash(read: Callable[[str], VendorFile]) -> None:
    (observation,) = observe_statements(read(PROVEN), STARTED)
    digest = hashlib.sha256(b"roles.pdf").hexdigest()
    assert observation.strength is Strength.DOCUMENTED
    assert observation.facts["proof"] == {"path": "documents/roles.pdf", "sha256": digest}
    (evidence,) = observation.evidence
    assert (evidence.sha256, evidence.size, evidence.media_type) == (digest, 9, "application/pdf")
    assert Observation.from_json(observation.to_json()) == observation


def test_a_proof_that_vanishes_after_validation_is_told_with_its_place(
    read: Callable[[str], VendorFile], documents: Path
) -> None:
    vendor = read(PROVEN)
    (documents / "documents" / "roles.pdf").unlink()
    with pytest.raises(InvalidFileError, match=r"acme\.yaml:3:81: there is no file"):
        observe_statements(vendor, STARTED)


@pytest.mark.usefixtures("documents")
def test_a_proof_has_a_bounded_size(read: Callable[[str], VendorFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PROOF_LIMIT", 8)
    with pytest.raises(InvalidFileError, match="is larger than 8 bytes"):
        read(PROVEN)


@pytest.mark.usefixtures("documents")
def test_the_vendor_file_declares_itself(read: Callable[[str], VendorFile]) -> None:
    vendor = read(
        "customer: {eu_hosting_required: true}\n"
        "endpoints: [{url: https://Bücher.example:8443/x, role: join_page}]\n"
        "documents:\n"
        "  dpa: documents/dpa.pdf\n"
        "  privacy_notice: {at: https://acme.example/p, language: de}\n"
        "  iso27001: {at: documents/roles.pdf, verified: {by: DPO, on: 2026-11-20, where: IAF CertSearch}}\n"
        'media: {whip: {url: https://a.example, token: "${ACME_TOKEN}"}}\n'
    )
    observation = declare(vendor, STARTED)
    assert observation.id == "vendor_file:Acme Video"
    assert observation.strength is Strength.ATTESTED
    assert observation.facts == {
        "vendor": {"name": "Acme Video"},
        "product": {"name": "Acme Meet"},
        "customer": {"eu_hosting_required": True},
        "endpoints": [
            {
                "url": "https://Bücher.example:8443/x",
                "role": "join_page",
                "host": "xn--bcher-kva.example",
                "port": 8443,
                "scheme": "https",
            }
        ],
        "documents": {
            "dpa": {"given": True},
            "privacy_notice": {"given": True},
            "iso27001": {"given": True, "verified": {"by": "DPO", "on": "2026-11-20", "where": "IAF CertSearch"}},
        },
    }
    assert check_against(SourceDocument("facts", "", observation.facts), load_schema("facts/vendor_file")) == []

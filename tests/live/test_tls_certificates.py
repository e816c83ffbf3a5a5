"""What the tls probe says of certificates that real servers show: each flaw by its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.live


@pytest.fixture
def certificate_of(observe_tls: Any, start_nginx: Any) -> Callable[..., Any]:
    """Return a function that serves a certificate and gives the facts of it."""

    async def observe(issued: Any, host: str = "localhost", anchors: str = "") -> dict[str, Any]:
        sight, _ = await observe_tls(start_nginx(issued), host, anchors=anchors)
        facts: dict[str, Any] = sight.facts["certificate"]
        return facts

    return observe


async def test_a_chain_to_a_certificate_of_the_vendor_file_is_trusted(authority: Any, certificate_of: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    facts = await certificate_of(authority.issue(by=root), anchors=root.pem)
    assert facts["trusted"] is True
    assert facts["anchor"] == "vendor file"
    assert facts["name_matches"] is True
    assert facts["self_signed"] is False
    assert facts["days_left"] == 88
    assert facts["lifetime_days"] == 90
    assert facts["key"] == {"type": "EC", "bits": 256, "curve": "secp256r1"}
    assert facts["signature"] == {"algorithm": "ECDSA", "hash": "SHA-256"}
    assert [each["subject"] for each in facts["chain"]] == ["CN=localhost", "CN=Test Root"]


async def test_an_issuer_that_nobody_knows_is_named_so(authority: Any, certificate_of: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    issued = authority.issue(by=root)
    issued.certificate_file.write_text(issued.pem, encoding="ascii")
    facts = await certificate_of(issued)
    assert (facts["trusted"], facts["trust_error"]) == (False, "unknown issuer")
    assert "anchor" not in facts
    assert len(facts["chain"]) == 1


async def test_a_self_signed_certificate_is_named_so(authority: Any, certificate_of: Any) -> None:
    facts = await certificate_of(authority.issue())
    assert (facts["trusted"], facts["trust_error"], facts["self_signed"]) == (False, "self-signed", True)
    assert facts["name_matches"] is True


async def test_an_expired_certificate_is_named_so(authority: Any, certificate_of: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    facts = await certificate_of(authority.issue(by=root, days=(-40, -10)), anchors=root.pem)
    assert (facts["trusted"], facts["trust_error"]) == (False, "expired")
    assert facts["days_left"] == -11 or facts["days_left"] == -10


async def test_a_certificate_of_tomorrow_is_named_so(authority: Any, certificate_of: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    facts = await certificate_of(authority.issue(by=root, days=(2, 30)), anchors=root.pem)
    assert (facts["trusted"], facts["trust_error"]) == (False, "not yet valid")


async def test_a_wrong_name_does_not_touch_the_trust(authority: Any, certificate_of: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    facts = await certificate_of(authority.issue("other.example", by=root), anchors=root.pem)
    assert facts["trusted"] is True
    assert facts["name_matches"] is False


async def test_anchors_that_are_no_certificates_leave_it_open_whether_they_would_trust(
    authority: Any, certificate_of: Any
) -> None:
    for anchors in ("no certificate", "kein Zertifikat \u00fc"):
        facts = await certificate_of(authority.issue(), anchors=anchors)
        assert "trusted" not in facts


async def test_a_server_that_an_ordinary_client_cannot_talk_to_still_has_its_chain_judged(
    authority: Any, start_openssl: Any, observe_tls: Any
) -> None:
    root = authority.issue("Test Root", is_ca=True)
    arguments = ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]
    sight, _ = await observe_tls(start_openssl(authority.issue(by=root), arguments), anchors=root.pem)
    assert sight.facts["versions"]["accepted"] == ["TLSv1.0"]
    assert sight.facts["certificate"]["trusted"] is True
    assert sight.facts["certificate"]["anchor"] == "vendor file"

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.lab.certificates import _KEY_FILE, LabAuthority, ec_key, rsa_key, validity
from vendor_audit.resources import shipped

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_published_authority_can_vouch_for_nothing_but_names_of_the_demonstration() -> None:
    certificate = x509.load_pem_x509_certificate(LabAuthority().pem)
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    names = [name.value for name in constraints.value.permitted_subtrees or ()]
    assert names == ["acme.example", "acme.example"]  # DNS and mail
    networks = [name.value for name in constraints.value.excluded_subtrees or ()]
    assert networks == [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_the_private_key_says_that_it_is_worth_nothing_and_fits_the_certificate() -> None:
    text = _KEY_FILE.read_text(encoding="ascii")
    assert text.startswith("DEMONSTRATION ONLY")
    authority = LabAuthority()
    issued = authority.issue(["meet.acme.example"], ec_key(), *validity(NOW, days_left=80))
    x509.load_pem_x509_certificate(issued.certificate).verify_directly_issued_by(
        x509.load_pem_x509_certificate(authority.pem)
    )


def test_both_vendors_trust_the_same_authority() -> None:
    examples = shipped("examples")
    assert (examples / "acme" / "lab-ca.pem").read_bytes() == (examples / "flawless" / "lab-ca.pem").read_bytes()


def test_a_certificate_has_exactly_the_whole_days_left_that_were_asked_for() -> None:
    begin, end = validity(NOW, days_left=9)
    assert (end - NOW).days == 9
    assert end - begin == timedelta(days=90)


def test_an_rsa_certificate_may_be_used_for_key_exchange_and_an_ec_one_may_not() -> None:
    authority = LabAuthority()
    for key in (rsa_key(), ec_key()):
        issued = authority.issue(["api.acme.example"], key, *validity(NOW, days_left=80))
        usage = x509.load_pem_x509_certificate(issued.certificate).extensions.get_extension_for_class(x509.KeyUsage)
        assert usage.value.key_encipherment is not isinstance(key, ec.EllipticCurvePrivateKey)

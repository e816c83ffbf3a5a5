"""What stands in a certificate is read part by part, and no certificate raises."""

from __future__ import annotations

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.probes.tls.certificate import certificate_facts

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
EC_KEY = ec.generate_private_key(ec.SECP384R1())


def builder(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> x509.CertificateBuilder:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "meet.acme.example")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2026, 12, 29, 23, 59, 59, tzinfo=dt.UTC))
    )


@pytest.fixture(scope="module")
def der() -> bytes:
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("meet.acme.example"),
            x509.IPAddress(ipaddress.ip_address("192.0.2.1")),
            x509.UniformResourceIdentifier("https://acme.example"),
        ]
    )
    responder = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example")
    )
    return (
        builder(EC_KEY)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityInformationAccess([responder]), critical=False)
        .add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        .sign(EC_KEY, hashes.SHA384())
        .public_bytes(Encoding.DER)
    )


def test_all_parts_are_read(der: bytes) -> None:
    facts, unknown = certificate_facts((der,), "meet.acme.example", NOW)
    assert unknown == {}
    chain = facts.pop("chain")
    assert len(facts.pop("fingerprint_sha256")) == 64
    assert facts == {
        "names": ["meet.acme.example", "192.0.2.1"],
        "name_matches": True,
        "subject": "CN=meet.acme.example",
        "issuer": "CN=meet.acme.example",
        "self_signed": True,
        "serial": "ABC",
        "not_before": "2026-10-01T00:00:00Z",
        "not_after": "2026-12-29T23:59:59Z",
        "days_left": 36,
        "lifetime_days": 90,
        "key": {"type": "EC", "bits": 384, "curve": "secp384r1"},
        "signature": {"algorithm": "ECDSA", "hash": "SHA-384"},
        "sct_count": 0,
        "ocsp_url": True,
        "must_staple": True,
    }
    assert chain[0]["key"]["curve"] == "secp384r1"


def test_keys_and_signatures_are_told_apart() -> None:
    edwards = ed25519.Ed25519PrivateKey.generate()
    facts, _ = certificate_facts((builder(edwards).sign(edwards, None).public_bytes(Encoding.DER),), "h", NOW)
    assert facts["key"] == {"type": "Ed25519", "bits": 256}
    assert facts["signature"] == {"algorithm": "Ed25519"}
    long = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signed = builder(long).sign(long, hashes.SHA256(), rsa_padding=pss)
    facts, _ = certificate_facts((signed.public_bytes(Encoding.DER),), "h", NOW)
    assert facts["key"] == {"type": "RSA", "bits": 2048}
    assert facts["signature"] == {"algorithm": "RSASSA-PSS", "hash": "SHA-256"}


def test_the_common_name_does_not_count() -> None:
    facts, unknown = certificate_facts(
        (builder(EC_KEY).sign(EC_KEY, hashes.SHA256()).public_bytes(Encoding.DER),), "meet.acme.example", NOW
    )
    assert facts["names"] == []
    assert facts["name_matches"] is False
    assert unknown == {}


def test_a_certificate_that_is_none_leaves_its_parts_unknown() -> None:
    facts, unknown = certificate_facts((b"no certificate",), "meet.acme.example", NOW)
    assert set(facts) == {"fingerprint_sha256", "chain"}
    assert facts["chain"] == [{}]
    for name in ("name_matches", "key", "not_after", "self_signed"):
        assert "the certificate cannot be read" in unknown[name]


def test_a_huge_certificate_is_not_looked_into() -> None:
    _, unknown = certificate_facts((bytes(200_000),), "h", NOW)
    assert unknown["key"] == "the certificate has 200000 bytes; more than 100000 are not looked into"


def test_many_names_are_kept_in_part_but_all_are_matched() -> None:
    names = x509.SubjectAlternativeName([x509.DNSName(f"n{count}.example") for count in range(300)])
    signed = builder(EC_KEY).add_extension(names, critical=False).sign(EC_KEY, hashes.SHA256())
    facts, unknown = certificate_facts((signed.public_bytes(Encoding.DER),), "n299.example", NOW)
    assert len(facts["names"]) == 200
    assert facts["name_matches"] is True
    assert unknown == {"names": "only the first 200 of 300 names are kept"}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_change_of_a_certificate_raises(der: bytes, data: st.DataObject) -> None:
    changed = bytearray(der)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    facts, unknown = certificate_facts((bytes(changed),), "meet.acme.example", NOW)
    for name in ("names", "key", "not_after", "signature", "self_signed"):
        assert (name in facts) != (name in unknown) or name == "names"

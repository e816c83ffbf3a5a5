"""What a suite is can be read from its name, for every suite of the registry."""

from __future__ import annotations

import pytest

from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.registry import alert_names, groups, signature_schemes, suite_names
from vendor_audit.wire.versions import TlsVersion, version_label


@pytest.mark.parametrize(
    ("code", "exchange", "authentication", "encryption", "forward_secret", "aead"),
    [
        (0xC02F, "ECDHE", "RSA", "AES_128_GCM", True, True),
        (0xC02B, "ECDHE", "ECDSA", "AES_128_GCM", True, True),
        (0xCCA8, "ECDHE", "RSA", "CHACHA20_POLY1305", True, True),
        (0x1301, "any", "any", "AES_128_GCM", True, True),
        (0x1305, "any", "any", "AES_128_CCM_8", True, True),
        (0xC0B4, "any", "any", "NULL", True, False),
        (0x002F, "RSA", "RSA", "AES_128_CBC", False, False),
        (0x009D, "RSA", "RSA", "AES_256_GCM", False, True),
        (0xC013, "ECDHE", "RSA", "AES_128_CBC", True, False),
        (0xC009, "ECDHE", "ECDSA", "AES_128_CBC", True, False),
        (0x0032, "DHE", "DSS", "AES_128_CBC", True, False),
        (0x0003, "RSA_EXPORT", "RSA", "RC4_40", False, False),
        (0x0011, "DHE_EXPORT", "DSS", "DES40_CBC", True, False),
        (0x0018, "DH", "anon", "RC4_128", False, False),
        (0x00A6, "DH", "anon", "AES_128_GCM", False, True),
        (0xC016, "ECDH", "anon", "RC4_128", False, False),
        (0xC005, "ECDH", "ECDSA", "AES_256_CBC", False, False),
        (0x0002, "RSA", "RSA", "NULL", False, False),
        (0xC036, "ECDHE_PSK", "PSK", "AES_256_CBC", True, False),
        (0x00AD, "RSA_PSK", "RSA", "AES_256_GCM", False, True),
        (0xC01E, "SRP", "RSA", "AES_128_CBC", True, False),
        (0xC0AC, "ECDHE", "ECDSA", "AES_128_CCM", True, True),
        (0x0000, "NULL", "NULL", "NULL", False, False),
    ],
)
def test_a_name_says_what_a_suite_is(
    *, code: int, exchange: str, authentication: str, encryption: str, forward_secret: bool, aead: bool
) -> None:
    suite = cipher_suite(code)
    assert (suite.key_exchange, suite.authentication, suite.encryption) == (exchange, authentication, encryption)
    assert (suite.forward_secret, suite.aead) == (forward_secret, aead)


def test_every_suite_has_all_its_parts() -> None:
    for code in suite_names():
        suite = cipher_suite(code)
        assert all((suite.key_exchange, suite.authentication, suite.encryption)), suite.name
        assert not suite.encryption.endswith(("_SHA", "_SHA256", "_SHA384", "_MD5")), suite.name


def test_the_registry_is_whole() -> None:
    assert len(suite_names()) >= 408
    assert suite_names()[0xC02F] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert groups()[4588].name == "X25519MLKEM768"
    assert groups()[4587].name == "SecP256r1MLKEM768"
    assert groups()[4589].name == "SecP384r1MLKEM1024"
    assert alert_names()[40] == "handshake_failure"
    assert signature_schemes()[0] == 0x0403


def test_every_suite_is_offered_in_some_version() -> None:
    offered = {code for version in TlsVersion for code in suites_of(version)}
    assert offered == set(suite_names())
    assert set(suites_of(TlsVersion.TLS13)).isdisjoint(suites_of(TlsVersion.TLS12))
    assert not any(cipher_suite(code).aead for code in suites_of(TlsVersion.TLS11))
    assert 0xC02F in suites_of(TlsVersion.TLS12)[:64]


def test_an_unknown_suite_is_named_by_its_number() -> None:
    assert cipher_suite(0x5A5A).name == "UNKNOWN_0x5A5A"


def test_versions_have_the_names_that_people_use() -> None:
    assert [version.label for version in TlsVersion] == ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    assert version_label(0x0303) == "TLSv1.2"
    assert version_label(0x7F17) == "0x7F17"

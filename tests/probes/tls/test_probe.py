"""The probe takes TLS endpoints and no others; its registry of piles and shapes does what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.observation import Target
from vendor_audit.probes.tls.ciphers import deal
from vendor_audit.probes.tls.hellos import FULL, MODEST, groups_for, hello
from vendor_audit.probes.tls.probe import TlsProbe
from vendor_audit.probes.tls.shares import everyday_shares, new_share, public_share
from vendor_audit.wire.cipher_suites import suites_of
from vendor_audit.wire.registry import groups
from vendor_audit.wire.versions import TlsVersion


@pytest.mark.parametrize(
    "name",
    [
        "https://h",
        "wss://h/signal",
        "HTTPS://H:8443",
        "turns:h:5349?transport=tcp",
        "h:443",
        "[::1]:443",
        "192.0.2.1:1",
    ],
)
def test_endpoints_that_speak_tls_are_taken(name: str) -> None:
    assert TlsProbe().accepts(Target("endpoint", name, host="h", port=443))


@pytest.mark.parametrize("name", ["http://h", "ws://h", "turn:h:3478", "stun:h"])
def test_endpoints_that_do_not_are_left(name: str) -> None:
    assert not TlsProbe().accepts(Target("endpoint", name, host="h", port=443))


def test_other_targets_are_left() -> None:
    assert not TlsProbe().accepts(Target("host", "h", host="h"))
    assert not TlsProbe().accepts(Target("endpoint", "https://h", host="h"))


@given(st.lists(st.integers(0, 65_535), unique=True, max_size=500), st.integers(1, 64))
def test_dealing_loses_nothing_and_keeps_piles_small(cards: list[int], pile: int) -> None:
    piles = deal(cards, pile)
    assert sorted(card for each in piles for card in each) == sorted(cards)
    assert all(0 < len(each) <= pile for each in piles)


@pytest.mark.parametrize("version", list(TlsVersion))
def test_a_hello_never_offers_more_than_64_suites(version: TlsVersion) -> None:
    for shape in (FULL, MODEST):
        for pile in deal(suites_of(version), shape.suites):
            assert len(pile) <= 64
            assert hello(version, pile, "h.example", shape).to_records()


def test_ssl_3_has_no_extensions() -> None:
    assert hello(TlsVersion.SSL3, (0x002F,), "h.example").extensions == ()


def test_an_address_sends_no_server_name() -> None:
    assert 0 not in [each.code for each in hello(TlsVersion.TLS12, (0x002F,), "").extensions]
    assert 0 in [each.code for each in hello(TlsVersion.TLS12, (0x002F,), "h.example").extensions]


def test_finite_fields_are_not_offered_to_old_versions_unasked() -> None:
    assert 256 not in groups_for(TlsVersion.TLS12, finite_field=False)
    assert 256 in groups_for(TlsVersion.TLS13)
    assert 4588 in groups_for(TlsVersion.TLS13)
    assert 4588 not in groups_for(TlsVersion.TLS12)


def test_shares_have_the_sizes_of_the_drafts() -> None:
    sizes = {groups()[code].name: len(public_share(code) or b"") for code in groups_for(TlsVersion.TLS13)}
    expected = {"x25519": 32, "secp256r1": 65, "secp384r1": 97, "ffdhe2048": 256, "X25519MLKEM768": 1216}
    expected |= {"SecP256r1MLKEM768": 1249, "SecP384r1MLKEM1024": 1665, "MLKEM512": 0}
    assert {name: sizes[name] for name in expected} == expected
    assert [group for group, _ in everyday_shares()] == [29, 23]


def test_two_halves_agree() -> None:
    one, other = new_share(29), new_share(29)
    assert one is not None
    assert other is not None
    assert one.agree is not None
    assert other.agree is not None
    assert one.agree(other.public) == other.agree(one.public)

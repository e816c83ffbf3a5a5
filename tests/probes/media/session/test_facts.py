"""Facts of ICE servers, fingerprints and evidence, from values."""

from __future__ import annotations

import hashlib

from vendor_audit.probes.media.session.call import Said
from vendor_audit.probes.media.session.facts import description_evidence, fingerprint_matches, ice_servers_of
from vendor_audit.probes.media.session.providers.interface import IceServer
from vendor_audit.secret import Secret
from vendor_audit.wire.sdp import Fingerprint, parse

DER = b"a certificate"


def fingerprint(algorithm: str, digest: str) -> Fingerprint:
    pairs = [digest[at : at + 2] for at in range(0, len(digest), 2)]
    return Fingerprint(algorithm, ":".join(pairs).upper())


def test_a_fingerprint_matches_by_its_own_hash() -> None:
    sha1, sha256 = hashlib.sha1(DER, usedforsecurity=False).hexdigest(), hashlib.sha256(DER).hexdigest()
    assert fingerprint_matches(DER, [fingerprint("sha-256", sha256)]) is True
    assert fingerprint_matches(DER, [fingerprint("sha-1", sha1)]) is True
    assert fingerprint_matches(DER, [fingerprint("sha-256", "00" * 32)]) is False
    assert fingerprint_matches(DER, [fingerprint("sha-1", sha256)]) is False


def test_a_fingerprint_of_an_unknown_hash_says_nothing() -> None:
    assert fingerprint_matches(DER, [fingerprint("md2", "00" * 16)]) is None
    assert fingerprint_matches(DER, []) is None


def test_what_is_no_turn_uri_is_neither_fact_nor_lead_and_it_is_said() -> None:
    facts, leads, reason = ice_servers_of(
        [IceServer("turn:turn.example:99999"), IceServer("turn:turn.example"), IceServer("turn:turn.example")]
    )
    assert facts == [{"uri": "turn:turn.example"}]
    assert [each.target.name for each in leads] == ["turn:turn.example"]
    assert "1 more" in reason


def test_half_of_credentials_are_none() -> None:
    _, (lead,), _ = ice_servers_of([IceServer("turn:turn.example", Secret("somebody"), None)])
    assert lead.credentials is None


def test_evidence_has_no_password_and_no_key() -> None:
    text = (
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/SAVP 0\r\na=ice-ufrag:canary-u\r\n"
        "a=ice-pwd:canary-p\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:canary-k\r\n"
    )
    shown = description_evidence([Said("vendor", "answer", text, parse(text))], "sfu.example:443").content.decode()
    assert "canary" not in shown
    assert "m=audio 9 RTP/SAVP 0" in shown


def test_evidence_has_the_vendors_addresses_and_not_our_own() -> None:
    text = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 192.168.7.7\r\n"
        "a=candidate:1 1 udp 2130706431 192.168.7.7 5000 typ host\r\n"
    )
    ours = Said("client", "offer", text, parse(text))
    theirs = Said("vendor", "answer", text.replace("192.168.7.7", "203.0.113.9"), parse(text))
    shown = description_evidence([ours, theirs], "sfu.example:443").content.decode()
    assert "192.168.7.7" not in shown
    assert "a=candidate:1 1 udp 2130706431 203.0.113.9 5000 typ host" in shown

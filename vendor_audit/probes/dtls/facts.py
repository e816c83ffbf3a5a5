"""From what was found of a DTLS server to facts. Pure."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Evidence
from vendor_audit.probes.tls.answers import Doubts, Say
from vendor_audit.probes.tls.groups import field_code
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.primes import prime_name
from vendor_audit.wire.registry import groups
from vendor_audit.wire.srtp_profiles import srtp_profile_name, srtp_profiles
from vendor_audit.wire.tls_server_messages import ExtensionCode
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.dtls.model import DtlsScan
    from vendor_audit.probes.dtls.peer import DtlsPeer

Json = Any
_LEFT: Final = (
    "the server refused in a way that may mean 'not now', and then did not answer a hello that it had accepted"
)
_NOT_ASKED: Final = "only one ordinary handshake was made; every offer apart is tried with --active"
_ENCRYPTED: Final = "in DTLS 1.3 this is encrypted"
_MOST_REASONS: Final = 3
_MOST_TRANSCRIPTS: Final = 100


def suite_item(code: int, version: str) -> dict[str, Json]:
    """Return a cipher suite as facts have it."""
    suite = cipher_suite(code)
    return {
        "version": version,
        "name": suite.name,
        "code": f"0x{code:04X}",
        "key_exchange": suite.key_exchange,
        "authentication": suite.authentication,
        "encryption": suite.encryption,
        "forward_secret": suite.forward_secret,
        "aead": suite.aead,
    }


def group_name(code: int) -> str:
    """Return the IANA name of a group, or its code point where it has none that we know."""
    known = groups().get(code)
    return known.name if known else f"0x{code:04X}"


def server_facts(scan: DtlsScan, peer: DtlsPeer, *, whole: bool) -> tuple[dict[str, Json], dict[str, str]]:
    """Return facts and what is unknown.

    Args:
        scan: what was found.
        peer: the server, after it was asked.
        whole: whether every offer was tried, not only one ordinary handshake.
    """
    unknown: dict[str, str] = {}
    facts: dict[str, Json] = {
        "versions": _versions(scan, unknown, whole=whole),
        "cipher_suites": _suites(scan, unknown, whole=whole),
        "groups": _groups(scan, unknown, whole=whole),
        "features": _features(scan, peer, unknown),
    }
    if scan.profiles_asked:
        facts["srtp_profiles"] = _profiles(scan, unknown)
    return facts, unknown


def _versions(scan: DtlsScan, unknown: dict[str, str], *, whole: bool) -> dict[str, Json]:
    accepted, rejected, open_ones = [], [], []
    for each in scan.versions:
        if each.say is Say.YES:
            accepted.append(each.version.label)
        elif each.say is Say.NO or (each.say is Say.PERHAPS_NO and scan.still_there):
            rejected.append(each.version.label)
        else:
            open_ones.append(f"{each.version.label}: {_LEFT if each.say is Say.PERHAPS_NO else each.reason}")
    if open_ones or not whole:
        unknown["versions.accepted"] = "; ".join(open_ones or [_NOT_ASKED])
    return {"accepted": accepted, "rejected": rejected}


def _open(doubts: Doubts, scan: DtlsScan, unknown: dict[str, str], *, whole: bool) -> str:
    """Return why a list is incomplete; empty: it is not."""
    reasons = list(dict.fromkeys(doubts.unknown))[:_MOST_REASONS]
    if doubts.perhaps and not scan.still_there:
        reasons.append(_LEFT)
    if not whole:
        reasons.append(_NOT_ASKED)
    elif "versions.accepted" in unknown:
        reasons.append(f"version undetermined: {unknown['versions.accepted']}")
    return "; ".join(reasons)


def _suites(scan: DtlsScan, unknown: dict[str, str], *, whole: bool) -> dict[str, Json]:
    if reason := _open(scan.suite_doubts, scan, unknown, whole=whole):
        unknown["cipher_suites.accepted"] = reason
    items = [
        suite_item(code, version.label) for version in DtlsVersion for code in sorted(scan.suites.get(version, ()))
    ]
    facts: dict[str, Json] = {"accepted": items}
    if scan.server_preference is not None:
        facts["server_preference"] = scan.server_preference
    return facts


def _groups(scan: DtlsScan, unknown: dict[str, str], *, whole: bool) -> dict[str, Json]:
    if reason := _open(scan.group_doubts, scan, unknown, whole=whole):
        unknown["groups.accepted"] = reason
    codes = scan.groups | {code for code in map(field_code, scan.primes) if code is not None}
    facts: dict[str, Json] = {"accepted": [group_name(code) for code in sorted(codes)]}
    if scan.primes:
        smallest = min(scan.primes)
        facts["finite_field"] = {"bits": smallest.bit_length(), "named": prime_name(smallest) is not None}
    return facts


def _profiles(scan: DtlsScan, unknown: dict[str, str]) -> dict[str, Json]:
    reason = _open(scan.profile_doubts, scan, {}, whole=True)
    if reason:
        unknown["srtp_profiles.accepted"] = reason
    refused = [] if reason else [code for code in srtp_profiles() if code not in scan.profiles]
    facts: dict[str, Json] = {
        "accepted": [srtp_profile_name(code) for code in scan.profiles],
        "rejected": [srtp_profile_name(code) for code in refused],
    }
    if scan.mki is not None:
        facts["mki"] = scan.mki
    return facts


def _features(scan: DtlsScan, peer: DtlsPeer, unknown: dict[str, str]) -> dict[str, Json]:
    facts: dict[str, Json] = {}
    if peer.cookie_seen is not None:
        facts["cookie_exchange"] = peer.cookie_seen
    found = scan.best
    if found is not None and found.answer.hello is not None:
        extensions = found.answer.hello.extensions
        facts["secure_renegotiation"] = ExtensionCode.RENEGOTIATION_INFO in extensions
        facts["extended_master_secret"] = ExtensionCode.EXTENDED_MASTER_SECRET in extensions
    else:
        unknown["features.secure_renegotiation"] = _ENCRYPTED
        unknown["features.extended_master_secret"] = _ENCRYPTED
    return facts


def transcript(peer: DtlsPeer, where: str) -> Evidence:
    """Return what the server sent, question by question, as evidence: handshake bytes, which are public."""
    lines = [
        {"question": about, "answer": base64.b64encode(received).decode("ascii")}
        for about, received in peer.received[:_MOST_TRANSCRIPTS]
    ]
    content = {"server": where, "handshakes": peer.asked, "answers": lines}
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    return Evidence(f"DTLS handshakes with {where}", "application/json", text.encode("ascii"))

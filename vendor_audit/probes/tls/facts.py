"""From what was found to the facts of ``schemas/facts/tls.schema.json``. Pure."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from vendor_audit.observation import Evidence
from vendor_audit.probes.tls.answers import Say
from vendor_audit.probes.tls.certificate import MOST_IN_CHAIN, certificate_facts
from vendor_audit.probes.tls.groups import field_code
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.primes import prime_name
from vendor_audit.wire.registry import groups
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from datetime import datetime

    from vendor_audit.probes.tls.answers import Doubts
    from vendor_audit.probes.tls.peer import Exchange
    from vendor_audit.probes.tls.scan import Scan
    from vendor_audit.probes.tls.trust import Trust

Json = Any
_LEFT = "the server refused without a word, and in the end did not answer a hello that it had accepted before"
_MOST_REASONS = 3


def version_facts(scan: Scan, unknown: dict[str, str]) -> dict[str, Json]:
    """Return the facts `versions`; what is undetermined goes to ``unknown``."""
    accepted, rejected, open_ones = [], [], []
    for state in scan.states:
        if state.say is Say.YES:
            accepted.append(state.version.label)
        elif state.say is Say.NO or (state.say is Say.PERHAPS_NO and scan.still_there):
            rejected.append(state.version.label)
        else:
            reason = _LEFT if state.say is Say.PERHAPS_NO else state.reason
            open_ones.append(f"{state.version.label}: {reason}")
    if open_ones:
        unknown["versions.accepted"] = "; ".join(open_ones)
    return {"accepted": accepted, "rejected": rejected}


def suite_facts(scan: Scan, unknown: dict[str, str]) -> dict[str, Json]:
    """Return the facts `cipher_suites`; what is undetermined goes to ``unknown``."""
    accepted: list[dict[str, Json]] = []
    preference: dict[str, bool] = {}
    reasons: list[str] = []
    for found in scan.suites:
        label = found.version.label
        for code in sorted(found.accepted):
            suite = cipher_suite(code)
            accepted.append(
                {
                    "version": label,
                    "name": suite.name,
                    "code": f"0x{code:04X}",
                    "key_exchange": suite.key_exchange,
                    "authentication": suite.authentication,
                    "encryption": suite.encryption,
                    "forward_secret": suite.forward_secret,
                    "aead": suite.aead,
                }
            )
        if found.server_preference is not None:
            preference[label] = found.server_preference
        elif found.preference_doubt:
            # Not a path of its own for the version: the labels have dots.
            unknown["cipher_suites.server_preference"] = f"{label}: {found.preference_doubt}"
        reasons += [f"{label}: {reason}" for reason in _open(found.doubts, still_there=scan.still_there)]
    if "versions.accepted" in unknown:
        reasons.append(f"version undetermined: {unknown['versions.accepted']}")
    if reasons:
        unknown["cipher_suites.accepted"] = "; ".join(reasons[:_MOST_REASONS])
    return {"accepted": accepted, "server_preference": preference}


def _open(doubts: Doubts, *, still_there: bool) -> list[str]:
    """Return the distinct reasons of what stays unknown."""
    reasons = list(dict.fromkeys(doubts.unknown))
    if doubts.perhaps and not still_there:
        reasons.append(_LEFT)
    return reasons


def group_facts(scan: Scan, unknown: dict[str, str]) -> dict[str, Json]:
    """Return the facts `groups`; what is undetermined goes to ``unknown``."""
    primes = set(scan.groups.primes).union(*(found.primes for found in scan.suites))
    codes = scan.groups.accepted | {code for code in map(field_code, primes) if code is not None}
    names = groups()
    facts: dict[str, Json] = {
        "accepted": [names[code].name if code in names else f"0x{code:04X}" for code in sorted(codes)]
    }
    if primes:
        smallest = min(primes)
        facts["finite_field"] = {"bits": smallest.bit_length(), "named": prime_name(smallest) is not None}
    elif any(cipher_suite(code).key_exchange.startswith("DHE") for each in scan.suites for code in each.accepted):
        unknown["groups.finite_field"] = "the server accepted DHE, but its prime could not be read"
    elif "cipher_suites.accepted" in unknown:
        unknown["groups.finite_field"] = f"not all suites are known: {unknown['cipher_suites.accepted']}"
    reasons = _open(scan.groups.doubts, still_there=scan.still_there)
    if "versions.accepted" in unknown:
        reasons.append(f"version undetermined: {unknown['versions.accepted']}")
    if reasons:
        unknown["groups.accepted"] = "; ".join(reasons[:_MOST_REASONS])
    return facts


def feature_facts(scan: Scan, unknown: dict[str, str]) -> dict[str, Json]:
    """Return the facts `features`; what is undetermined goes to ``unknown``."""
    facts = dict(scan.features.facts)
    for name, reason in scan.features.unknown.items():
        unknown[f"features.{name}"] = reason
    only_13 = all(found.version is TlsVersion.TLS13 for found in scan.suites)
    if only_13 and "versions.accepted" in unknown:
        for name in ("compression", "secure_renegotiation", "extended_master_secret"):
            if facts.pop(name, None) is not None:
                unknown[f"features.{name}"] = f"version undetermined: {unknown['versions.accepted']}"
    return facts


def chain_of_server(scan: Scan) -> tuple[bytes, ...]:
    """Return the chain that an ordinary client gets; of a server that none can talk to, the one sent in plaintext."""
    return scan.trust.chain or scan.features.chain


def certificate_facts_of(scan: Scan, host: str, now: datetime, unknown: dict[str, str]) -> dict[str, Json]:
    """Return the facts `certificate`; what is undetermined goes to ``unknown``. Empty: the server sent none."""
    chain = chain_of_server(scan)
    facts = _trust_facts(scan.trust, unknown)
    if not chain:
        unknown["certificate"] = scan.trust.doubt or "the server sent no certificate"
        return facts
    parts, reasons = certificate_facts(chain, host, now)
    for name, reason in reasons.items():
        unknown[f"certificate.{name}"] = reason
    if scan.trust.chain and not scan.trust.chain_complete:
        unknown["certificate.chain"] = "this Python tells only the server's own certificate"
    return facts | parts


def _trust_facts(trust: Trust, unknown: dict[str, str]) -> dict[str, Json]:
    if trust.trusted is None:
        unknown["certificate.trusted"] = f"no handshake came far enough to judge the chain: {trust.doubt}"
        return {}
    if trust.trusted:
        return {"trusted": True, "anchor": trust.anchor}
    return {"trusted": False, "trust_error": trust.error[:2_000]}


def evidence_of(scan: Scan, where: str, exchanges: list[Exchange]) -> tuple[Evidence, ...]:
    """Return the chain in PEM and the transcript of all hellos in JSON."""
    transcript = Evidence(
        f"TLS handshakes with {where}", "application/json", json.dumps(_transcript(exchanges), indent=1).encode()
    )
    chain = chain_of_server(scan)[:MOST_IN_CHAIN]
    if not chain:
        return (transcript,)
    pem = b"".join(_pem(der) for der in chain)
    return (Evidence(f"certificate chain of {where}", "application/pem-certificate-chain", pem), transcript)


def _pem(der: bytes) -> bytes:
    text = base64.b64encode(der)
    lines = b"\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"\n-----END CERTIFICATE-----\n"


def _transcript(exchanges: list[Exchange]) -> dict[str, Json]:
    """Return, for each version: hellos sent, most suites offered in one, suites chosen, other answers, first bytes."""
    told: dict[str, Json] = {}
    for version in TlsVersion:
        here = [each for each in exchanges if each.hello.version is version]
        if not here:
            continue
        answered = [each.answer for each in here if each.answer.hello is not None]
        chosen = {each.hello.suite for each in answered if each.hello is not None}
        others = Counter(each.answer.detail or each.answer.kind.value for each in here if each.answer.hello is None)
        told[version.label] = {
            "hellos": len(here),
            "offered": len({suite for each in here for suite in each.hello.suites}),
            "chosen": [cipher_suite(code).name for code in sorted(chosen)],
            "other_answers": dict(others.most_common(20)),
            "first_hello_sent": here[0].hello.to_records().hex(),
            "first_bytes_received": here[0].answer.received.hex(),
        }
    return told

"""From what sessions told to the facts of ``schemas/facts/media.schema.json``. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Evidence, Lead, Target
from vendor_audit.probes.http.text import cap
from vendor_audit.secret import Credentials
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.dtls_hello import HelloExtension, parse_use_srtp
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.srtp_profiles import srtp_profile_name
from vendor_audit.wire.turn_uri import parse_turn_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_audit.probes.dtls.model import DtlsScan
    from vendor_audit.probes.media.session.call import Said
    from vendor_audit.probes.media.session.providers.interface import IceServer
    from vendor_audit.wire.sdp import Fingerprint

Json = Any
_MOST_TEXT: Final = 100_000
"""Characters of a description that are kept as evidence."""
_HASHES: Final = {"sha-1": "sha1", "sha-224": "sha224", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
"""RFC 8122, 5; MD2 and MD5 prove nothing."""
_SECRET_LINES: Final = re.compile(r"(?m)^(a=(?:ice-pwd|ice-ufrag|crypto):)[^\r\n]*")
_OWN_ADDRESSES: Final = re.compile(r"(?m)^(a=candidate:(?:\S+ ){4}|c=IN IP[46] )\S+")
_REMOVED: Final = "(removed)"


def negotiated_facts(scan: DtlsScan, *, matches: bool | None) -> tuple[list[dict[str, Json]], dict[str, str]]:
    """Return what the vendor chose of an ordinary offer, as ``negotiated`` has it, and what is unknown of it.

    Args:
        scan: of the vendor as a server.
        matches: whether its certificate is the one of its description; None: unknown.
    """
    found = scan.best
    if found is None or found.answer.hello is None:
        return [], {"negotiated": "the vendor took no ordinary offer in DTLS 1.2"}
    hello = found.answer.hello
    entry: dict[str, Json] = {
        "version": found.version.label,
        "cipher_suite": cipher_suite(hello.suite).name,
        "dtls_role": "server",
        "peer": "vendor",
    }
    if matches is not None:
        entry["fingerprint_matches"] = matches
    profile, reason = _chosen_profile(hello.extensions)
    if not profile:
        return [entry], {"negotiated[0].srtp_profile": reason}
    return [{**entry, "srtp_profile": profile}], {}


def _chosen_profile(extensions: Mapping[int, bytes]) -> tuple[str, str]:
    """Return the name of the SRTP profile that a server chose; empty where it chose none, with the reason."""
    if HelloExtension.USE_SRTP not in extensions:
        return "", "the vendor's handshake went on without an SRTP profile: it chose none of those offered"
    try:
        chosen, _ = parse_use_srtp(extensions[HelloExtension.USE_SRTP])
    except WireError as error:
        return "", f"the vendor's choice of an SRTP profile is malformed: {error}"
    if len(chosen) != 1:
        return "", f"the vendor chose {len(chosen)} SRTP profiles at once (RFC 5764, 4.1.1 wants one)"
    return srtp_profile_name(chosen[0]), ""


def fingerprint_matches(certificate: bytes, fingerprints: Iterable[Fingerprint]) -> bool | None:
    """Return whether a certificate (DER) is one that the descriptions promised (RFC 8122, 5); None: cannot be said."""
    known = [each for each in fingerprints if each.algorithm in _HASHES]
    if not known:
        return None
    return any(
        hashlib.new(_HASHES[each.algorithm], certificate).hexdigest() == each.digest.replace(":", "").lower()
        for each in known
    )


def ice_servers_of(servers: Iterable[IceServer]) -> tuple[list[dict[str, Json]], tuple[Lead, ...], str]:
    """Return the ICE servers that the service told its client to use, each URI once.

    Returns:
        As ``ice_servers`` has them; as leads, with the credentials that came along; and why some are missing, empty:
        none is.
    """
    leads: dict[str, Lead] = {}
    wrong = 0
    for each in servers:
        try:
            uri = parse_turn_uri(each.uri)
        except WireError:
            wrong += 1
            continue
        target = Target("turn", each.uri, uri.host, uri.port, ("turn" if uri.relays else "stun", "named_by_vendor"))
        given = each.username is not None and each.credential is not None
        leads.setdefault(each.uri, Lead(target, Credentials(each.username, each.credential) if given else None))
    reason = f"{wrong} more are no STUN or TURN URIs" if wrong else ""
    return [{"uri": uri} for uri in leads], tuple(leads.values()), reason


def description_evidence(said: Iterable[Said], host: str) -> Evidence:
    """Return the descriptions as text, without ICE user names, passwords and keys, and without our own addresses."""
    parts = []
    for each in said:
        shown = _OWN_ADDRESSES.sub(rf"\1{_REMOVED}", each.text) if each.by == "client" else each.text
        text = _SECRET_LINES.sub(rf"\1{_REMOVED}", shown).replace("\r\n", "\n").replace("\r", "\n")
        parts.append(f"# {each.type} of the {each.by}\n{cap(text, _MOST_TEXT)}\n")
    return Evidence(f"session descriptions of {host}", "text/plain; charset=utf-8", "\n".join(parts).encode())


def signalling_evidence(transcript: list[dict[str, Json]], host: str) -> Evidence:
    """Return the exchanges of signalling, without anything that opens a door."""
    return Evidence(f"signalling with {host}", "application/json", (json.dumps(transcript, indent=1) + "\n").encode())

"""What the two sides of each DTLS transport agreed upon, as the browser tells it or the packets show it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.media.capture import limits
from vendor_audit.probes.media.capture.json_text import as_text
from vendor_audit.probes.media.capture.people import is_vendors
from vendor_audit.probes.media.capture.statistics import Statistics
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.registry import suite_names
from vendor_audit.wire.srtp_profiles import srtp_profile_name, srtp_profiles
from vendor_audit.wire.versions import DtlsVersion, version_label

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.capture.model import Association, Connection
    from vendor_audit.probes.media.capture.statistics import Transport

_ROLES: Final = {"client": "server", "server": "client"}
"""The browser tells its own role; the other side has the other."""
_NOT_CONNECTED: Final = frozenset({"new", "connecting", "failed"})
_HASHES: Final = {"sha-1": "sha1", "sha-224": "sha224", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
"""Hash functions of fingerprints (RFC 8122, 5) and what they are called here."""
_LONGEST_CERTIFICATE: Final = 100_000
_TOLD: Final = ("tlsVersion", "dtlsCipher", "srtpCipher", "dtlsState", "dtlsRole")
_WORD: Final = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_VERSION: Final = re.compile(r"[0-9A-Fa-f]{4}")
_NOT_TOLD: Final = "the browser's statistics do not tell it"
_NOT_KNOWN: Final = "the browser's statistics name none that is known"
HIDDEN: Final = "DTLS 1.3 encrypts the choice: packets do not show it"
_NO_PROFILE: Final = "the server chose no SRTP profile: this association keys no media, or a data channel alone"


def of_connection(connection: Connection) -> list[tuple[dict[str, Json], dict[str, str]]]:
    """Return entry and what is unknown of it, for each DTLS transport of a connection that connected."""
    found = []
    for transport in Statistics.of(connection.stats).transports():
        values = transport.values
        told = [as_text(values.get(each)) for each in ("tlsVersion", "dtlsCipher", "srtpCipher")]
        if any(told) and as_text(values.get("dtlsState")) not in _NOT_CONNECTED:
            found.append(_entry(connection, transport, *told))
    return found


def _entry(
    connection: Connection, transport: Transport, version: str, suite: str, profile: str
) -> tuple[dict[str, Json], dict[str, str]]:
    entry: dict[str, Json] = {}
    unknown: dict[str, str] = {}
    known = {
        "version": _version(version),
        "cipher_suite": suite if suite in set(suite_names().values()) else "",
        "srtp_profile": _profile(profile),
    }
    for name, told in (("version", version), ("cipher_suite", suite), ("srtp_profile", profile)):
        if known[name]:
            entry[name] = known[name]
        else:
            unknown[name] = _NOT_KNOWN if told else _NOT_TOLD
    role = _ROLES.get(as_text(transport.values.get("dtlsRole")))
    if role:
        entry["dtls_role"] = role
    matches = _fingerprint_matches(connection, transport)
    if matches is not None:
        entry["fingerprint_matches"] = matches
    entry["peer"] = "vendor" if is_vendors(connection, transport.remote) else "unknown"
    return entry, unknown


def transports_as_told(connection: Connection) -> list[dict[str, str]]:
    """Return what the browser said of each DTLS transport, in its own words, as far as they are words."""
    transports = [each.values for each in Statistics.of(connection.stats).transports()]
    return [
        {name: as_text(each[name]) for name in _TOLD if _WORD.fullmatch(as_text(each.get(name)))}
        for each in transports[: limits.FACTS]
    ]


def of_association(association: Association) -> tuple[dict[str, Json], dict[str, str]]:
    """Return entry and what is unknown of it, for an association that packets show."""
    entry: dict[str, Json] = {"cipher_suite": cipher_suite(association.suite).name, "peer": "unknown"}
    unknown: dict[str, str] = {}
    if association.version in {each.value for each in DtlsVersion}:
        entry["version"] = version_label(association.version)
    else:
        unknown["version"] = f"the server chose {version_label(association.version)}, which is no version of DTLS"
    if association.srtp_profile is not None:
        entry["srtp_profile"] = srtp_profile_name(association.srtp_profile)
    else:
        unknown["srtp_profile"] = HIDDEN if association.profile_hidden else _NO_PROFILE
    return entry, unknown


def _version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        return ""
    number = int(text, 16)
    return version_label(number) if number in {each.value for each in DtlsVersion} else ""


def _profile(text: str) -> str:
    name = srtp_profile_name(text) if text else ""
    return name if name in {each.name for each in srtp_profiles().values()} else ""


def _fingerprint_matches(connection: Connection, transport: Transport) -> bool | None:
    """Return whether the certificate has a fingerprint that the other side described; None: not comparable."""
    described = {
        (each.algorithm, each.digest)
        for seen in connection.descriptions
        if seen.side == "remote"
        for section in seen.description.sections
        for each in section.transport.fingerprints
    }
    # A browser counts the certificate's fingerprint with one hash function, and may keep another of the description.
    shown = {transport.fingerprint} if transport.fingerprint else set()
    try:
        certificate = base64.b64decode(transport.certificate[:_LONGEST_CERTIFICATE], validate=True)
    except ValueError:
        certificate = b""
    for algorithm, _ in described if certificate else ():
        if algorithm in _HASHES:
            digest = hashlib.new(_HASHES[algorithm], certificate, usedforsecurity=False).hexdigest().upper()
            shown.add((algorithm, ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))))
    comparable = {algorithm for algorithm, _ in described} & {algorithm for algorithm, _ in shown}
    return bool(described & shown) if comparable else None

"""What stands in a certificate, part by part: a part that cannot be read is absent, with the reason, and sinks nothing.

Certificates are the vendor's data. Nothing here raises for one, however broken, and every text is bounded.
"""

from __future__ import annotations

import hashlib
import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, SignatureAlgorithmOID

from vendor_audit.probes.tls.names import name_matches

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
LONGEST_TEXT: Final = 2_000
MOST_NAMES: Final = 200
MOST_IN_CHAIN: Final = 20
_LARGEST: Final = 100_000
"""Bytes of one certificate that are looked into."""
_DAY: Final = timedelta(days=1)
_UNREADABLE: Final = (
    ValueError,  # includes most of what the parser says
    TypeError,
    OverflowError,
    LookupError,  # a TLS feature that the parser does not know
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_HASHES: Final = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}


class _Facts:
    """Facts and the reasons for those that are missing."""

    def __init__(self) -> None:
        self.facts: dict[str, Json] = {}
        self.unknown: dict[str, str] = {}

    def read(self, name: str, reader: Callable[[], Json]) -> None:
        """Set a fact, or say why it is unknown. None means that there is nothing to tell."""
        try:
            value = reader()
        except _UNREADABLE as error:
            self.unknown[name] = _bounded(f"this part of the certificate cannot be read: {error}")
            return
        if value is not None:
            self.facts[name] = value


def certificate_facts(chain: tuple[bytes, ...], host: str, now: datetime) -> tuple[dict[str, Json], dict[str, str]]:
    """Return the facts of the server's certificate and its chain, and why parts are missing, both by name.

    Args:
        chain: DER, the server's own first; at least one.
        host: what the certificate should be for.
        now: the time of the observation.
    """
    found = _Facts()
    found.facts["fingerprint_sha256"] = hashlib.sha256(chain[0]).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser warns of certificates that break the rules; so do our checks
        certificate = _load(chain[0])
        if isinstance(certificate, str):
            for name in _OF_THE_FIRST:
                found.unknown[name] = certificate
        else:
            _read_first(found, certificate, host, now)
        found.facts["chain"] = [_in_chain(each) for each in chain[:MOST_IN_CHAIN]]
    if len(chain) > MOST_IN_CHAIN:
        found.unknown["chain"] = f"only the first {MOST_IN_CHAIN} of {len(chain)} certificates are kept"
    return found.facts, found.unknown


_OF_THE_FIRST: Final = (
    *("name_matches", "names", "subject", "issuer", "self_signed", "serial", "not_before", "not_after", "days_left"),
    *("lifetime_days", "key", "signature", "sct_count", "ocsp_url", "must_staple"),
)


def _load(der: bytes) -> x509.Certificate | str:
    """Return the certificate, or why it cannot be read."""
    if len(der) > _LARGEST:
        return f"the certificate has {len(der)} bytes; more than {_LARGEST} are not looked into"
    try:
        return x509.load_der_x509_certificate(der)
    except _UNREADABLE as error:
        return _bounded(f"the certificate cannot be read: {error}")


def _read_first(found: _Facts, certificate: x509.Certificate, host: str, now: datetime) -> None:
    names: list[str] = []

    def read_names() -> list[str]:
        names.extend(_names(certificate))
        return [_bounded(name) for name in names[:MOST_NAMES]]

    found.read("names", read_names)
    if "names" in found.unknown:
        found.unknown["name_matches"] = found.unknown["names"]
    else:
        found.facts["name_matches"] = name_matches(host, names)
        if len(names) > MOST_NAMES:
            found.unknown["names"] = f"only the first {MOST_NAMES} of {len(names)} names are kept"
    found.read("subject", lambda: _bounded(certificate.subject.rfc4514_string()))
    found.read("issuer", lambda: _bounded(certificate.issuer.rfc4514_string()))
    found.read("self_signed", lambda: _self_signed(certificate))
    found.read("serial", lambda: f"{certificate.serial_number:X}"[:LONGEST_TEXT])
    found.read("not_before", lambda: _stamp(certificate.not_valid_before_utc))
    found.read("not_after", lambda: _stamp(certificate.not_valid_after_utc))
    found.read("days_left", lambda: (certificate.not_valid_after_utc - now) // _DAY)
    # RFC 5280, 4.1.2.5: the last second belongs to the validity.
    found.read(
        "lifetime_days",
        lambda: (certificate.not_valid_after_utc - certificate.not_valid_before_utc + timedelta(seconds=1)) // _DAY,
    )
    found.read("key", lambda: _key(certificate))
    found.read("signature", lambda: _signature(certificate))
    found.read("sct_count", lambda: _sct_count(certificate))
    found.read("ocsp_url", lambda: _has_ocsp(certificate))
    found.read("must_staple", lambda: _must_staple(certificate))


def _in_chain(der: bytes) -> dict[str, Json]:
    certificate = _load(der)
    if isinstance(certificate, str):
        return {}
    found = _Facts()
    found.read("subject", lambda: _bounded(certificate.subject.rfc4514_string()))
    found.read("issuer", lambda: _bounded(certificate.issuer.rfc4514_string()))
    found.read("not_after", lambda: _stamp(certificate.not_valid_after_utc))
    found.read("key", lambda: _key(certificate))
    found.read("signature", lambda: _signature(certificate))
    return found.facts


def _stamp(moment: datetime) -> str:
    # strftime's %Y leaves out leading zeros of old years on some systems; isoformat does not.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in extension.value if isinstance(name, x509.DNSName | x509.IPAddress)]


def _self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    key, used = certificate.public_key(), certificate.signature_hash_algorithm
    parameters = certificate.signature_algorithm_parameters
    try:
        # The library's own check of a certificate refuses SHA-1 and MD5, which is no answer to the question.
        if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15) and used is not None:
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, parameters, used)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, parameters)
        else:
            certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    return True


def _key(certificate: x509.Certificate) -> dict[str, Json]:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return {"type": certificate.public_key_algorithm_oid.dotted_string}
    match key:
        case ec.EllipticCurvePublicKey():
            return {"type": "EC", "bits": key.curve.key_size, "curve": key.curve.name}
        case rsa.RSAPublicKey() | dsa.DSAPublicKey():
            return {"type": "RSA" if isinstance(key, rsa.RSAPublicKey) else "DSA", "bits": key.key_size}
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            shorter = isinstance(key, ed25519.Ed25519PublicKey)
            return {"type": "Ed25519" if shorter else "Ed448", "bits": 256 if shorter else 456}
        case _:
            return {"type": certificate.public_key_algorithm_oid.dotted_string}


def _signature(certificate: x509.Certificate) -> dict[str, Json]:
    oid = certificate.signature_algorithm_oid
    if oid == SignatureAlgorithmOID.ED25519:
        return {"algorithm": "Ed25519"}
    if oid == SignatureAlgorithmOID.ED448:
        return {"algorithm": "Ed448"}
    try:
        used = certificate.signature_hash_algorithm
        parameters = certificate.signature_algorithm_parameters
    except UnsupportedAlgorithm:
        return {"algorithm": oid.dotted_string}
    match parameters:
        case padding.PSS():
            algorithm = "RSASSA-PSS"
        case padding.PKCS1v15():
            algorithm = "RSASSA-PKCS1-v1_5"
        case ec.ECDSA():
            algorithm = "ECDSA"
        case _:
            algorithm = "DSA" if "dsa" in oid._name.lower() else oid.dotted_string  # noqa: SLF001 # no public name
    shape: dict[str, Json] = {"algorithm": algorithm}
    if used is not None:
        shape["hash"] = _HASHES.get(used.name, used.name.upper())
    return shape


def _sct_count(certificate: x509.Certificate) -> int:
    try:
        stamps = certificate.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except x509.ExtensionNotFound:
        return 0
    return len(list(stamps.value))


def _has_ocsp(certificate: x509.Certificate) -> bool:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return False
    return any(each.access_method == AuthorityInformationAccessOID.OCSP for each in access.value)


def _must_staple(certificate: x509.Certificate) -> bool:
    try:
        features = certificate.extensions.get_extension_for_class(x509.TLSFeature)
    except x509.ExtensionNotFound:
        return False
    return x509.TLSFeatureType.status_request in list(features.value)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"

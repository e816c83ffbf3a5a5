"""Issues the server certificates of the demonstration vendor, afresh at each start, so that "in 9 days" stays true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from datetime import datetime

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_KEY_FILE = Path(__file__).resolve().parent / "lab-ca.key"
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    private_key: bytes


class LabAuthority:
    """The authority whose key is published: it can vouch only for names below acme.example."""

    def __init__(self) -> None:
        """Read the committed key and certificate.

        Raises:
            FileNotFoundError: the installation is incomplete.
        """
        key = serialization.load_pem_private_key(_KEY_FILE.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the lab authority's key is no EC key")
        self._key = key
        self.pem = (shipped("examples") / "acme" / "lab-ca.pem").read_bytes()
        self._certificate = x509.load_pem_x509_certificate(self.pem)

    def issue(self, names: list[str], key: PrivateKey, not_before: datetime, not_after: datetime) -> Issued:
        """Return a server certificate for the names (RFC 5280; RFC 6125: subjectAltName only counts)."""
        subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        authority_key = self._certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(key), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
            .add_extension(subject_key, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_key), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        return _issued(certificate, key)


def self_signed(key: PrivateKey, not_before: datetime, not_after: datetime) -> Issued:
    """Return a certificate as WebRTC has it: nobody vouches for it but its fingerprint (RFC 8827, 6.5)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "WebRTC")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .sign(key, hashes.SHA256())
    )
    return _issued(certificate, key)


def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return a new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key() -> rsa.RSAPrivateKey:
    """Return a new RSA key of 2048 bits; slower to make (a tenth of a second) than an EC key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)


def validity(now: datetime, *, days_left: int, lifetime_days: int = 90) -> tuple[datetime, datetime]:
    """Return begin and end of a certificate that has so many whole days left, and half a day more."""
    end = now.replace(microsecond=0) + timedelta(days=days_left, hours=12)
    return end - timedelta(days=lifetime_days), end


def _issued(certificate: x509.Certificate, key: PrivateKey) -> Issued:
    return Issued(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _key_usage(key: PrivateKey) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        # RSA key exchange, one of the planted flaws, needs it.
        key_encipherment=isinstance(key, rsa.RSAPrivateKey),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )

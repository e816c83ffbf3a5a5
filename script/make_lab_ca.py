"""Makes the certificate authority of the demonstration vendor. Run once; its three outputs are committed.

The private key is public on purpose: everybody may have it. The certificate can therefore vouch for names below
``acme.example`` only (``.example`` is reserved by RFC 2606 and never exists in the public DNS) and for no address, so
that trusting it harms nobody.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT = Path(__file__).resolve().parent.parent
KEY_FILE = ROOT / "vendor_audit" / "lab" / "lab-ca.key"
CERTIFICATE_FILES = (ROOT / "examples" / "acme" / "lab-ca.pem", ROOT / "examples" / "flawless" / "lab-ca.pem")

KEY_NOTE = """\
DEMONSTRATION ONLY. This private key is published on purpose: it belongs to the demonstration vendor "Acme Video" and
is worthless elsewhere. Its certificate (examples/acme/lab-ca.pem) is constrained to names below acme.example, which
do not exist in the public DNS.
"""
CERTIFICATE_NOTE = """\
The authority of the demonstration vendor. Anybody can issue with it, but only for names below acme.example
(X.509 name constraints, critical). Do not add it to the trust store of a machine all the same: nothing needs it there.
"""


def main() -> None:
    """Write the key and the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "vendor-audit demonstration"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Lab CA for acme.example only"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2046, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.NameConstraints(
                # A kind of name that is not mentioned is not constrained (RFC 5280, 4.2.1.10).
                permitted_subtrees=[x509.DNSName("acme.example"), x509.RFC822Name("acme.example")],
                excluded_subtrees=[
                    x509.IPAddress(ipaddress.ip_network("0.0.0.0/0")),
                    x509.IPAddress(ipaddress.ip_network("::/0")),
                ],
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    KEY_FILE.write_text(KEY_NOTE + private.decode(), encoding="ascii")
    for path in CERTIFICATE_FILES:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            CERTIFICATE_NOTE + certificate.public_bytes(serialization.Encoding.PEM).decode(), encoding="ascii"
        )


if __name__ == "__main__":
    main()

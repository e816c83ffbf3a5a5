"""Keys that sign bundles: Ed25519 (RFC 8032), in PEM files that other programs read too."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_LIMIT = 16_384
"""Bytes of a key's file."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What proves that a bundle was signed by the owner of the private key."""

    key: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """``sha256:`` and the lower-case hexadecimal SHA-256 of the key's SubjectPublicKeyInfo in DER.

        The same as ``openssl pkey -pubin -in FILE -outform DER | sha256sum`` prints.
        """
        der = self.key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return f"sha256:{hashlib.sha256(der).hexdigest()}"

    def to_pem(self) -> bytes:
        """Return the key as PEM, SubjectPublicKeyInfo."""
        return self.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature is this key's over the message."""
        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def parse_public_key(content: bytes) -> PublicKey | None:
    """Return the Ed25519 public key in a PEM; None: it holds none."""
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return PublicKey(key) if isinstance(key, Ed25519PublicKey) else None


def read_public_key(path: Path) -> PublicKey:
    """Return the public key in a PEM file.

    Raises:
        UsageError: it cannot be read, or holds no Ed25519 public key.
    """
    content = _read(path)
    if b"PRIVATE KEY" in content:
        raise UsageError(f"{path}: is a private key, which nobody needs for verifying; give the public one")
    key = parse_public_key(content)
    if key is None:
        raise UsageError(f"{path}: holds no Ed25519 public key in PEM")
    return key


def read_private_key(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    """Return the private key in a PEM file.

    Raises:
        UsageError: it cannot be read, is none, or the passphrase is wrong or missing.
    """
    content = _read(path)
    try:
        key = serialization.load_pem_private_key(content, passphrase)
    except TypeError as error:
        if passphrase is None:
            raise UsageError(f"{path}: is protected by a passphrase; --passphrase-env names its variable") from error
        raise UsageError(f"{path}: has no passphrase, but one was given") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        # What the library says of it is left out: it never helps, and it must not repeat what it read.
        wrong = " or the passphrase is wrong" if passphrase is not None else ""
        raise UsageError(f"{path}: holds no private key in PEM{wrong}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: is a key of another kind; bundles are signed with Ed25519")
    return key


def make_key_pair(private: Path, public: Path, passphrase: bytes | None) -> PublicKey:
    """Write a new key pair, the private key as PKCS#8 for its owner alone, and return the public key.

    Raises:
        UsageError: one of the files is there already, or cannot be written.
    """
    for path in (private, public):
        if os.path.lexists(path):
            raise UsageError(f"{path}: is there already; a key is never overwritten")
    key = Ed25519PrivateKey.generate()
    protection = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    made = PublicKey(key.public_key())
    _write_new(private, pem, 0o600)
    _write_new(public, made.to_pem(), 0o644)
    return made


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL: between the look and the writing nobody can slip in a file, or a link to one.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > _LIMIT:
        raise UsageError(f"{path}: is too large for a key")
    return content

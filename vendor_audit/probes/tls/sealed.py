"""Opens the encrypted part of a TLS 1.3 server's first flight: protocol, certificates, stapled OCSP response.

It takes the key schedule of RFC 8446, 7.1 as far as the server's handshake keys and no further. Nothing is verified
here and nothing is sent: whether the chain is trusted is for a TLS library to say (`trust`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.reader import Reader, vector
from vendor_audit.wire.tls_records import Alert, ContentType, Handshake, Limits, Message, RecordStream, records
from vendor_audit.wire.tls_server_messages import (
    ExtensionCode,
    MessageType,
    parse_application_protocol,
    parse_certificates_13,
    parse_extensions,
)

if TYPE_CHECKING:
    from vendor_audit.probes.tls.answers import Answer
    from vendor_audit.probes.tls.shares import Share

OPENABLE: Final = (0x1301, 0x1302, 0x1303)
"""AES-128-GCM, AES-256-GCM and ChaCha20-Poly1305: what is offered where the flight is to be opened."""
_KEY_SIZES: Final = {0x1301: 16, 0x1302: 32, 0x1303: 32}
_VERSION_12: Final = 0x0303


@dataclass(frozen=True, slots=True)
class Opened:
    """What the flight held, as far as it was read."""

    protocol: str | None = None
    """Of ALPN; None: the server chose none."""
    chain: tuple[bytes, ...] = ()
    """DER, as sent."""
    stapled: bool = False
    complete: bool = False
    """Whether the certificates have come."""
    alert: Alert | None = None


class Opener:
    """Opens the records of one connection as they come. Its method `enough` says when the certificates are there."""

    def __init__(self, client_hello: bytes, share: Share) -> None:
        """Take the handshake message that is sent and the share in it."""
        self.opened = Opened()
        self.problem = ""
        """Why the flight cannot be opened; empty: it can."""
        self._client_hello = client_hello
        self._share = share
        self._cipher: AESGCM | ChaCha20Poly1305 | None = None
        self._nonce = b""
        self._done = 0
        self._stream = RecordStream(Limits())

    def enough(self, answer: Answer) -> bool:
        """Return whether nothing more needs to be read, after opening what has come since the last time."""
        hello = answer.hello
        if hello is None or hello.retry or self._share.agree is None or hello.suite not in OPENABLE:
            self.problem = "the server did not take our key share"
            return True
        try:
            if self._cipher is None:
                self._make_keys(answer, self._share.agree(hello.share))
            while self._done < len(answer.sealed):
                self._open(answer.sealed[self._done])
                self._done += 1
        except (WireError, ValueError, InvalidTag) as error:
            self.problem = (
                f"the encrypted part of the handshake cannot be opened: {str(error) or 'it is not authentic'}"
            )
        return bool(self.problem) or self.opened.complete or self.opened.alert is not None

    def _make_keys(self, answer: Answer, secret: bytes) -> None:
        """RFC 8446, 7.1 and 7.3."""
        suite = answer.hello.suite if answer.hello else 0
        algorithm: hashes.HashAlgorithm = hashes.SHA384() if suite == 0x1302 else hashes.SHA256()  # noqa: PLR2004 # AES-256-GCM
        digest = hashlib.sha384 if suite == 0x1302 else hashlib.sha256  # noqa: PLR2004 # as above
        size = algorithm.digest_size
        server_hello = bytes([MessageType.SERVER_HELLO]) + vector(3, answer.hello_body)
        early = _extract(algorithm, bytes(size), bytes(size))
        salt = _expand(algorithm, early, b"derived", digest(b"").digest(), size)
        handshake = _extract(algorithm, salt, secret)
        transcript = digest(self._client_hello + server_hello).digest()
        traffic = _expand(algorithm, handshake, b"s hs traffic", transcript, size)
        key = _expand(algorithm, traffic, b"key", b"", _KEY_SIZES[suite])
        self._nonce = _expand(algorithm, traffic, b"iv", b"", 12)
        self._cipher = ChaCha20Poly1305(key) if suite == 0x1303 else AESGCM(key)  # noqa: PLR2004 # ChaCha20

    def _open(self, body: bytes) -> None:
        """RFC 8446, 5.2: open a record, strip the padding, take the inner type."""
        if self._cipher is None:
            return
        header = bytes([ContentType.APPLICATION_DATA]) + _VERSION_12.to_bytes(2) + len(body).to_bytes(2)
        nonce = (int.from_bytes(self._nonce) ^ self._done).to_bytes(12)
        inner = self._cipher.decrypt(nonce, body, header).rstrip(b"\0")
        if not inner or inner[-1] not in {ContentType.HANDSHAKE, ContentType.ALERT}:
            raise WireError("a record of the server's flight holds no handshake message")
        plain = records(ContentType(inner[-1]), _VERSION_12, inner[:-1])
        for message in self._stream.feed(plain):
            self._read(message)

    def _read(self, message: Message) -> None:
        so_far = self.opened
        if isinstance(message, Alert):
            self.opened = Opened(so_far.protocol, so_far.chain, so_far.stapled, so_far.complete, message)
        elif isinstance(message, Handshake) and message.kind == MessageType.ENCRYPTED_EXTENSIONS:
            reader = Reader(message.body)
            extensions = parse_extensions(reader.vector(2))
            reader.end()
            if ExtensionCode.ALPN in extensions:
                self.opened = Opened(protocol=parse_application_protocol(extensions[ExtensionCode.ALPN]))
        elif isinstance(message, Handshake) and message.kind == MessageType.CERTIFICATE:
            chain, stapled = parse_certificates_13(message.body)
            self.opened = Opened(so_far.protocol, chain, stapled, complete=True)


def _extract(algorithm: hashes.HashAlgorithm, salt: bytes, secret: bytes) -> bytes:
    """RFC 5869, 2.2."""
    mac = hmac.HMAC(salt, algorithm)
    mac.update(secret)
    return mac.finalize()


def _expand(algorithm: hashes.HashAlgorithm, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """RFC 8446, 7.1: HKDF-Expand-Label."""
    info = size.to_bytes(2) + vector(1, b"tls13 " + label) + vector(1, context)
    return HKDFExpand(algorithm, size, info).derive(secret)

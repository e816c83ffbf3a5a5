"""DSSE envelopes (secure-systems-lab/dsse 1.0): one payload, its type, one Ed25519 signature over both.

The specification lets an envelope be written in many ways. Here it is written in one, and read in that one only:
then no byte of it can change, even where the signature does not reach (the key's id, the base64, the white space).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from vendor_audit.evidence.keys import PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: PAE(type, body) of protocol.md, lengths in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed payload."""

    payload_type: str
    payload: bytes
    key_id: str
    """A hint which key it was, here its fingerprint. Nothing is decided by it."""
    signature: bytes

    def to_bytes(self) -> bytes:
        """Return the envelope as JSON: two spaces, this order, a final newline."""
        shape = {
            "payloadType": self.payload_type,
            "payload": base64.b64encode(self.payload).decode(),
            "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}],
        }
        return json.dumps(shape, indent=2).encode() + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> Self | None:
        """Return the envelope that `to_bytes` wrote; None: it did not write this."""
        try:
            shape = json.loads(content)
            (signature,) = shape["signatures"]
            envelope = cls(
                shape["payloadType"],
                base64.b64decode(shape["payload"], validate=True),
                signature["keyid"],
                base64.b64decode(signature["sig"], validate=True),
            )
            return envelope if envelope.to_bytes() == content else None
        except (ValueError, TypeError, LookupError, RecursionError):
            return None

    def is_signed_by(self, key: PublicKey) -> bool:
        """Return whether the signature over type and payload is this key's."""
        return key.has_signed(pre_authentication_encoding(self.payload_type, self.payload), self.signature)


def sign(payload_type: str, payload: bytes, key: Ed25519PrivateKey) -> Envelope:
    """Return the payload in an envelope, signed. Ed25519 is deterministic: the same input gives the same envelope."""
    signature = key.sign(pre_authentication_encoding(payload_type, payload))
    return Envelope(payload_type, payload, PublicKey(key.public_key()).fingerprint, signature)

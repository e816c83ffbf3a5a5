"""The lite side of ICE (RFC 8445, 2.5 and 7.3): answers connectivity checks, and makes none of its own."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, decode, encode
from vendor_audit.wire.stun_attributes import Endpoint, ErrorCode, error_code_value, xor_address_value
from vendor_audit.wire.stun_integrity import fingerprint_holds, integrity_holds, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.lab.streams import Peer

_USE_CANDIDATE, _ICE_CONTROLLED = 0x0025, 0x8029
"""Attributes (RFC 8445, 16.1)."""


@dataclass(frozen=True, slots=True)
class Check:
    """A connectivity check that was answered."""

    answer: bytes
    session: str = ""
    """The user name fragment that we gave to the session it is for; empty: it was refused."""
    nominated: bool = False
    """Whether the client wants this pair (USE-CANDIDATE)."""


def answer_check(data: bytes, peer: Peer, password_of: Callable[[str], str | None]) -> Check | None:
    """Return the answer to a check; None: what came is none.

    Args:
        data: a datagram.
        peer: where it came from.
        password_of: the password of the session with a user name fragment of ours; None: there is none.
    """
    try:
        request = decode(data)
        if request.kind is not MessageClass.REQUEST or request.method != Method.BINDING or not fingerprint_holds(data):
            return None
        name = request.first(AttributeType.USERNAME)
        if name is None or request.first(AttributeType.MESSAGE_INTEGRITY) is None:
            return Check(_error(request, 400, "Bad Request"))
        # RFC 8445, 7.2.2: the fragment of who is asked, a colon, the fragment of who asks.
        fragment = name.partition(b":")[0].decode("latin-1")
        password = password_of(fragment)
        if password is None or not integrity_holds(data, password.encode()):
            return Check(_error(request, 401, "Unauthenticated"))
        key = password.encode()
        if request.first(_ICE_CONTROLLED) is not None:
            return Check(_error(request, 487, "Role Conflict", key))
    except WireError:
        return None
    mapped = xor_address_value(Endpoint(ipaddress.ip_address(peer[0]), peer[1]), request.transaction)
    success = Message(
        MessageClass.SUCCESS,
        Method.BINDING,
        request.transaction,
        (Attribute(AttributeType.XOR_MAPPED_ADDRESS, mapped),),
    )
    return Check(seal(success, key, fingerprint=True), fragment, request.first(_USE_CANDIDATE) is not None)


def _error(request: Message, code: int, reason: str, key: bytes | None = None) -> bytes:
    attribute = Attribute(AttributeType.ERROR_CODE, error_code_value(ErrorCode(code, reason)))
    message = Message(MessageClass.ERROR, Method.BINDING, request.transaction, (attribute,))
    return seal(message, key, fingerprint=True) if key else encode(message)

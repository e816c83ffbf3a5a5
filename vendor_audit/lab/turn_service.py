"""What the lab's TURN server answers (RFC 8489, RFC 8656): a request in, an answer out, whatever carried it.

It gives relayed addresses and permissions, as a client can see them; data it does not relay.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.lab.turn_allocations import (
    LONGEST_LIFETIME,
    USUAL_LIFETIME,
    Allocations,
    NoCapacityError,
    QuotaReachedError,
)
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, decode, encode
from vendor_audit.wire.stun_attributes import (
    IPV4,
    UDP,
    Address,
    Endpoint,
    ErrorCode,
    error_code_value,
    number,
    number_value,
    xor_address,
    xor_address_value,
)
from vendor_audit.wire.stun_integrity import integrity_holds, long_term_key, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.lab.turn_allocations import Allocation
    from vendor_audit.lab.turn_credentials import TurnUsers

_NONCE_SECONDS = 600
_COMPREHENSION_OPTIONAL = 0x8000
"""Attributes from here on may be ignored by who does not know them (RFC 8489, 14)."""
_UNDERSTOOD = frozenset(
    {
        AttributeType.USERNAME,
        AttributeType.MESSAGE_INTEGRITY,
        AttributeType.REALM,
        AttributeType.NONCE,
        AttributeType.LIFETIME,
        AttributeType.XOR_PEER_ADDRESS,
        AttributeType.REQUESTED_TRANSPORT,
        AttributeType.REQUESTED_ADDRESS_FAMILY,
        AttributeType.MESSAGE_INTEGRITY_SHA256,
    }
)
_REASONS = {
    400: "Bad Request",
    401: "Unauthenticated",
    403: "Forbidden",
    420: "Unknown Attribute",
    437: "Allocation Mismatch",
    438: "Stale Nonce",
    440: "Address Family not Supported",
    441: "Wrong Credentials",
    442: "Unsupported Transport Protocol",
    443: "Peer Address Family Mismatch",
    486: "Allocation Quota Reached",
    508: "Insufficient Capacity",
}


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks."""

    transport: str
    """``udp``, ``tcp``, ``tls`` or ``dtls``."""
    address: Endpoint


class _RefusedError(Exception):
    """A request that gets an error."""

    def __init__(self, code: int, *attributes: Attribute) -> None:
        super().__init__(_REASONS[code])
        self.code = code
        self.attributes = attributes


@dataclass(slots=True)
class TurnService:
    """The server without its sockets."""

    users: TurnUsers
    realm: str
    permits: Callable[[Address], bool]
    """Whether data may be relayed to a peer."""
    software: str = ""
    """For the SOFTWARE attribute; empty: it is left out."""
    allocations: Allocations = field(default_factory=Allocations)
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def answer(self, data: bytes, client: Client) -> bytes | None:
        """Return the answer to what a client sent; None: it gets none."""
        try:
            request = decode(data)
        except WireError:
            return None
        if request.kind is not MessageClass.REQUEST:
            return None  # Send indications too: no data is relayed
        key: bytes | None = None
        try:
            if request.method == Method.BINDING:
                _refuse_unknown(request)
                return self._encoded(request, MessageClass.SUCCESS, (_mapped(request, client),), None)
            # Who asks comes before what is asked (RFC 8489, 6.3).
            user, key = self._authenticate(request, data)
            _refuse_unknown(request)
            attributes = self._serve(request, client, user)
        except _RefusedError as refused:
            error = Attribute(
                AttributeType.ERROR_CODE, error_code_value(ErrorCode(refused.code, _REASONS[refused.code]))
            )
            return self._encoded(request, MessageClass.ERROR, (error, *refused.attributes), key)
        except WireError:  # an attribute that cannot be read
            error = Attribute(AttributeType.ERROR_CODE, error_code_value(ErrorCode(400, _REASONS[400])))
            return self._encoded(request, MessageClass.ERROR, (error,), key)
        return self._encoded(request, MessageClass.SUCCESS, attributes, key)

    def _authenticate(self, request: Message, data: bytes) -> tuple[str, bytes]:
        """Return who asks, and the key (RFC 8489, 9.2.4).

        Raises:
            _RefusedError: 401 with a challenge, 438 with a new nonce, 400.
        """
        if request.first(AttributeType.MESSAGE_INTEGRITY) is None:
            raise _RefusedError(401, *self._challenge())
        name, realm, nonce = (
            request.first(each) for each in (AttributeType.USERNAME, AttributeType.REALM, AttributeType.NONCE)
        )
        if name is None or realm is None or nonce is None:
            raise _RefusedError(400)
        if not self._is_fresh(nonce):
            raise _RefusedError(438, *self._challenge())
        user = name.decode(errors="replace")
        password = self.users.password_of(user)
        if password is None or realm != self.realm.encode():
            raise _RefusedError(401, *self._challenge())
        key = long_term_key(user, realm, password)
        if not integrity_holds(data, key):
            raise _RefusedError(401, *self._challenge())
        return user, key

    def _serve(self, request: Message, client: Client, user: str) -> tuple[Attribute, ...]:
        held = self.allocations.of(client)
        if request.method == Method.ALLOCATE:
            return self._allocate(request, client, user, held)
        if request.method not in {Method.REFRESH, Method.CREATE_PERMISSION}:
            raise _RefusedError(400)
        if held is None:
            raise _RefusedError(437)
        if held.user != user:
            raise _RefusedError(441)
        if request.method == Method.CREATE_PERMISSION:
            return self._permit(request, held)
        lifetime = _lifetime(request)
        self.allocations.refresh(client, lifetime)
        return (Attribute(AttributeType.LIFETIME, number_value(lifetime)),)

    def _allocate(self, request: Message, client: Client, user: str, held: Allocation | None) -> tuple[Attribute, ...]:
        """Return what a success says (RFC 8656, 7.2)."""
        if held is not None and held.transaction != request.transaction:
            raise _RefusedError(437)
        transport = request.first(AttributeType.REQUESTED_TRANSPORT)
        if not transport:
            raise _RefusedError(400)
        if transport[0] != UDP:
            raise _RefusedError(442)
        family = request.first(AttributeType.REQUESTED_ADDRESS_FAMILY)
        if family and family[0] != IPV4:
            raise _RefusedError(440)
        try:
            held = held or self.allocations.make(
                client, user, request.transaction, max(USUAL_LIFETIME, _lifetime(request))
            )
        except QuotaReachedError:
            raise _RefusedError(486) from None
        except NoCapacityError:
            raise _RefusedError(508) from None
        relayed = xor_address_value(held.relayed, request.transaction)
        return (
            Attribute(AttributeType.XOR_RELAYED_ADDRESS, relayed),
            Attribute(AttributeType.LIFETIME, number_value(held.lifetime)),
            _mapped(request, client),
        )

    def _permit(self, request: Message, held: Allocation) -> tuple[Attribute, ...]:
        """Permit the peers that a request names, all or none (RFC 8656, 10.2)."""
        values = [each.value for each in request.attributes if each.type == AttributeType.XOR_PEER_ADDRESS]
        peers = [xor_address(each, request.transaction).address for each in values]
        if not peers:
            raise _RefusedError(400)
        if any(each.version != held.relayed.address.version for each in peers):
            raise _RefusedError(443)
        if not all(map(self.permits, peers)):
            raise _RefusedError(403)
        if not held.permit([str(each) for each in peers]):
            raise _RefusedError(508)
        return ()

    def _challenge(self) -> tuple[Attribute, ...]:
        return (
            Attribute(AttributeType.REALM, self.realm.encode()),
            Attribute(AttributeType.NONCE, self._nonce(int(time.time()), secrets.token_hex(8))),
        )

    def _nonce(self, now: int, salt: str) -> bytes:
        """Return a nonce that says when it was made, and that we made it."""
        text = f"{now:x}.{salt}"
        return f"{text}.{hmac.digest(self._secret, text.encode(), 'sha256').hex()[:24]}".encode()

    def _is_fresh(self, nonce: bytes) -> bool:
        made, _, rest = nonce.decode("latin-1").partition(".")
        try:
            moment = int(made, 16)
        except ValueError:
            return False
        ours = self._nonce(moment, rest.partition(".")[0])
        return hmac.compare_digest(ours, nonce) and time.time() - moment < _NONCE_SECONDS

    def _encoded(
        self, request: Message, kind: MessageClass, attributes: tuple[Attribute, ...], key: bytes | None
    ) -> bytes:
        if self.software:
            attributes = (*attributes, Attribute(AttributeType.SOFTWARE, self.software.encode()))
        message = Message(kind, request.method, request.transaction, attributes)
        return seal(message, key) if key else encode(message)


def _refuse_unknown(request: Message) -> None:
    """Refuse a request with an attribute that we would have to understand and do not (RFC 8489, 6.3.1)."""
    unknown = [
        each.type for each in request.attributes if each.type < _COMPREHENSION_OPTIONAL and each.type not in _UNDERSTOOD
    ]
    if unknown:
        listed = b"".join(each.to_bytes(2) for each in unknown)
        raise _RefusedError(420, Attribute(AttributeType.UNKNOWN_ATTRIBUTES, listed))


def _lifetime(request: Message) -> int:
    """Return the seconds that a request gets: what it asks for, within our bounds; 0 ends an allocation."""
    value = request.first(AttributeType.LIFETIME)
    return USUAL_LIFETIME if value is None else min(number(value), LONGEST_LIFETIME)


def _mapped(request: Message, client: Client) -> Attribute:
    return Attribute(AttributeType.XOR_MAPPED_ADDRESS, xor_address_value(client.address, request.transaction))

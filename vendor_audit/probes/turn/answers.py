"""What the answers of a STUN or TURN server say, as facts. Texts of the server hold no credentials that it echoed.

The mapped address is ours, and tells where the auditor sits: only its family is kept, which shows that NAT and
protocol translation work, and nothing that an audit needs is lost. Relayed and origin addresses are the server's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.public import is_public
from vendor_audit.probes.turn.dialogue import UNAUTHENTICATED
from vendor_audit.probes.turn.login import challenge_of, without_secrets
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import AttributeType
from vendor_audit.wire.stun_attributes import address, number, text, xor_address
from vendor_audit.wire.stun_integrity import security_features

if TYPE_CHECKING:
    from vendor_audit.probes.turn.dialogue import Reply
    from vendor_audit.probes.turn.login import Challenge, Login
    from vendor_audit.wire.stun import Message
    from vendor_audit.wire.stun_attributes import Endpoint, ErrorCode

_TRY_ALTERNATE: Final = 300


def binding_facts(reply: Reply, login: Login | None) -> dict[str, Any]:
    """Return the facts `binding`."""
    message = reply.message
    facts: dict[str, Any] = {"outcome": "error" if reply.error else "success"}
    if reply.error:
        facts["error"] = error_facts(reply.error, login)
    mapped = _xor_endpoint(message, AttributeType.XOR_MAPPED_ADDRESS)
    mapped = mapped or _endpoint(message, AttributeType.MAPPED_ADDRESS)
    if mapped:
        facts["mapped_address_family"] = f"ipv{mapped.address.version}"
    software = _text(message, AttributeType.SOFTWARE, login)
    if software:
        facts["software"] = software
    for name, kind in (
        ("response_origin", AttributeType.RESPONSE_ORIGIN),
        ("other_address", AttributeType.OTHER_ADDRESS),
        ("alternate_server", AttributeType.ALTERNATE_SERVER),
    ):
        endpoint = _endpoint(message, kind)
        if endpoint:
            facts[name] = str(endpoint)
    return facts


def refusal_facts(reply: Reply, login: Login | None) -> dict[str, Any]:
    """Return the facts `unauthenticated_allocate`: what became of an Allocate that nobody signed."""
    if reply.error is None:
        return {"outcome": "allocated"} | allocated_facts(reply)
    facts: dict[str, Any] = {"outcome": "refused", "error": error_facts(reply.error, login)}
    if reply.code == UNAUTHENTICATED and challenge_of(reply.message) is not None:
        facts["outcome"] = "challenged"
    elif reply.code == _TRY_ALTERNATE:
        facts["outcome"] = "redirected"
        alternate = _endpoint(reply.message, AttributeType.ALTERNATE_SERVER)
        if alternate:
            facts["alternate_server"] = str(alternate)
    return facts


def challenge_facts(challenge: Challenge, reply: Reply, login: Login | None) -> dict[str, Any]:
    """Return the facts `realm`, `nonce`, `third_party_authorization` and `software` of a challenge."""
    nonce: dict[str, Any] = {"length": len(challenge.nonce), "security_features": []}
    features = security_features(challenge.nonce)
    if features:
        nonce["security_features"] = [
            name
            for name, has in (
                ("password_algorithms", features.password_algorithms),
                ("username_anonymity", features.username_anonymity),
            )
            if has
        ]
    third = reply.message.first(AttributeType.THIRD_PARTY_AUTHORIZATION) is not None
    facts: dict[str, Any] = {"nonce": nonce, "third_party_authorization": third}
    realm = _text(reply.message, AttributeType.REALM, login)
    if realm is not None:
        facts["realm"] = realm
    software = _text(reply.message, AttributeType.SOFTWARE, login)
    if software:
        facts["software"] = software
    return facts


def allocated_facts(reply: Reply) -> dict[str, Any]:
    """Return what an Allocate success says: relayed address and lifetime."""
    facts: dict[str, Any] = {}
    relayed = _xor_endpoint(reply.message, AttributeType.XOR_RELAYED_ADDRESS)
    if relayed:
        facts["relayed_address"] = str(relayed.address)
        facts["relayed_port"] = relayed.port
        facts["relayed_family"] = f"ipv{relayed.address.version}"
        facts["relayed_public"] = is_public(relayed.address)
    value = reply.message.first(AttributeType.LIFETIME)
    try:
        if value is not None:
            facts["lifetime_seconds"] = number(value)
    except WireError:
        pass
    return facts


def error_facts(error: ErrorCode, login: Login | None) -> dict[str, Any]:
    """Return an error as facts."""
    return {"code": error.code, "reason": without_secrets(error.reason, login)}


def _text(message: Message, kind: int, login: Login | None) -> str | None:
    value = message.first(kind)
    if value is None:
        return None
    try:
        return without_secrets(text(value), login)
    except WireError:
        return None


def _endpoint(message: Message, kind: int) -> Endpoint | None:
    value = message.first(kind)
    try:
        return address(value) if value is not None else None
    except WireError:
        return None


def _xor_endpoint(message: Message, kind: int) -> Endpoint | None:
    value = message.first(kind)
    try:
        return xor_address(value, message.transaction) if value is not None else None
    except WireError:
        return None

"""Which addresses of a capture may be kept: those of the vendor's servers, not those of the people in the call.

From a capture alone a server cannot be told from a participant for certain. A lite agent is a server (RFC 8445, 2.5:
it must have a public address and serve whoever comes). A side that hides or lists private addresses, or learnt its
address from a STUN server, may be a browser at somebody's home. A relayed candidate is an address of a TURN server,
but who is behind it may be anybody.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from vendor_audit.probes import public

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.probes.media.capture.model import Connection
    from vendor_audit.probes.media.capture.statistics import Endpoint


_TRANSPORTS: Final = frozenset({"udp", "tcp"})

WITHHELD: Final = "the address may be a participant's: it is not kept"
PRIVATE: Final = "the address is private or hidden: it is not kept"
NOT_TOLD: Final = "the capture does not tell it"


def is_public(text: str) -> bool:
    """Return whether a text is an address that the whole Internet reaches."""
    return is_address(text) and public.is_public(ipaddress.ip_address(text))


def is_address(text: str) -> bool:
    """Return whether a text is an address literal; one with a zone is only of use on its own machine."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def is_server(connection: Connection) -> bool:
    """Return whether the other side of a connection is a server, as far as its candidates tell."""
    if _is_lite(connection):
        return True
    candidates = connection.remote_candidates()
    return bool(candidates) and all(each.type == "host" and is_public(each.address) for each in candidates)


def is_vendors(connection: Connection, far: Endpoint | None) -> bool:
    """Return whether the far side of a pair is a server of the vendor, as far as a capture tells."""
    if not is_server(connection):
        return False
    if far is None or _is_lite(connection):
        return True
    return far.type == "host" and is_public(far.address)


def far_address(connection: Connection, far: Endpoint) -> tuple[str, str]:
    """Return the address of a selected pair's far side, or an empty text and why it is not kept."""
    if not far.address:
        return "", NOT_TOLD
    if not is_address(far.address):
        return "", PRIVATE
    if is_vendors(connection, far):
        return far.address, ""
    if not is_public(far.address):
        return "", PRIVATE
    return (far.address, "") if far.type == "relay" else ("", WITHHELD)


def server_candidates(connection: Connection) -> Iterable[tuple[str, str, int, str]]:
    """Yield type, address, port and protocol of the other side's candidates that are servers' addresses.

    A lite agent's are, whatever they are; of another server only public ones, because only these show that it is one.
    """
    lite = _is_lite(connection)
    server = is_server(connection)
    for each in connection.remote_candidates():
        theirs = each.type == "relay" or (server and each.type == "host")
        keepable = is_address(each.address) if lite else is_public(each.address)
        if theirs and keepable and each.transport in _TRANSPORTS:
            yield each.type, each.address, each.port, each.transport


def _is_lite(connection: Connection) -> bool:
    return any(each.side == "remote" and each.description.ice_lite for each in connection.descriptions)

"""Which listeners a STUN or TURN URI means (RFC 7064, 3.2; RFC 7065, 3)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.probes.public import Address
    from vendor_audit.wire.turn_uri import TurnUri

_MOST_OF_A_FAMILY: Final = 4
"""Addresses of each family that are looked at."""
_IPV4: Final = 4


class Transport(StrEnum):
    """What carries the messages."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    DTLS = "dtls"


@dataclass(frozen=True, slots=True)
class Listener:
    """One transport at one address."""

    transport: Transport
    address: Address
    port: int
    explicit: bool
    """Whether the URI leaves no other transport to a client."""

    @property
    def label(self) -> str:
        """What a person calls it: ``udp 192.0.2.1:3478``."""
        shown = str(self.address) if self.address.version == _IPV4 else f"[{self.address}]"
        return f"{self.transport} {shown}:{self.port}"


_TRANSPORTS: Final = {
    # RFC 7064 gives a STUN URI no transport: browsers speak UDP to stun: and TLS over TCP to stuns:, and so do we.
    ("stun", ""): (Transport.UDP,),
    ("stuns", ""): (Transport.TLS,),
    # RFC 7065, 3: without a parameter the client tries what it has.
    ("turn", ""): (Transport.UDP, Transport.TCP),
    ("turn", "udp"): (Transport.UDP,),
    ("turn", "tcp"): (Transport.TCP,),
    ("turns", ""): (Transport.TLS, Transport.DTLS),
    ("turns", "udp"): (Transport.DTLS,),
    ("turns", "tcp"): (Transport.TLS,),
}


def listeners_of(uri: TurnUri, addresses: Iterable[Address]) -> tuple[Listener, ...]:
    """Return every listener that a client of the URI may turn to, at most four addresses of each family."""
    transports = _TRANSPORTS[uri.scheme, uri.transport]
    by_family: dict[int, list[Address]] = {}
    for address in addresses:
        by_family.setdefault(address.version, []).append(address)
    chosen = [each for version in sorted(by_family) for each in by_family[version][:_MOST_OF_A_FAMILY]]
    return tuple(
        Listener(transport, address, uri.port, len(transports) == 1)
        for address, transport in itertools.product(chosen, transports)
    )

"""What clients of the lab's TURN server hold: a relayed address each, for a while (RFC 8656, 5)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass, field

from vendor_audit.lab.ports import ADDRESS
from vendor_audit.wire.stun_attributes import Endpoint

USUAL_LIFETIME, LONGEST_LIFETIME = 600, 3_600
"""Seconds of an allocation (RFC 8656, 7.2)."""
_OF_A_USER = 40
_IN_ALL = 100
_MOST_PERMISSIONS = 64


class QuotaReachedError(Exception):
    """The user has as many allocations as one may have (error 486)."""


class NoCapacityError(Exception):
    """The server has as many allocations as it can have, or gets no socket (error 508)."""


@dataclass(slots=True)
class Allocation:
    """A relayed address of one client. What arrives there goes nowhere: this server relays no data."""

    user: str
    transaction: bytes
    """Of the request that made it: the same request again gets the same answer (RFC 8656, 7.2)."""
    relay: socket.socket
    lifetime: int
    permitted: set[str] = field(default_factory=set)
    """Addresses of peers."""
    timer: asyncio.TimerHandle | None = None

    @property
    def relayed(self) -> Endpoint:
        """The relayed transport address."""
        address, port = self.relay.getsockname()
        return Endpoint(ipaddress.ip_address(address), port)

    def permit(self, peers: list[str]) -> bool:
        """Permit peers, and return whether there was room for them; if not, none is permitted."""
        if len(self.permitted.union(peers)) > _MOST_PERMISSIONS:
            return False
        self.permitted.update(peers)
        return True


class Allocations:
    """All of a server's, by client: transport and address, as one 5-tuple has one allocation at most."""

    def __init__(self) -> None:
        """Begin with none."""
        self.made = 0
        """How many there have been."""
        self._held: dict[object, Allocation] = {}

    def __len__(self) -> int:
        """Return how many there are now."""
        return len(self._held)

    def of(self, client: object) -> Allocation | None:
        """Return what a client holds; None: nothing."""
        return self._held.get(client)

    def make(self, client: object, user: str, transaction: bytes, lifetime: int) -> Allocation:
        """Return a new allocation for a client that holds none.

        Raises:
            QuotaReachedError: of the user.
            NoCapacityError: of the server.
        """
        if sum(each.user == user for each in self._held.values()) >= _OF_A_USER:
            raise QuotaReachedError
        if len(self._held) >= _IN_ALL:
            raise NoCapacityError
        relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            relay.bind((ADDRESS, 0))
        except OSError as error:
            relay.close()
            raise NoCapacityError from error
        made = self._held[client] = Allocation(user, transaction, relay, lifetime)
        self.made += 1
        self.refresh(client, lifetime)
        return made

    def refresh(self, client: object, lifetime: int) -> None:
        """Let what a client holds live for so many seconds from now on; 0 ends it."""
        held = self._held[client]
        if held.timer:
            held.timer.cancel()
        if lifetime:
            held.lifetime = lifetime
            held.timer = asyncio.get_running_loop().call_later(lifetime, self.end, client)
        else:
            self.end(client)

    def end(self, client: object) -> None:
        """End what a client holds, if it holds something."""
        held = self._held.pop(client, None)
        if held:
            if held.timer:
                held.timer.cancel()
            held.relay.close()

    def end_all(self) -> None:
        """End all."""
        for client in tuple(self._held):
            self.end(client)

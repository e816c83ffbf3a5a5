"""ICE (RFC 8445) by aioice, within the address policy, and the datagrams of DTLS on the pair that it nominates.

aioice answers and checks whoever knows the session's password; the vendor does, and may send from anywhere. So here
nobody is answered whose address may not be contacted, and no more than a few addresses are learnt on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import aioice
import aioice.ice

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aioice import stun

    from vendor_audit.observation import Json
    from vendor_audit.probes.media.session.candidates import AddressPolicy
    from vendor_audit.probes.public import Address

_MOST_LOCAL: Final = 8
_MOST_REMOTE: Final = 40
"""Candidates that are held, those that the vendor's packets come from included."""
_HELD: Final = 256
"""Datagrams that wait to be read; what comes while so many wait is lost, as UDP allows."""
_DTLS: Final = range(20, 64)
"""First byte of a DTLS record (RFC 7983, 7)."""
_MOST_SWITCHES: Final = 4
_UNREADABLE: Final = (struct.error, ValueError, LookupError, TypeError, AssertionError)
"""What aioice raises for STUN messages that are cut or have attributes that are none."""
_CLOSING: Final = 2.0
"""Seconds; nothing of it waits for the peer."""
_DISCARD: Final = 9


def local_addresses(peers: Iterable[Address]) -> list[str]:
    """Return the addresses of this machine from which a session is tried: those on the way to the peers, then others.

    Loopback is among them only where a peer is there.
    """
    found: dict[str, None] = {}
    for peer in peers:
        family = socket.AF_INET if peer.version == 4 else socket.AF_INET6  # noqa: PLR2004 # IPv4
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            # Connecting a UDP socket sends nothing: it only asks the routing table.
            probe.connect((str(peer), _DISCARD))
            found[str(probe.getsockname()[0])] = None
    for address in aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True):
        if not ipaddress.ip_address(address).is_loopback:
            found[address] = None
    return list(found)[:_MOST_LOCAL]


class IceAgent(aioice.Connection):
    """One component of one session."""

    def __init__(self, addresses: list[str], policy: AddressPolicy, *, controlling: bool = True) -> None:
        """Take the addresses to try from, and the policy for those to try."""
        super().__init__(ice_controlling=controlling)
        self._addresses = addresses
        self._policy = policy
        self._switched = 0

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 # aioice's signature
    ) -> list[aioice.Candidate]:
        """Gather from our own choice of addresses: aioice leaves loopback out."""
        del addresses
        found = await super().get_component_candidates(component, self._addresses, timeout)
        for protocol in self._protocols:
            protocol.datagram_received = partial(_guarded, protocol.datagram_received)  # type: ignore[method-assign] # it makes them itself
        return found

    async def check_start(self, pair: aioice.ice.CandidatePair) -> None:
        """Check a pair; one whose answers cannot be read has failed."""
        try:
            await super().check_start(pair)
        except _UNREADABLE:
            self.check_state(pair, aioice.ice.CandidatePair.State.FAILED)
            self.check_complete(pair)

    def switch_role(self, ice_controlling: bool) -> None:  # noqa: FBT001 # aioice's signature
        """Give way in a conflict about who controls (RFC 8445, 7.3.1.1), but not for ever."""
        self._switched += 1
        if self._switched > _MOST_SWITCHES:
            raise ValueError("the vendor contests every role")
        super().switch_role(ice_controlling)

    def request_received(self, message: stun.Message, addr: tuple[str, int], protocol: aioice.ice.StunProtocol) -> None:
        """Answer a check, unless it comes from where nobody may be contacted, or from one place too many."""
        if not self._policy.allows(addr[0]):
            return
        if len(self._remote_candidates) >= _MOST_REMOTE:
            return
        super().request_received(message, addr, protocol)

    def data_received(self, data: bytes, component: int) -> None:
        """Hold a datagram of DTLS; media and anything else is not our business."""
        if data and data[0] in _DTLS and self._queue.qsize() < _HELD:
            super().data_received(data, component)

    @property
    def selected_pair(self) -> dict[str, Json] | None:
        """The nominated pair as ``selected_pairs`` has it, our own address left out; None: there is none."""
        pair = self._nominated.get(1)
        if pair is None:
            return None
        remote = pair.remote_candidate
        return {
            "local": {"type": pair.local_candidate.type},
            "remote": {"type": remote.type, "address": remote.host, "port": remote.port, "protocol": "udp"},
        }

    async def connect_within(self, seconds: float) -> None:
        """Find a pair that works.

        Raises:
            ProbeError: none was found in time.
        """
        try:
            async with asyncio.timeout(seconds):
                await self.connect()
        except TimeoutError as error:
            raise ProbeError(
                "connection_timeout", f"ICE found no way to the vendor's candidates within {seconds:g} s"
            ) from error
        except OSError as error:  # aioice's ConnectionError, and what the system says of an address
            raise ProbeError("unreachable", "ICE found no way to the vendor's candidates") from error

    async def end(self) -> None:
        """Close every socket; never waits for the peer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await self.close()


def _guarded(receive: Callable[[bytes, tuple[Any, ...]], None], data: bytes, addr: tuple[Any, ...]) -> None:
    """Receive a datagram; one that cannot be read is dropped, as if it had been lost."""
    with contextlib.suppress(*_UNREADABLE):
        receive(data, addr)


class IceChannel:
    """The nominated pair as a `DatagramChannel`, demultiplexed: only DTLS comes out of it (RFC 7983)."""

    def __init__(self, agent: IceAgent) -> None:
        """Take a connected agent."""
        self._agent = agent

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        try:
            await self._agent.send(data)
        except OSError as error:
            raise ProbeError("connection_reset", "the ICE session is closed") from error

    async def receive(self) -> bytes:
        """Return the next datagram of DTLS."""
        try:
            return await self._agent.recv()
        except OSError as error:
            raise ProbeError("connection_reset", "the ICE session is closed") from error

"""ICE over loopback between two agents: only DTLS comes out, and nobody is answered who may not be contacted."""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.candidates import AddressPolicy
from vendor_audit.probes.media.session.ice import IceAgent, IceChannel, local_addresses
from vendor_audit.probes.network import Network, NetworkSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OPEN = AddressPolicy(Network(NetworkSettings()), "127.0.0.1")
SHUT = AddressPolicy(Network(NetworkSettings()), "sfu.acme.example")
HANDSHAKE = b"\x16\xfe\xfd rest"


@asynccontextmanager
async def two(ours: AddressPolicy, theirs: AddressPolicy) -> AsyncIterator[tuple[IceAgent, IceAgent]]:
    """Two agents that know each other's names and passwords; the candidates of each are known where they may be."""
    ours_, theirs_ = IceAgent(["127.0.0.1"], ours), IceAgent(["127.0.0.1"], theirs, controlling=False)
    try:
        for agent in (ours_, theirs_):
            await agent.gather_candidates()
        for agent, other, policy in ((ours_, theirs_, ours), (theirs_, ours_, theirs)):
            agent.remote_username, agent.remote_password = other.local_username, other.local_password
            for each in other.local_candidates:
                if policy.allows(each.host):
                    await agent.add_remote_candidate(each)
        yield ours_, theirs_
    finally:
        await ours_.end()
        await theirs_.end()


async def test_only_dtls_comes_out_of_the_channel() -> None:
    async with two(OPEN, OPEN) as (ours, theirs):
        for agent in (ours, theirs):
            await agent.add_remote_candidate(None)
        await asyncio.gather(ours.connect_within(5), theirs.connect_within(5))
        for datagram in (b"", b"\x80 rtp", b"\x13 zrtp", b"\x40 channel", HANDSHAKE):
            await IceChannel(theirs).send(datagram)
        assert await asyncio.wait_for(IceChannel(ours).receive(), 2) == HANDSHAKE
        pair = ours.selected_pair
    assert pair is not None
    assert pair["remote"]["address"] == "127.0.0.1"
    assert "address" not in pair["local"]


async def test_a_flood_of_datagrams_is_dropped_and_not_held() -> None:
    async with two(OPEN, OPEN) as (ours, _):
        for _ in range(10_000):
            ours.data_received(HANDSHAKE, 1)
        assert ours._queue.qsize() <= 256


async def test_a_check_from_an_address_that_may_not_be_contacted_is_not_answered() -> None:
    async with two(SHUT, OPEN) as (ours, theirs):
        await theirs.add_remote_candidate(None)
        with pytest.raises(ProbeError, match="no way"):
            await theirs.connect_within(1.2)
        assert ours.remote_candidates == []


async def test_without_an_answer_ice_ends_in_time() -> None:
    async with two(OPEN, OPEN) as (ours, theirs):
        await ours.add_remote_candidate(None)
        await theirs.end()
        with pytest.raises(ProbeError) as raised:
            await ours.connect_within(0.5)
    assert raised.value.failure.kind in {"connection_timeout", "unreachable"}


async def test_a_closed_session_says_so_instead_of_waiting() -> None:
    async with two(OPEN, OPEN) as (ours, _):
        await ours.end()
        for attempt in (IceChannel(ours).receive(), IceChannel(ours).send(HANDSHAKE)):
            with pytest.raises(ProbeError, match="closed"):
                await attempt


def test_loopback_is_tried_only_where_the_vendor_is_there() -> None:
    assert local_addresses([ipaddress.ip_address("127.0.0.1")])[0] == "127.0.0.1"
    assert not any(
        ipaddress.ip_address(each).is_loopback for each in local_addresses([ipaddress.ip_address("203.0.113.1")])
    )

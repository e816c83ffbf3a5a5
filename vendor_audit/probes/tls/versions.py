"""Which versions a server speaks.

The first contact asks for all five at once. Who is not refused outright is asked again, with a hello as modest as that
of an old client, because a refusal may be about the size of the hello; a server without TLS 1.3 by the first look is
asked with a real key share, because a refusal may be about the missing one. `answers` says what counts as a no.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vendor_audit.probes.tls.answers import Answer, Kind, Say
from vendor_audit.probes.tls.hellos import FULL, MODEST, WITH_SHARE, Shape, Wish, hello
from vendor_audit.probes.tls.peer import prime_is_needed
from vendor_audit.probes.tls.shares import everyday_shares
from vendor_audit.wire.cipher_suites import suites_of
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.tls.ciphers import SuiteScan
    from vendor_audit.probes.tls.peer import Peer

_NO_COMMON_SUITE = frozenset({40, 71})
"""Alerts that may be about the suites of the hello instead of its version."""


@dataclass(frozen=True, slots=True)
class VersionState:
    """What is known of a version."""

    version: TlsVersion
    say: Say
    reason: str
    answer: Answer
    """The answer that decided it."""
    shape: Shape
    """The shape of hello that the server answered."""
    offered: tuple[int, ...]
    """The suites of that hello."""
    settled: bool = True
    """False: refused for want of a common suite so far; the rest of the suites has to be asked."""
    scan: SuiteScan | None = None
    """The suites, where they had to be asked to settle it."""


async def first_contact(peer: Peer) -> list[VersionState]:
    """Return what the server said to one hello for each version, all asked at once and once only."""
    return list(await asyncio.gather(*(_ask(peer, version, FULL, again=False) for version in TlsVersion)))


async def settle(peer: Peer, states: list[VersionState]) -> list[VersionState]:
    """Return the states after everything that was open at first contact has been asked again, all at once."""
    return list(await asyncio.gather(*(_settle(peer, state) for state in states)))


async def _settle(peer: Peer, state: VersionState) -> VersionState:
    if state.say is Say.YES or state.answer.refuses_version:
        return state
    if state.answer.kind is Kind.HELLO and state.say is Say.NO:
        return state
    alert = state.answer.alert
    about_suites = alert is not None and alert.description in _NO_COMMON_SUITE
    if about_suites and state.version is not TlsVersion.TLS13:
        return replace(state, settled=False)
    if state.version is TlsVersion.TLS13 and state.say is Say.NO:
        second = await _ask(peer, state.version, WITH_SHARE, again=True)
        if second.say is Say.YES or about_suites:
            return second
    again = await _ask(peer, state.version, MODEST, again=False)
    # Silence the second time says no more than it did the first time; closing twice does.
    return replace(again, say=Say.UNKNOWN) if Say.UNKNOWN in {state.say, again.say} and _is_doubt(again.say) else again


def _is_doubt(say: Say) -> bool:
    return say in {Say.PERHAPS_NO, Say.UNKNOWN}


async def _ask(peer: Peer, version: TlsVersion, shape: Shape, *, again: bool) -> VersionState:
    suites = suites_of(version)[: shape.suites]
    wish = Wish(shares=everyday_shares()) if shape.share and version is TlsVersion.TLS13 else Wish()
    answer = await peer.ask(hello(version, suites, peer.server_name, shape, wish), prime_is_needed, again=again)
    say, reason = answer.says(version, suites)
    return VersionState(version, say, reason, answer, shape, suites)

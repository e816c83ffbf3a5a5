"""One server, asked everything: what runs after what, and what runs at the same time.

First contact asks for every version at once while Python's TLS library shakes hands to judge the chain. Whatever first
contact left open is asked again. Then suites of every version, groups and features are asked all at the same time. At
the end, where the server refused something by closing or resetting, a hello that it is known to accept shows whether it
was still willing to talk; only then was that a refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Kind, Say
from vendor_audit.probes.tls.ciphers import SuiteScan, find_preference, scan_suites
from vendor_audit.probes.tls.features import FeatureScan, scan_features
from vendor_audit.probes.tls.groups import GroupScan, scan_groups
from vendor_audit.probes.tls.hellos import Wish, hello
from vendor_audit.probes.tls.shares import everyday_shares
from vendor_audit.probes.tls.trust import Trust, look_again, look_at_trust
from vendor_audit.probes.tls.versions import VersionState, first_contact, settle
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.tls.peer import Peer


@dataclass(slots=True)
class Scan:
    """Everything that was found of a server."""

    states: list[VersionState]
    """One for each version, oldest first."""
    suites: list[SuiteScan]
    """One for each accepted version."""
    groups: GroupScan
    features: FeatureScan
    trust: Trust
    still_there: bool
    """Whether the server answered a hello that it is known to accept at the end, if anything depended on that."""


async def scan_server(peer: Peer, where: str, anchors: str) -> Scan:
    """Ask a server everything.

    Args:
        peer: the server.
        where: what the user calls it, for errors: ``meet.acme.example (192.0.2.1:443)``.
        anchors: PEM certificates that the vendor file trusts; empty: none.

    Raises:
        ProbeError: it cannot be reached, does not answer, speaks no TLS, or refuses every handshake.
    """
    judging = asyncio.create_task(look_at_trust(peer, anchors))
    try:
        states = await first_contact(peer)
        if not any(state.answer.is_tls for state in states):
            await _check_alive(states, judging, where)
        states = await settle(peer, states)
        if not any(state.say is Say.YES and state.version is not TlsVersion.TLS13 for state in states):
            # Groups and features are asked in the newest version before TLS 1.3, so it has to be known first.
            states = list(await asyncio.gather(*(_settle_suites(peer, state) for state in states)))
        if not any(state.say is Say.YES for state in states):
            raise _refusal(states, where)
        return await _ask_everything(peer, states, judging, anchors)
    finally:
        judging.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await judging


async def _check_alive(states: list[VersionState], judging: asyncio.Task[Trust], where: str) -> None:
    """Raise unless there is hope: a server that closes may be asked more modestly, a silent one hardly.

    Raises:
        ProbeError: there is none.
    """
    kinds = {state.answer.kind for state in states}
    if kinds & {Kind.CLOSED, Kind.RESET} and Kind.NOT_TLS not in kinds:
        return
    if not (await judging).is_tls:
        raise _refusal(states, where)


async def _settle_suites(peer: Peer, state: VersionState) -> VersionState:
    """Return a version that was refused for want of a common suite after asking it with all other suites."""
    if state.settled:
        return state
    scan = await scan_suites(peer, state)
    if scan.accepted:
        offered = tuple(sorted(scan.accepted))[: state.shape.suites]
        answer = await peer.ask(hello(state.version, offered, peer.server_name, state.shape))
        return replace(state, say=Say.YES, reason="accepted", offered=offered, answer=answer, settled=True, scan=scan)
    if scan.doubts.unknown:
        return replace(state, say=Say.UNKNOWN, reason=scan.doubts.unknown[0], settled=True)
    if scan.doubts.perhaps:
        return replace(state, say=Say.PERHAPS_NO, reason=scan.doubts.perhaps[0], settled=True)
    return replace(state, settled=True)


async def _ask_everything(peer: Peer, states: list[VersionState], judging: asyncio.Task[Trust], anchors: str) -> Scan:
    accepted = [state for state in states if state.say is Say.YES]

    async def suites(state: VersionState) -> tuple[VersionState, SuiteScan | None]:
        state = await _settle_suites(peer, state)
        if state.say is not Say.YES:
            return state, None
        scan = state.scan or await scan_suites(peer, state)
        await find_preference(peer, state, scan)
        return state, scan

    async def trust() -> Trust:
        found = await judging
        return await look_again(peer, anchors) if found.trusted is None else found

    async with asyncio.TaskGroup() as group:
        asking_suites = [group.create_task(suites(state)) for state in states]
        asking_groups = group.create_task(scan_groups(peer, accepted))
        asking_features = group.create_task(scan_features(peer, accepted))
        asking_trust = group.create_task(trust())
    states = [task.result()[0] for task in asking_suites]
    scan = Scan(
        states,
        [found for task in asking_suites if (found := task.result()[1]) is not None],
        asking_groups.result(),
        asking_features.result(),
        asking_trust.result(),
        still_there=True,
    )
    perhaps = [state for state in states if state.say is Say.PERHAPS_NO]
    if perhaps or scan.groups.doubts.perhaps or any(each.doubts.perhaps for each in scan.suites):
        scan.still_there = await _is_still_there(peer, accepted[-1])
    return scan


async def _is_still_there(peer: Peer, state: VersionState) -> bool:
    shares = everyday_shares() if state.shape.share and state.version is TlsVersion.TLS13 else ()
    question = hello(state.version, state.offered, peer.server_name, state.shape, Wish(shares=shares))
    answer = await peer.ask(question)
    return answer.says(state.version, state.offered)[0] is Say.YES


def _refusal(states: list[VersionState], where: str) -> ProbeError:
    """Return why a server cannot be observed, by what tells most."""
    answers = [state.answer for state in states]
    seen = {answer.kind: answer for answer in answers}
    for kind, failure in _TELLING:
        if kind in seen:
            words = _WORDS[kind].format(where=where, detail=seen[kind].detail, what=_what(seen[kind].received))
            return ProbeError(failure, words)
    return next(
        (ProbeError(answer.failure.kind, answer.failure.message) for answer in answers if answer.failure),
        ProbeError("protocol", f"{where} accepts no TLS handshake: {answers[-1].detail or states[-1].reason}"),
    )


_TELLING: Final = (
    (Kind.NOT_TLS, "not_tls"),
    (Kind.ALERT, "protocol"),
    (Kind.BROKEN, "protocol"),
    (Kind.SILENT, "connection_timeout"),
    (Kind.RESET, "connection_reset"),
    (Kind.CLOSED, "protocol"),
)
"""The kinds of answers, the most telling first, and the kind of failure that each makes."""
_WORDS: Final = {
    Kind.NOT_TLS: "{where} speaks no TLS: it answered {what}",
    Kind.ALERT: "{where} refuses every TLS handshake: {detail}",
    Kind.BROKEN: "{where} breaks the TLS protocol: {detail}",
    Kind.SILENT: "{where} takes connections, but: {detail}",
    Kind.RESET: "{where} resets the connection whatever TLS hello it gets",
    Kind.CLOSED: "{where} closes the connection whatever TLS hello it gets",
}


def _what(received: bytes) -> str:
    text = received[:60].decode("ascii", "replace")
    if text.startswith("HTTP/") or text.lstrip().startswith("<"):
        return "in plain HTTP"
    if text.startswith("SSH-"):
        return "in SSH"
    return "with something else"

"""Which cipher suites a server accepts in a version, and whose order decides.

A server tells one suite a handshake. So: offer many, take away the one that it chose, offer the rest, until it refuses.
The suites are dealt out like cards into piles of at most 64 that are worked off at the same time; suites that are alike
lie together before and fall into different piles, so that no pile gets all that the server likes. A pile with many hits
is cut in two.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.tls.answers import Doubts, Say
from vendor_audit.probes.tls.hellos import Wish, hello
from vendor_audit.probes.tls.peer import prime_is_needed
from vendor_audit.probes.tls.shares import everyday_shares
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.tls_server_messages import KeyExchange, MessageType, parse_key_exchange
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.probes.tls.answers import Answer
    from vendor_audit.probes.tls.peer import Peer
    from vendor_audit.probes.tls.versions import VersionState

_CUT_AFTER: Final = 6
"""Hits in a pile before it is cut in two."""
_WORTH_CUTTING: Final = 8
"""Suites that a pile must have left for that."""


@dataclass(slots=True)
class SuiteScan:
    """What was found in one version."""

    version: TlsVersion
    accepted: set[int] = field(default_factory=set)
    doubts: Doubts = field(default_factory=Doubts.none)
    primes: set[int] = field(default_factory=set)
    """The primes that the server sent for its DHE suites."""
    server_preference: bool | None = None
    preference_doubt: str = ""


def deal(cards: Sequence[int], pile: int) -> list[tuple[int, ...]]:
    """Return the cards in as few piles of at most ``pile`` as possible, neighbours apart."""
    count = -(-len(cards) // pile)
    return [tuple(cards[start::count]) for start in range(count)]


async def scan_suites(peer: Peer, state: VersionState) -> SuiteScan:
    """Return the suites that the server accepts in a version, from where the first contact left off."""
    scan = SuiteScan(state.version)
    if state.say is Say.YES:
        _accept(scan, state.answer)
        left = [code for code in suites_of(state.version) if code not in scan.accepted]
    else:
        left = [code for code in suites_of(state.version) if code not in state.offered]
    await asyncio.gather(
        *(_work_off(peer, state, scan, pile) for pile in deal(sorted(left, key=_kinship), state.shape.suites))
    )
    return scan


def _kinship(code: int) -> tuple[str, str, str, int]:
    """Return a sort key that puts suites side by side of which a server has all or none."""
    suite = cipher_suite(code)
    return (suite.key_exchange, suite.authentication, suite.encryption, code)


async def _work_off(peer: Peer, state: VersionState, scan: SuiteScan, pile: tuple[int, ...]) -> None:
    hits = 0
    while pile:
        if hits >= _CUT_AFTER and len(pile) >= _WORTH_CUTTING:
            halves = deal(pile, -(-len(pile) // 2))
            await asyncio.gather(*(_work_off(peer, state, scan, half) for half in halves))
            return
        answer, say = await _offer(peer, state, pile, scan.doubts)
        if say is not Say.YES or answer.hello is None:
            return
        hits += 1
        _accept(scan, answer)
        chosen = answer.hello.suite
        pile = tuple(code for code in pile if code != chosen)


async def _offer(peer: Peer, state: VersionState, suites: tuple[int, ...], doubts: Doubts) -> tuple[Answer, Say]:
    shares = everyday_shares() if state.shape.share and state.version is TlsVersion.TLS13 else ()
    question = hello(state.version, suites, peer.server_name, state.shape, Wish(shares=shares))
    answer = await peer.ask(question, prime_is_needed)
    say, reason = answer.says(state.version, suites)
    doubts.note(say, reason)
    return answer, say


def _accept(scan: SuiteScan, answer: Answer) -> None:
    if answer.hello is None:
        return
    scan.accepted.add(answer.hello.suite)
    prime = key_exchange_of(answer).prime
    if prime:
        scan.primes.add(prime)


def key_exchange_of(answer: Answer) -> KeyExchange:
    """Return what the server sent for the key agreement; empty where it sent nothing or nothing readable."""
    if answer.hello is None:
        return KeyExchange()
    kind = cipher_suite(answer.hello.suite).key_exchange
    for message in answer.messages:
        if message.kind == MessageType.SERVER_KEY_EXCHANGE:
            try:
                return parse_key_exchange(message.body, kind)
            except WireError:
                return KeyExchange()
    return KeyExchange()


async def find_preference(peer: Peer, state: VersionState, scan: SuiteScan) -> None:
    """Set whose order decides: the server's, if it chooses the same suite from an order and from its reverse.

    ChaCha20 stands in the middle both times: some servers prefer it only where the client puts it first.
    """
    if len(scan.accepted) < 2:  # noqa: PLR2004 # one suite has no order
        return
    order = sorted(scan.accepted)
    mobile = [code for code in order if cipher_suite(code).encryption.startswith("CHACHA20")]
    others = [code for code in order if code not in mobile]
    middle = len(others) // 2
    order = (others[:middle] + mobile + others[middle:])[: state.shape.suites]
    doubts = Doubts.none()
    (one, first), (other, second) = await asyncio.gather(
        _offer(peer, state, tuple(order), doubts),
        _offer(peer, state, tuple(reversed(order)), doubts),
    )
    if first is Say.YES and second is Say.YES and one.hello and other.hello:
        scan.server_preference = one.hello.suite == other.hello.suite
    else:
        scan.preference_doubt = "; ".join([*doubts.unknown, *doubts.perhaps]) or "the server refused its own suites"

"""Which groups a server agrees to.

TLS 1.3: a hello with groups but no key share makes the server name the group that it wants in a HelloRetryRequest, so
even post-quantum groups are found without computing in them. TLS 1.2 and older: the ServerKeyExchange names the curve
or carries the prime.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.probes.tls.answers import Doubts, Say
from vendor_audit.probes.tls.ciphers import deal, key_exchange_of
from vendor_audit.probes.tls.hellos import MODEST, Wish, groups_for, hello
from vendor_audit.probes.tls.peer import key_exchange_is_needed
from vendor_audit.probes.tls.shares import public_share
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.primes import prime_name
from vendor_audit.wire.registry import groups
from vendor_audit.wire.tls_server_messages import MessageType, parse_certificates
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.tls.answers import Answer
    from vendor_audit.probes.tls.peer import Peer
    from vendor_audit.probes.tls.versions import VersionState

_PILE_13: Final = 8
"""Groups in a hello of TLS 1.3: four piles or so."""
_PILE_12: Final = 20


@dataclass(slots=True)
class GroupScan:
    """What was found, over all versions."""

    accepted: set[int] = field(default_factory=set)
    doubts: Doubts = field(default_factory=Doubts.none)
    primes: set[int] = field(default_factory=set)


async def scan_groups(peer: Peer, states: list[VersionState]) -> GroupScan:
    """Return the groups of TLS 1.3 and of the newest accepted version before it."""
    scan = GroupScan()
    accepted = [state for state in states if state.say is Say.YES]
    older = [state for state in accepted if state.version is not TlsVersion.TLS13]
    jobs = [_scan_13(peer, state, scan) for state in accepted if state.version is TlsVersion.TLS13]
    if older and older[-1].version is not TlsVersion.SSL3:
        jobs += [_scan_curves(peer, older[-1], scan), _scan_fields(peer, older[-1], scan)]
    await asyncio.gather(*jobs)
    return scan


async def _scan_13(peer: Peer, state: VersionState, scan: GroupScan) -> None:
    every = groups_for(TlsVersion.TLS13)
    if state.shape.share:
        await asyncio.gather(*(_one_13(peer, state, scan, code) for code in every))
        return
    if state.answer.hello is not None and state.answer.hello.group is not None:
        scan.accepted.add(state.answer.hello.group)
    left = [code for code in every if code not in scan.accepted]
    await asyncio.gather(*(_pile_13(peer, state, scan, pile) for pile in deal(left, _PILE_13)))


async def _pile_13(peer: Peer, state: VersionState, scan: GroupScan, pile: tuple[int, ...]) -> None:
    suites = suites_of(TlsVersion.TLS13)
    while pile:
        answer = await peer.ask(hello(state.version, suites, peer.server_name, state.shape, Wish(groups=pile)))
        say, reason = answer.says(state.version, suites)
        scan.doubts.note(say, reason)
        chosen = answer.hello.group if answer.hello else None
        if say is not Say.YES or chosen is None or chosen not in pile:
            return
        scan.accepted.add(chosen)
        pile = tuple(code for code in pile if code != chosen)


async def _one_13(peer: Peer, state: VersionState, scan: GroupScan, code: int) -> None:
    share = public_share(code)
    if share is None:
        scan.doubts.unknown.append(f"{groups()[code].name} cannot be asked of a server that wants a key share at once")
        return
    suites = suites_of(TlsVersion.TLS13)
    wish = Wish(groups=(code,), shares=((code, share),))
    answer = await peer.ask(hello(state.version, suites, peer.server_name, state.shape, wish))
    say, reason = answer.says(state.version, suites)
    scan.doubts.note(say, reason)
    if say is Say.YES:
        scan.accepted.add(code)


@cache
def _ephemeral(version: TlsVersion, *, curve: bool, ecdsa: bool = False) -> tuple[int, ...]:
    """Return the suites that send a curve, or a prime; of the curve suites either those with ECDSA or all others."""
    found = [cipher_suite(code) for code in suites_of(version)]
    if not curve:
        exchanges = {"DHE", "DHE_EXPORT", "DHE_PSK"}
        return tuple(each.code for each in found if each.key_exchange in exchanges)[:64]
    anonymous = [each for each in found if each.key_exchange == "ECDH" and each.authentication == "anon"]
    chosen = [each for each in found if each.key_exchange in {"ECDHE", "ECDHE_PSK"}]
    return tuple(each.code for each in chosen + anonymous if (each.authentication == "ECDSA") is ecdsa)[:64]


async def _scan_curves(peer: Peer, state: VersionState, scan: GroupScan) -> None:
    """Find the curves of TLS 1.2 and older.

    A server with an ECDSA certificate grants no ECDSA suite to a client that does not list the certificate's own curve
    (RFC 8422, 5.1.1). So this curve stays in every hello, last; once the server chooses it, no other one is reachable.
    """
    before = len(scan.doubts.perhaps) + len(scan.doubts.unknown)
    every = groups_for(state.version, finite_field=False)
    plain = _ephemeral(state.version, curve=True)
    piles = deal(every, _PILE_12 if state.shape is not MODEST else 4)
    found = await asyncio.gather(*(_pile_12(peer, state, scan, (plain, pile), None) for pile in piles))
    if any(found) or len(scan.doubts.perhaps) + len(scan.doubts.unknown) > before:
        return
    suites = _ephemeral(state.version, curve=True, ecdsa=True)
    answer = await peer.ask(
        hello(state.version, suites, peer.server_name, state.shape, Wish(groups=every)), key_exchange_is_needed
    )
    say, reason = answer.says(state.version, suites)
    scan.doubts.note(say, reason)
    chosen = key_exchange_of(answer).group
    if say is not Say.YES or chosen is None:
        return
    scan.accepted.add(chosen)
    own = _certificate_curve(answer)
    left = tuple(code for code in every if code not in {chosen, own})
    await asyncio.gather(*(_pile_12(peer, state, scan, (suites, pile), own) for pile in deal(left, _PILE_12)))


async def _pile_12(
    peer: Peer,
    state: VersionState,
    scan: GroupScan,
    offered: tuple[tuple[int, ...], tuple[int, ...]],
    last: int | None,
) -> bool:
    """Work off a pile of curves (the second of ``offered``) with suites (the first); return whether one was found."""
    suites, pile = offered
    found = False
    while pile:
        wish = Wish(groups=pile if last is None else (*pile, last))
        question = hello(state.version, suites, peer.server_name, state.shape, wish)
        answer = await peer.ask(question, key_exchange_is_needed)
        say, reason = answer.says(state.version, suites)
        scan.doubts.note(say, reason)
        chosen = key_exchange_of(answer).group
        if say is not Say.YES or chosen is None:
            return found
        found = True
        scan.accepted.add(chosen)
        if chosen not in pile:  # the certificate's own curve, or a server that does not care what it was offered
            return found
        pile = tuple(code for code in pile if code != chosen)
    return found


def _certificate_curve(answer: Answer) -> int | None:
    """Return the group of the key of an ECDSA certificate, or None where that cannot be said."""
    try:
        for message in answer.messages:
            if message.kind == MessageType.CERTIFICATE:
                key = x509.load_der_x509_certificate(parse_certificates(message.body)[0]).public_key()
                if isinstance(key, ec.EllipticCurvePublicKey):
                    names = {group.name: code for code, group in groups().items()}
                    return names.get(key.curve.name)
    except (WireError, ValueError, LookupError, UnsupportedAlgorithm):
        return None
    return None


async def _scan_fields(peer: Peer, state: VersionState, scan: GroupScan) -> None:
    """Find the finite fields that a server takes from the client's list (RFC 7919); others are seen with the suites."""
    suites = _ephemeral(state.version, curve=False)
    left = tuple(code for code, group in groups().items() if group.kind == "finite field")
    while left:
        question = hello(state.version, suites, peer.server_name, state.shape, Wish(groups=left))
        answer = await peer.ask(question, key_exchange_is_needed)
        say, reason = answer.says(state.version, suites)
        scan.doubts.note(say, reason)
        prime = key_exchange_of(answer).prime
        if say is not Say.YES or prime is None:
            return
        scan.primes.add(prime)
        chosen = field_code(prime)
        if chosen not in left:
            return
        left = tuple(code for code in left if code != chosen)


def field_code(prime: int) -> int | None:
    """Return the code point of the group whose prime this is, or None for any other prime."""
    name = prime_name(prime)
    return next((code for code, group in groups().items() if group.name == name), None)

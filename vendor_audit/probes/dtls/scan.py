"""One DTLS server, asked everything, in as few handshakes as that takes; none of them is finished.

First the three versions, side by side: DTLS 1.2 by a hello as ordinary clients send it, of which the whole flight is
read. Then cipher suites, groups and SRTP profiles: offer all, take away what the server chose, offer the rest, until
it chooses none. At the end, if the server said no in a way that may mean "not now", the ordinary hello again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.probes.dtls.hellos import all_profiles, dtls_hello, everyday_suites, ordinary_groups
from vendor_audit.probes.dtls.peer import failure_of
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Answer, Doubts, Kind, Say
from vendor_audit.probes.tls.ciphers import deal, key_exchange_of
from vendor_audit.probes.tls.features import chain_of
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.dtls_hello import HelloExtension, parse_use_srtp
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.registry import groups
from vendor_audit.wire.tls_server_messages import MessageType
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from vendor_audit.probes.dtls.peer import DtlsPeer

_T = TypeVar("_T")
_PILE: Final = 134
"""Suites in a hello: with all 400 it would not fit one datagram on every path."""


@dataclass(slots=True)
class VersionFound:
    """What a server says to a version."""

    version: DtlsVersion
    say: Say
    reason: str
    answer: Answer
    suites: tuple[int, ...]
    """What was offered."""


@dataclass(slots=True)
class DtlsScan:
    """Everything that was found of a server."""

    versions: list[VersionFound]
    suites: dict[DtlsVersion, set[int]] = field(default_factory=dict)
    suite_doubts: Doubts = field(default_factory=Doubts.none)
    server_preference: bool | None = None
    groups: set[int] = field(default_factory=set)
    group_doubts: Doubts = field(default_factory=Doubts.none)
    primes: set[int] = field(default_factory=set)
    profiles: list[int] = field(default_factory=list)
    """In the order in which the server prefers them."""
    profile_doubts: Doubts = field(default_factory=Doubts.none)
    profiles_asked: bool = False
    mki: bool | None = None
    """Whether it chose a profile with an MKI."""
    chain: tuple[bytes, ...] = ()
    still_there: bool = True

    @property
    def best(self) -> VersionFound | None:
        """The newest version that it accepts and whose handshake is in plaintext."""
        older = [each for each in self.versions if each.version is not DtlsVersion.DTLS13 and each.say is Say.YES]
        return older[-1] if older else None


def hello_is_enough(_answer: Answer) -> bool:
    """Stop reading at the ServerHello."""
    return True


def key_exchange_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerKeyExchange, or where it would have come."""
    last = {MessageType.SERVER_KEY_EXCHANGE, MessageType.CERTIFICATE_REQUEST, MessageType.SERVER_HELLO_DONE}
    return _is_sealed(answer) or any(each.kind in last for each in answer.messages)


def prime_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerHello, unless a prime of the server's choice follows."""
    if answer.hello is None or not cipher_suite(answer.hello.suite).key_exchange.startswith("DHE"):
        return True
    return key_exchange_is_needed(answer)


def whole_flight_is_needed(answer: Answer) -> bool:
    """Stop reading at the end of the server's flight."""
    return _is_sealed(answer) or any(each.kind == MessageType.SERVER_HELLO_DONE for each in answer.messages)


def _is_sealed(answer: Answer) -> bool:
    return answer.hello is not None and answer.hello.version == DtlsVersion.DTLS13


async def look_once(peer: DtlsPeer, server_name: str, *, media: bool) -> DtlsScan:
    """Return what one ordinary handshake tells: what any client gets.

    Raises:
        ProbeError: the server does not answer in DTLS.
    """
    found = await _version(peer, DtlsVersion.DTLS12, server_name, media=media)
    scan = DtlsScan([found])
    _check(scan)
    await _read_flight(scan, media=media)
    return scan


async def scan_server(peer: DtlsPeer, server_name: str, *, media: bool) -> DtlsScan:
    """Ask a server everything.

    Args:
        peer: the server.
        server_name: for the SNI extension; empty: none is sent.
        media: whether it protects media, so that SRTP profiles are asked for.

    Raises:
        ProbeError: the server does not answer in DTLS.
    """
    asked = [DtlsVersion.DTLS10, DtlsVersion.DTLS12, DtlsVersion.DTLS13]
    scan = DtlsScan(await _side_by_side(*(_version(peer, each, server_name, media=media) for each in asked)))
    _check(scan)
    await _read_flight(scan, media=media)
    # What matters most first, in case the budget ends: profiles, then suites, then groups and the order.
    if media and scan.best is not None:
        scan.profiles_asked = True
        await _profiles(peer, scan, scan.best, server_name)
    accepted = [each for each in scan.versions if each.say is Say.YES]
    await _side_by_side(*(_suites(peer, scan, each, server_name) for each in accepted))
    await _side_by_side(*(_groups(peer, scan, each, server_name) for each in accepted))
    if scan.best is not None:
        await _preference(peer, scan, scan.best, server_name)
    await _control(peer, scan, server_name, media=media)
    return scan


async def _side_by_side(*jobs: Coroutine[Any, Any, _T]) -> list[_T]:
    """Return what the jobs return. None outlives this, even if it is cancelled: closing a way may take a moment."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in jobs]
    return [each.result() for each in tasks]


async def _version(peer: DtlsPeer, version: DtlsVersion, server_name: str, *, media: bool) -> VersionFound:
    profiles = all_profiles()[:2] + all_profiles()[4:6] if media else ()
    suites = everyday_suites(version)
    enough = whole_flight_is_needed if version is DtlsVersion.DTLS12 else hello_is_enough
    answer = await peer.ask(dtls_hello(version, suites, server_name, profiles=profiles), enough, version.label)
    say, reason = answer.says(version, suites)
    if say is Say.NO and not answer.refuses_version and answer.kind is Kind.ALERT and version is not DtlsVersion.DTLS13:
        # It may want one of the rarer suites.
        suites = tuple(code for code in suites_of(version.tls) if code not in suites)[:_PILE]
        answer = await peer.ask(dtls_hello(version, suites, server_name, profiles=profiles), enough, version.label)
        say, reason = answer.says(version, suites)
    return VersionFound(version, say, reason, answer, suites)


def _check(scan: DtlsScan) -> None:
    """Confirm that the server speaks DTLS.

    Raises:
        ProbeError: nothing that it answered was DTLS.
    """
    if not any(each.answer.is_tls for each in scan.versions):
        newest = next((each for each in scan.versions if each.version is DtlsVersion.DTLS12), scan.versions[0])
        failure = failure_of(newest.answer)
        raise ProbeError(failure.kind, failure.message)


async def _read_flight(scan: DtlsScan, *, media: bool) -> None:
    found = scan.best
    if found is None or found.answer.hello is None:
        return
    scan.chain = chain_of(found.answer)
    scan.suites.setdefault(found.version, set()).add(found.answer.hello.suite)
    if media:
        _note_profile(scan, found.answer)
    group = key_exchange_of(found.answer).group
    if group is not None:
        scan.groups.add(group)


def _note_profile(scan: DtlsScan, answer: Answer) -> int | None:
    """Return the profile that the server chose, and keep it; None: it chose none."""
    if answer.hello is None or HelloExtension.USE_SRTP not in answer.hello.extensions:
        return None
    try:
        chosen, mki = parse_use_srtp(answer.hello.extensions[HelloExtension.USE_SRTP])
    except WireError as error:
        scan.profile_doubts.unknown.append(f"the server's use_srtp extension is malformed: {error}")
        return None
    scan.mki = bool(scan.mki) or bool(mki)
    if len(chosen) != 1:
        scan.profile_doubts.unknown.append(
            f"the server chose {len(chosen)} profiles at once (RFC 5764, 4.1.1 wants one)"
        )
        return None
    if chosen[0] not in scan.profiles:
        scan.profiles.append(chosen[0])
    return chosen[0]


async def _profiles(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    """Find the profiles. A refusal shows as a handshake that goes on without use_srtp, not as an alert."""
    left = tuple(code for code in all_profiles() if code not in scan.profiles)
    suites = found.suites
    while left:
        hello = dtls_hello(found.version, suites, server_name, profiles=left)
        answer = await peer.ask(hello, hello_is_enough, "SRTP profiles")
        say, reason = answer.says(found.version, suites)
        scan.profile_doubts.note(say, reason)
        if say is not Say.YES:
            return
        chosen = _note_profile(scan, answer)
        if chosen not in left:
            return
        left = tuple(code for code in left if code != chosen)


async def _suites(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    accepted = scan.suites.setdefault(found.version, set())
    if found.answer.hello is not None:
        accepted.add(found.answer.hello.suite)
    kin = sorted((code for code in suites_of(found.version.tls) if code not in accepted), key=_kinship)

    async def work_off(pile: tuple[int, ...]) -> None:
        while pile:
            hello = dtls_hello(found.version, pile, server_name)
            answer = await peer.ask(hello, prime_is_needed, f"{found.version.label} suites")
            say, reason = answer.says(found.version, pile)
            scan.suite_doubts.note(say, reason)
            if say is not Say.YES or answer.hello is None:
                return
            accepted.add(answer.hello.suite)
            prime = key_exchange_of(answer).prime
            if prime:
                scan.primes.add(prime)
            pile = tuple(code for code in pile if code not in accepted)

    await _side_by_side(*(work_off(pile) for pile in deal(kin, _PILE)))


def _kinship(code: int) -> tuple[str, str, str, int]:
    suite = cipher_suite(code)
    return (suite.key_exchange, suite.authentication, suite.encryption, code)


async def _groups(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    """Find the groups. The curve of an ECDSA certificate stays in every hello, last (RFC 8422, 5.1.1)."""
    modern = found.version is DtlsVersion.DTLS13
    suites = tuple(
        code for code in sorted(scan.suites[found.version]) if modern or cipher_suite(code).key_exchange == "ECDHE"
    )
    if not suites or (not modern and found is not scan.best):
        return
    own = None if modern else _certificate_curve(scan.chain)
    left = tuple(code for code in ordinary_groups(found.version) if code != own)
    if found.answer.hello is not None and found.answer.hello.group is not None:
        scan.groups.add(found.answer.hello.group)
    left = tuple(code for code in left if code not in scan.groups)
    while left:
        offered = left if own is None else (*left, own)
        hello = dtls_hello(found.version, suites, server_name, groups=offered)
        answer = await peer.ask(hello, key_exchange_is_needed, f"{found.version.label} groups")
        say, reason = answer.says(found.version, suites)
        scan.group_doubts.note(say, reason)
        if say is not Say.YES or answer.hello is None:
            return
        chosen = answer.hello.group if modern else key_exchange_of(answer).group
        if chosen is None:
            scan.group_doubts.unknown.append(answer.detail or "the server's key exchange cannot be read")
            return
        scan.groups.add(chosen)
        if chosen not in left:
            return
        left = tuple(code for code in left if code != chosen)


def _certificate_curve(chain: tuple[bytes, ...]) -> int | None:
    try:
        key = x509.load_der_x509_certificate(chain[0]).public_key()
    except (IndexError, ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    return next((code for code, group in groups().items() if group.name == key.curve.name), None)


async def _preference(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    order = tuple(sorted(scan.suites[found.version]))
    if len(order) < 2:  # noqa: PLR2004 # one suite has no order
        return
    one, other = await _side_by_side(
        peer.ask(dtls_hello(found.version, order, server_name), hello_is_enough, "order of suites"),
        peer.ask(dtls_hello(found.version, order[::-1], server_name), hello_is_enough, "order of suites"),
    )
    if one.hello is not None and other.hello is not None:
        scan.server_preference = one.hello.suite == other.hello.suite


async def _control(peer: DtlsPeer, scan: DtlsScan, server_name: str, *, media: bool) -> None:
    """Ask the ordinary question again where something depends on the server's being still there."""
    perhaps = (scan.suite_doubts.perhaps, scan.group_doubts.perhaps, scan.profile_doubts.perhaps)
    if not any(perhaps) and all(each.say is not Say.PERHAPS_NO for each in scan.versions):
        return
    found = scan.best
    if found is None:
        scan.still_there = False
        return
    profiles = all_profiles() if media else ()
    hello = dtls_hello(found.version, found.suites, server_name, profiles=profiles)
    answer = await peer.ask(hello, hello_is_enough, "control")
    scan.still_there = answer.says(found.version, found.suites)[0] is Say.YES

"""What a DTLS server takes: offer all, take away what it chose, offer the rest, until it chooses none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.probes.dtls.hellos import all_profiles, dtls_hello, ordinary_groups
from vendor_audit.probes.dtls.model import hello_is_enough, key_exchange_is_needed, prime_is_needed, side_by_side
from vendor_audit.probes.tls.answers import Say
from vendor_audit.probes.tls.ciphers import deal, key_exchange_of
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.dtls_hello import HelloExtension, parse_use_srtp
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.registry import groups
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.dtls.model import DtlsScan, VersionFound
    from vendor_audit.probes.dtls.peer import DtlsPeer
    from vendor_audit.probes.tls.answers import Answer

PILE: Final = 134
"""Suites in a hello: with all 400 it would not fit one datagram on every path."""


def note_profile(scan: DtlsScan, answer: Answer) -> int | None:
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


async def find_profiles(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
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
        chosen = note_profile(scan, answer)
        if chosen not in left:
            return
        left = tuple(code for code in left if code != chosen)


async def find_suites(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    """Find the cipher suites of a version, and the primes of those that have one."""
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

    await side_by_side(*(work_off(pile) for pile in deal(kin, PILE)))


def _kinship(code: int) -> tuple[str, str, str, int]:
    suite = cipher_suite(code)
    return (suite.key_exchange, suite.authentication, suite.encryption, code)


async def find_groups(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
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


async def find_preference(peer: DtlsPeer, scan: DtlsScan, found: VersionFound, server_name: str) -> None:
    """Set whose order decides: the server's, if it chooses the same suite from an order and from its reverse."""
    order = tuple(sorted(scan.suites[found.version]))
    if len(order) < 2:  # noqa: PLR2004 # one suite has no order
        return
    one, other = await side_by_side(
        peer.ask(dtls_hello(found.version, order, server_name), hello_is_enough, "order of suites"),
        peer.ask(dtls_hello(found.version, order[::-1], server_name), hello_is_enough, "order of suites"),
    )
    if one.hello is not None and other.hello is not None:
        scan.server_preference = one.hello.suite == other.hello.suite

"""One DTLS server, asked everything, in as few handshakes as that takes; none of them is finished.

First the three versions, side by side: DTLS 1.2 by a hello as ordinary clients send it, of which the whole flight is
read. Then cipher suites, groups and SRTP profiles: offer all, take away what the server chose, offer the rest, until
it chooses none. At the end, if the server said no in a way that may mean "not now", the ordinary hello again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.probes.dtls.hellos import all_profiles, dtls_hello, everyday_suites
from vendor_audit.probes.dtls.model import (
    DtlsScan,
    VersionFound,
    hello_is_enough,
    side_by_side,
    whole_flight_is_needed,
)
from vendor_audit.probes.dtls.offers import (
    PILE,
    find_groups,
    find_preference,
    find_profiles,
    find_suites,
    note_profile,
)
from vendor_audit.probes.dtls.peer import failure_of
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Kind, Say
from vendor_audit.probes.tls.ciphers import key_exchange_of
from vendor_audit.probes.tls.features import chain_of
from vendor_audit.wire.cipher_suites import suites_of
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.dtls.peer import DtlsPeer


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
    scan = DtlsScan(await side_by_side(*(_version(peer, each, server_name, media=media) for each in asked)))
    _check(scan)
    await _read_flight(scan, media=media)
    # What matters most first, in case the budget ends: profiles, then suites, then groups and the order.
    if media and scan.best is not None:
        scan.profiles_asked = True
        await find_profiles(peer, scan, scan.best, server_name)
    accepted = [each for each in scan.versions if each.say is Say.YES]
    await side_by_side(*(find_suites(peer, scan, each, server_name) for each in accepted))
    await side_by_side(*(find_groups(peer, scan, each, server_name) for each in accepted))
    if scan.best is not None:
        await find_preference(peer, scan, scan.best, server_name)
    await _control(peer, scan, server_name, media=media)
    return scan


async def _version(peer: DtlsPeer, version: DtlsVersion, server_name: str, *, media: bool) -> VersionFound:
    profiles = all_profiles()[:2] + all_profiles()[4:6] if media else ()
    suites = everyday_suites(version)
    enough = whole_flight_is_needed if version is DtlsVersion.DTLS12 else hello_is_enough
    answer = await peer.ask(dtls_hello(version, suites, server_name, profiles=profiles), enough, version.label)
    say, reason = answer.says(version, suites)
    if say is Say.NO and not answer.refuses_version and answer.kind is Kind.ALERT and version is not DtlsVersion.DTLS13:
        # It may want one of the rarer suites.
        suites = tuple(code for code in suites_of(version.tls) if code not in suites)[:PILE]
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
        note_profile(scan, found.answer)
    group = key_exchange_of(found.answer).group
    if group is not None:
        scan.groups.add(group)


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

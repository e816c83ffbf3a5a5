"""The features of the handshake: ALPN, compression, secure renegotiation, extended master secret, OCSP stapling."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.tls.answers import Kind, Say
from vendor_audit.probes.tls.hellos import Wish, hello
from vendor_audit.probes.tls.peer import whole_flight_is_needed
from vendor_audit.probes.tls.sealed import OPENABLE, Opened, Opener
from vendor_audit.probes.tls.shares import new_share
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.tls_server_messages import (
    ExtensionCode,
    MessageType,
    parse_application_protocol,
    parse_certificate_status,
    parse_certificates,
)
from vendor_audit.wire.versions import TlsVersion

if TYPE_CHECKING:
    from vendor_audit.probes.tls.answers import Answer
    from vendor_audit.probes.tls.peer import Peer
    from vendor_audit.probes.tls.versions import VersionState

WEB_PROTOCOLS: Final = ("h2", "http/1.1")
_NO_APPLICATION_PROTOCOL: Final = 120


@dataclass(slots=True)
class FeatureScan:
    """What was found; a feature that is in neither part was not looked for."""

    facts: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    """Feature -> why it could not be established."""
    chain: tuple[bytes, ...] = ()
    """The certificates in DER as sent; empty where they could not be read."""


async def scan_features(peer: Peer, states: list[VersionState]) -> FeatureScan:
    """Return the features, seen at the newest accepted version before TLS 1.3 where there is one."""
    scan = FeatureScan()
    older = [each for each in states if each.say is Say.YES and each.version is not TlsVersion.TLS13]
    if older:
        await asyncio.gather(_handshake_features(peer, older[-1], scan), _protocols(peer, older[-1], scan))
    else:
        # RFC 8446, 4.1.2 and appendix C.4: no compression, no renegotiation, the transcript is always bound.
        scan.facts |= {"compression": False, "secure_renegotiation": True, "extended_master_secret": True}
        if states:
            await _sealed_features(peer, states[-1], scan)
    return scan


async def _handshake_features(peer: Peer, state: VersionState, scan: FeatureScan) -> None:
    suites = (state.answer.hello.suite, *state.offered) if state.answer.hello else state.offered
    suites = tuple(dict.fromkeys(suites))
    compressed = True
    answer = await _ask(peer, state, suites, Wish(compression=True, stapling=True))
    if answer.says(state.version, suites)[0] is not Say.YES:
        # Some servers end the handshake over the mere offer of compression. Then they cannot agree to it either.
        compressed = False
        answer = await _ask(peer, state, suites, Wish(stapling=True))
    say, reason = answer.says(state.version, suites)
    if say is not Say.YES or answer.hello is None:
        for name in ("compression", "secure_renegotiation", "extended_master_secret", "ocsp_stapled"):
            scan.unknown[name] = reason
        return
    if compressed:
        scan.facts["compression"] = answer.hello.compression != 0
    else:
        scan.unknown["compression"] = "the server did not answer a hello that offers compression"
    extensions = answer.hello.extensions
    scan.facts["secure_renegotiation"] = ExtensionCode.RENEGOTIATION_INFO in extensions
    scan.facts["extended_master_secret"] = ExtensionCode.EXTENDED_MASTER_SECRET in extensions
    scan.facts["ocsp_stapled"] = _is_stapled(answer)
    scan.chain = chain_of(answer)


async def _ask(peer: Peer, state: VersionState, suites: tuple[int, ...], wish: Wish) -> Answer:
    question = hello(state.version, suites, peer.server_name, state.shape, wish)
    return await peer.ask(question, whole_flight_is_needed)


def _is_stapled(answer: Answer) -> bool:
    try:
        return any(
            parse_certificate_status(each.body)
            for each in answer.messages
            if each.kind == MessageType.CERTIFICATE_STATUS
        )
    except WireError:
        return False


def chain_of(answer: Answer) -> tuple[bytes, ...]:
    """Return the certificates of a plaintext flight in DER; none where it has none that can be read."""
    for message in answer.messages:
        if message.kind == MessageType.CERTIFICATE:
            try:
                return parse_certificates(message.body)
            except WireError:
                return ()
    return ()


async def _protocols(peer: Peer, state: VersionState, scan: FeatureScan) -> None:
    """Ask for each protocol alone: the server's choice among several would hide the others."""
    if state.version is TlsVersion.SSL3:
        scan.facts["alpn"] = []
        return
    questions = [
        peer.ask(hello(state.version, state.offered, peer.server_name, state.shape, Wish(protocols=(name,))))
        for name in WEB_PROTOCOLS
    ]
    agreed: list[str] = []
    for name, answer in zip(WEB_PROTOCOLS, await asyncio.gather(*questions), strict=True):
        if answer.alert is not None and answer.alert.description == _NO_APPLICATION_PROTOCOL:
            continue
        say, reason = answer.says(state.version, state.offered)
        if say is not Say.YES or answer.hello is None:
            scan.unknown["alpn"] = reason
        elif ExtensionCode.ALPN in answer.hello.extensions:
            try:
                chosen = parse_application_protocol(answer.hello.extensions[ExtensionCode.ALPN])
            except WireError as error:
                scan.unknown["alpn"] = f"the server's choice is malformed: {error}"
                continue
            if chosen == name:
                agreed.append(name)
    if agreed or "alpn" not in scan.unknown:
        scan.facts["alpn"] = agreed


async def _sealed_features(peer: Peer, state: VersionState, scan: FeatureScan) -> None:
    """Open the flight of a server that speaks nothing but TLS 1.3, once for each protocol."""
    wanted = state.answer.hello.group if state.answer.hello else None
    opened = await asyncio.gather(*(_open_flight(peer, state, wanted, name) for name in WEB_PROTOCOLS))
    agreed: list[str] = []
    for name, (found, problem) in zip(WEB_PROTOCOLS, opened, strict=True):
        refused = found is not None and found.alert is not None and found.alert.description == _NO_APPLICATION_PROTOCOL
        if found is None or (found.alert is not None and not refused):
            scan.unknown["alpn"] = problem
        elif found.protocol == name:
            agreed.append(name)
        if found is not None and found.complete:
            scan.facts["ocsp_stapled"] = found.stapled
            scan.chain = found.chain
    if agreed or "alpn" not in scan.unknown:
        scan.facts["alpn"] = agreed
    if "ocsp_stapled" not in scan.facts:
        # Every protocol was refused, or nothing could be opened: one more try without a protocol.
        found, problem = await _open_flight(peer, state, wanted, "")
        if found is not None and found.complete:
            scan.facts["ocsp_stapled"] = found.stapled
            scan.chain = found.chain
        else:
            scan.unknown["ocsp_stapled"] = problem


async def _open_flight(peer: Peer, state: VersionState, group: int | None, protocol: str) -> tuple[Opened | None, str]:
    """Return what the encrypted flight held, or None and why it could not be opened."""
    share = new_share(group) if group is not None else None
    if share is None:
        return None, "the server agrees only to key agreements that this program cannot compute"
    wish = Wish(
        groups=(share.group,),
        shares=((share.group, share.public),),
        protocols=(protocol,) if protocol else (),
        stapling=True,
    )
    question = hello(state.version, OPENABLE, peer.server_name, state.shape, wish)
    opener = Opener(question.encode(), share)
    answer = await peer.ask(question, opener.enough, again=False)
    if answer.kind is Kind.ALERT and answer.alert is not None:
        return Opened(alert=answer.alert), answer.detail
    if answer.kind is not Kind.HELLO or opener.problem:
        return None, opener.problem or answer.detail
    return opener.opened, ""

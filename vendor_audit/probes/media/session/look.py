"""One look at a place where sessions are to be had: what runs after what, and what stays unknown why.

First what can be learnt without media. Then one ordinary session, as any client has it, in which the vendor chooses
its role in DTLS: as a client it tells in its hello everything that it offers; as a server it answers one ordinary
hello. Where more is permitted, the vendor is asked in the role that it did not choose, and as a server offer by offer,
each in a session of its own.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Sight
from vendor_audit.probes.dtls.client import client_facts, receive_client_hello
from vendor_audit.probes.dtls.facts import server_facts, transcript
from vendor_audit.probes.dtls.peer import DtlsPeer
from vendor_audit.probes.dtls.scan import look_once, scan_server
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.probes.media.capture.descriptions import SECTIONS, description_facts, keying_facts
from vendor_audit.probes.media.session.call import MOST_SESSIONS, Caller
from vendor_audit.probes.media.session.candidates import AddressPolicy
from vendor_audit.probes.media.session.facts import (
    description_evidence,
    fingerprint_matches,
    ice_servers_of,
    negotiated_facts,
    signalling_evidence,
)
from vendor_audit.probes.media.session.ice import local_addresses
from vendor_audit.probes.media.session.providers import provider_at
from vendor_audit.probes.media.session.providers.interface import Place
from vendor_audit.probes.media.session.scrubbing import scrubbed, scrubbed_text
from vendor_audit.probes.tls.certificate import certificate_facts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.observation import Evidence, Lead, Target
    from vendor_audit.probes.datagrams import DatagramChannel
    from vendor_audit.probes.dtls.model import DtlsScan
    from vendor_audit.probes.interface import ProbeContext
    from vendor_audit.probes.media.session.providers.interface import SessionProvider

Json = Any
_DIRECTIONS: Final = {"whep": "recvonly", "janus": "sendrecv"}
"""Provider -> which way the offered media goes; others are published to."""
_NOT_PERMITTED: Final = "not asked: only an ordinary session was made; more is tried with --active"
_NO_RELAY: Final = "the auditor's own session asks no TURN server for an address; the turn probe does"
_AT_ONCE: Final = 4
_LONGEST_REASON: Final = 2_000


@dataclass(slots=True)
class _Findings:
    """What grows while looking."""

    facts: dict[str, Json] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    server: dict[str, Json] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    leads: tuple[Lead, ...] = ()


async def observe_session(target: Target, context: ProbeContext) -> Sight:
    """Return what sessions at a place tell.

    Raises:
        ProbeError: no address, no provider of that name, or signalling that does not answer at all.
    """
    credentials = context.credentials.get(target.name)
    kept_secret = [credentials.token] if credentials and credentials.token else []
    name = next((role for role in target.roles if role != "session"), "")
    provider = provider_at(name, Place(target.name, credentials.token if credentials else None, context))
    addresses = await context.network.addresses(target.host)
    caller = Caller(
        provider,
        AddressPolicy(context.network, target.host),
        local_addresses(addresses),
        timeout=context.timeout,
        direction=_DIRECTIONS.get(name, "sendonly"),
    )
    found = _Findings({"source": {"kind": "session", "provider": name, "supplied_by_person": False}})
    try:
        await caller.look_around()
        await _look(caller, provider, context, found)
    except ProbeError as error:
        # What is no HTTP is quoted in the sentence, and may echo what it was sent.
        text = scrubbed_text(str(error), [*caller.seen.secrets, *kept_secret])
        raise ProbeError(error.failure.kind, text) from None
    return scrubbed(_sight(target, caller, provider, found), [*caller.seen.secrets, *kept_secret])


def _sight(target: Target, caller: Caller, provider: SessionProvider, found: _Findings) -> Sight:
    _add_signalling(provider, found)
    _add_descriptions(caller, found)
    _add_candidates(caller, found)
    if found.server:
        found.facts["server"] = found.server
    found.unknown["relayed_addresses"] = _NO_RELAY
    found.evidence.append(signalling_evidence(provider.signalling.transcript, target.service))
    if caller.seen.said:
        said = [each for pair in caller.seen.said.values() for each in pair]
        found.evidence.append(description_evidence(said, target.service))
    unknown = {path: reason[:_LONGEST_REASON] for path, reason in found.unknown.items()}
    return Sight(found.facts, unknown, tuple(found.evidence), found.leads)


async def _look(caller: Caller, provider: SessionProvider, context: ProbeContext, found: _Findings) -> None:
    """Make the ordinary session, and where it is permitted the others.

    Raises:
        ProbeError: the signalling does not answer at all.
    """
    whole = context.permitted.allows(ProbeClass.ACTIVE)
    try:
        async with caller.call("actpass") as call:
            if call.vendor_is_client:
                await _read_hello(call.channel, context, found)
            else:
                await _one_hello(call.channel, caller, context, found)
    except ProbeError as error:
        if not provider.signalling.transcript:
            raise
        # Further sessions would fail in the same way.
        found.unknown |= dict.fromkeys(("negotiated", "selected_pairs", "server"), str(error))
        return
    chose_client = "as_client" in found.server or "server.as_client" in found.unknown
    if not whole:
        found.unknown["server.as_server" if chose_client else "server.as_client"] = _NOT_PERMITTED
        if chose_client:
            found.unknown["negotiated"] = f"the vendor is the DTLS client of an ordinary session; {_NOT_PERMITTED}"
        return
    if not chose_client:
        await _ask_as_client(caller, context, found)
    await _ask_as_server(caller, context, found)


async def _read_hello(channel: DatagramChannel, context: ProbeContext, found: _Findings) -> None:
    try:
        found.server["as_client"] = client_facts(await receive_client_hello(channel, 2 * context.timeout))
    except ProbeError as error:
        found.unknown["server.as_client"] = str(error)


async def _one_hello(channel: DatagramChannel, caller: Caller, context: ProbeContext, found: _Findings) -> None:
    @contextlib.asynccontextmanager
    async def this_one() -> AsyncIterator[DatagramChannel]:
        yield channel

    peer = DtlsPeer(this_one, context.timeout, budget=1, at_once=1, tries=1)
    try:
        scan = await look_once(peer, "", media=True)
    except ProbeError as error:
        found.unknown |= dict.fromkeys(("server.as_server", "negotiated"), str(error))
        return
    _add_server(scan, peer, caller, context, found, whole=False)


async def _ask_as_client(caller: Caller, context: ProbeContext, found: _Findings) -> None:
    """Ask for a session in which the vendor has to be the DTLS client."""
    try:
        async with caller.call("passive") as call:
            await _read_hello(call.channel, context, found)
    except ProbeError as error:
        found.unknown["server.as_client"] = str(error)


async def _ask_as_server(caller: Caller, context: ProbeContext, found: _Findings) -> None:
    """Ask the vendor as a DTLS server for everything, each offer in a session of its own."""

    @contextlib.asynccontextmanager
    async def session_of_its_own() -> AsyncIterator[DatagramChannel]:
        async with caller.call("active") as call:
            yield call.channel

    peer = DtlsPeer(session_of_its_own, context.timeout, budget=MOST_SESSIONS, at_once=_AT_ONCE)
    try:
        scan = await scan_server(peer, "", media=True)
    except ProbeError as error:
        # What the ordinary session told stays.
        found.unknown["server.as_server"] = str(error)
        found.unknown.setdefault("negotiated", str(error))
        return
    _add_server(scan, peer, caller, context, found, whole=True)


def _add_server(
    scan: DtlsScan, peer: DtlsPeer, caller: Caller, context: ProbeContext, found: _Findings, *, whole: bool
) -> None:
    facts, unknown = server_facts(scan, peer, whole=whole)
    found.server["as_server"] = facts
    _replace(found.unknown, "server.as_server", unknown)
    matches: bool | None = None
    if scan.chain:
        certificate, reasons = certificate_facts(scan.chain, "", context.now())
        # A certificate of DTLS-SRTP is trusted by its fingerprint, whatever names stand in it (RFC 8827, 6.5).
        certificate.pop("name_matches", None)
        reasons.pop("name_matches", None)
        found.server["certificate"] = certificate
        _replace(found.unknown, "server.certificate", reasons)
        matches = fingerprint_matches(scan.chain[0], caller.seen.fingerprints)
    else:
        found.unknown["server.certificate"] = "no certificate was seen in plaintext: in DTLS 1.3 it is encrypted"
    if matches is None:
        found.unknown["server.fingerprint_matches"] = "there is no certificate, or no fingerprint of a known hash"
    else:
        found.server["fingerprint_matches"] = matches
        found.unknown.pop("server.fingerprint_matches", None)
    negotiated, reasons = negotiated_facts(scan, matches=matches)
    found.unknown = {path: each for path, each in found.unknown.items() if not path.startswith("negotiated")} | reasons
    if negotiated:
        found.facts["negotiated"] = negotiated
    found.evidence = [each for each in found.evidence if not each.title.startswith("DTLS")]
    found.evidence.append(transcript(peer, "the vendor's media server"))


def _replace(unknown: dict[str, str], prefix: str, reasons: dict[str, str]) -> None:
    """Put new reasons in the place of those that an earlier look left below a path."""
    for path in [each for each in unknown if each == prefix or each.startswith(f"{prefix}.")]:
        del unknown[path]
    unknown.update({f"{prefix}.{path}": reason for path, reason in reasons.items()})


def _add_signalling(provider: SessionProvider, found: _Findings) -> None:
    signalling = provider.signalling
    for path, reason in signalling.unknown.items():
        if path == "ice_servers":
            found.unknown[path] = reason
        else:
            found.unknown[f"signalling.{path}"] = reason
    # What went wrong once is not made good by what went well at other times.
    found.facts["signalling"] = {
        name: value for name, value in signalling.facts.items() if name not in signalling.unknown
    }


def _add_descriptions(caller: Caller, found: _Findings) -> None:
    said = [each for pair in caller.seen.said.values() for each in pair]
    if not said:
        reason = found.unknown.get("server", "no session came to be")
        found.unknown |= dict.fromkeys(("descriptions", "keying", "ice_servers", "remote_candidates"), reason)
        return
    found.facts["descriptions"] = [description_facts(each.description, each.by, each.type) for each in said]
    for index, each in enumerate(said):
        if len(each.description.sections) > SECTIONS:
            found.unknown[f"descriptions[{index}].sections"] = f"only the first {SECTIONS} are kept"
    found.facts["keying"] = keying_facts(each.description for each in said)
    if caller.seen.ice_servers is None:
        found.unknown["ice_servers"] = "this signalling has no way to tell a client of ICE servers"
        return
    found.facts["ice_servers"], found.leads, reason = ice_servers_of(caller.seen.ice_servers)
    if reason:
        found.unknown["ice_servers"] = "; ".join(filter(None, (found.unknown.get("ice_servers"), reason)))


def _add_candidates(caller: Caller, found: _Findings) -> None:
    candidates = caller.seen.candidates
    if candidates is None:
        return
    found.facts["remote_candidates"] = candidates.facts
    reasons = [each for each in (candidates.left_out, candidates.not_contacted) if each]
    if caller.seen.unread_candidates:
        reasons.append(f"{caller.seen.unread_candidates} lines of candidates are none, or too many")
    if reasons:
        found.unknown["remote_candidates"] = "; ".join(reasons)
    if caller.seen.pairs:
        found.facts["selected_pairs"] = list(caller.seen.pairs.values())

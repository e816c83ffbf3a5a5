"""The probe `dtls`: what a TURN server's DTLS listener offers to everybody who knocks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Evidence, Sight, Strength, Target
from vendor_audit.probes.dtls.facts import server_facts, transcript
from vendor_audit.probes.dtls.peer import DtlsPeer
from vendor_audit.probes.dtls.scan import look_once, scan_server
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import literal
from vendor_audit.probes.tls.certificate import certificate_facts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.probes.datagrams import DatagramChannel
    from vendor_audit.probes.dtls.model import DtlsScan
    from vendor_audit.probes.public import Address

_BUDGET: Final = 60
"""Handshakes that one look begins at most."""
_AT_ONCE: Final = 4
_TRIES: Final = 4
"""Each from a port of its own and of half the time: there are servers that never repeat an answer that was lost."""
_MOST_ADDRESSES: Final = 4
_UNREACHABLE: Final = frozenset({"connection_refused", "connection_timeout", "unreachable"})
"""Failures after which the next address of the name is tried."""


class DtlsProbe:
    """Asks a DTLS listener for every version, cipher suite and group, and for its certificate."""

    name = "dtls"
    title = (
        "Begins DTLS handshakes with every TURN server that offers DTLS, and reads its certificate; each version, "
        "cipher suite and group is tried apart only with --active. Every handshake ends with an alert."
    )
    probe_class = ProbeClass.NORMAL
    strength = Strength.OBSERVED
    per_service = False

    def accepts(self, target: Target) -> bool:
        """Return whether it is a TURN or STUN URI that asks for DTLS: turns or stuns with ``transport=udp``."""
        scheme, _, rest = target.name.lower().partition(":")
        if target.kind == "endpoint":
            return bool(target.host and target.port) and "://" not in target.name
        return target.kind == "turn" and scheme in {"turns", "stuns"} and rest.endswith("?transport=udp")

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return the facts of the first address that answers.

        Raises:
            ProbeError: no address answers in DTLS.
        """
        failure: ProbeError | None = None
        by_vendor = "named_by_vendor" in target.roles
        for address in (await context.network.addresses(target.host, named_by_vendor=by_vendor))[:_MOST_ADDRESSES]:
            try:
                return await _observe(target, address, context)
            except ProbeError as error:
                failure = failure or error
                if error.failure.kind not in _UNREACHABLE:
                    raise
        raise failure or ProbeError("unreachable", f"{target.host} has no address")


async def _observe(target: Target, address: Address, context: ProbeContext) -> Sight:
    @contextlib.asynccontextmanager
    async def open_channel() -> AsyncIterator[DatagramChannel]:
        async with context.network.datagrams(address, target.port) as channel:
            yield channel

    server_name = "" if literal(target.host) is not None else target.host
    whole = context.permitted.allows(ProbeClass.ACTIVE)
    peer = DtlsPeer(open_channel, context.timeout / 2, budget=_BUDGET, at_once=_AT_ONCE, tries=_TRIES)
    scan = await (scan_server if whole else look_once)(peer, server_name, media=False)
    facts, unknown = server_facts(scan, peer, whole=whole)
    facts |= {"address": str(address), "port": target.port, "server_name": target.host, "handshakes": peer.asked}
    certificate, reasons = certificate_of(scan, target.host, context)
    if certificate:
        facts["certificate"] = certificate
    unknown |= reasons
    evidence: tuple[Evidence, ...] = (transcript(peer, target.service),)
    return Sight(facts, {path: reason[:2_000] for path, reason in unknown.items()}, evidence)


def certificate_of(scan: DtlsScan, host: str, context: ProbeContext) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the facts of the certificate that the server showed, and what is unknown of it, by dotted path."""
    if not scan.chain:
        sealed = "no certificate was seen in plaintext: in DTLS 1.3 it is encrypted"
        return {}, {"certificate": (scan.best.answer.detail if scan.best else "") or sealed}
    facts, unknown = certificate_facts(scan.chain, host, context.now())
    return facts, {f"certificate.{name}": reason for name, reason in unknown.items()}

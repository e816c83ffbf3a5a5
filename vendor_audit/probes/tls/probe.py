"""The probe `tls`: what a TLS endpoint offers to everybody who knocks, and the certificate that it shows."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.observation import Sight, Strength, Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.tls.facts import (
    certificate_facts_of,
    evidence_of,
    feature_facts,
    group_facts,
    suite_facts,
    version_facts,
)
from vendor_audit.probes.tls.peer import Peer
from vendor_audit.probes.tls.scan import Scan, scan_server

if TYPE_CHECKING:
    from vendor_audit.probes.public import Address

_SCHEMES: Final = frozenset({"https", "wss", "turns", "stuns"})
_MOST_ADDRESSES: Final = 4
_UNREACHABLE: Final = frozenset({"connection_refused", "unreachable"})
"""Failures after which the next address of the name is tried."""


class TlsProbe:
    """Asks an endpoint for every version, cipher suite and group, and for its certificate."""

    name = "tls"
    title = (
        "Shakes hands with every TLS endpoint in all versions, cipher suites and groups that exist, and reads its "
        "certificate chain; no handshake is completed except to judge the chain."
    )
    probe_class = ProbeClass.NORMAL
    strength = Strength.OBSERVED
    per_service = True

    def accepts(self, target: Target) -> bool:
        """Return whether it speaks TLS from the first byte: https, wss, turns without DTLS, or host:port."""
        if target.kind not in {"endpoint", "turn", "session"} or not target.host or not target.port:
            return False
        return _scheme(target) in _SCHEMES | {""} and not target.name.lower().endswith("?transport=udp")

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return the facts of the first address that can be reached.

        Raises:
            ProbeError: no address can be reached, or the server does not answer, or not in TLS.
        """
        host = target.host.lower().rstrip(".")
        network = context.network
        for_sni = "" if _is_address(host) else host
        failure: ProbeError | None = None
        by_vendor = "named_by_vendor" in target.roles
        for address in (await network.addresses(host, named_by_vendor=by_vendor))[:_MOST_ADDRESSES]:
            peer = Peer(network, address, target.port, for_sni, context.timeout)
            try:
                scan = await scan_server(peer, _where(host, address, target.port), network.settings.trust_anchors)
            except ProbeError as error:
                failure = failure or error
                if error.failure.kind in _UNREACHABLE or peer.never_connected:
                    continue
                raise
            return _sight(target, peer, scan, address, context)
        raise failure or ProbeError("unreachable", f"{host} has no address")


def _sight(target: Target, peer: Peer, scan: Scan, address: Address, context: ProbeContext) -> Sight:
    host = target.host.lower().rstrip(".")
    unknown: dict[str, str] = {}
    facts: dict[str, Any] = {"address": str(address), "port": target.port, "server_name": host}
    facts["versions"] = version_facts(scan, unknown)
    facts["cipher_suites"] = suite_facts(scan, unknown)
    facts["groups"] = group_facts(scan, unknown)
    facts["features"] = feature_facts(scan, unknown)
    certificate = certificate_facts_of(scan, host, context.now(), unknown)
    if certificate:
        facts["certificate"] = certificate
    bounded = {path: reason[:2_000] for path, reason in unknown.items()}
    return Sight(facts, bounded, evidence_of(scan, f"{host}:{target.port}", peer.exchanges))


def _scheme(target: Target) -> str:
    """Return the scheme of the target's name; empty for ``host:port``."""
    name = target.name.lower()
    head, found, _ = name.partition("://")
    if found:
        return head
    head, found, _ = name.partition(":")
    # RFC 7065: a TURN URI has no slashes, turns:turn.acme.example:5349.
    return head if found and head in _SCHEMES | {"turn", "stun"} else ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _where(host: str, address: Address, port: int) -> str:
    shown = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 # IPv6
    return f"{shown}:{port}" if _is_address(host) else f"{host} ({shown}:{port})"

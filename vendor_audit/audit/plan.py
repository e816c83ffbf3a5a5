"""The plan: which probe looks at which target, how far it may go, and within which limits of the network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cryptography import x509

from vendor_audit.errors import UsageError
from vendor_audit.observation import Target
from vendor_audit.probes.interface import Names, ProbeClass
from vendor_audit.probes.network import NetworkSettings, names_of_this_machine
from vendor_audit.vendor.hosts import host_name
from vendor_audit.vendor.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vendor_audit.probes.interface import Probe
    from vendor_audit.probes.public import Address
    from vendor_audit.vendor.file import VendorFile


@dataclass(frozen=True, slots=True)
class Look:
    """One probe, one target."""

    probe: Probe
    target: Target

    @property
    def id(self) -> str:
        """That of the observation that comes of it."""
        return f"{self.probe.name}:{self.target.name}"


def plan_looks(vendor: VendorFile, probes: Iterable[Probe]) -> tuple[Look, ...]:
    """Return every look that the vendor file asks for, probe by probe, targets in the file's order."""
    return looks_at(targets_of(vendor), probes)


def looks_at(targets: Iterable[Target], probes: Iterable[Probe]) -> tuple[Look, ...]:
    """Return every look that the targets are worth, probe by probe."""
    targets = tuple(targets)
    looks = []
    for probe in probes:
        accepted = [each for each in targets if probe.accepts(each)]
        looks += [Look(probe, each) for each in (services_of(accepted) if probe.per_service else accepted)]
    return tuple(looks)


def services_of(endpoints: Iterable[Target]) -> list[Target]:
    """Return one target for each host and port, named ``host:port``, with the roles of all its endpoints."""
    services: dict[tuple[str, int], Target] = {}
    for each in endpoints:
        known = services.get((each.host, each.port), Target(each.kind, each.service, each.host, each.port))
        services[each.host, each.port] = replace(known, roles=tuple(dict.fromkeys(known.roles + each.roles)))
    return list(services.values())


def permitted(vendor: VendorFile | None, today: date, *, active: bool, intrusive: bool) -> ProbeClass:
    """Return how far the probes may go: what the operator asks for, and of what is intrusive what the vendor allows.

    Raises:
        UsageError: intrusive tests are asked for, and there is no permission that holds today.
    """
    if not intrusive:
        return ProbeClass.ACTIVE if active else ProbeClass.NORMAL
    permission = vendor.data.get("permission") if vendor else None
    if permission is None:
        raise UsageError(
            "--intrusive needs the vendor's written permission: name it in the vendor file, "
            "'permission: {document: FILE, valid_until: DATE}'"
        )
    if date.fromisoformat(permission["valid_until"]) < today:
        raise UsageError(
            f"--intrusive: the vendor's permission ended on {permission['valid_until']}; ask for a new one"
        )
    return ProbeClass.INTRUSIVE


def names_of(vendor: VendorFile) -> Names:
    """Return what the vendor file calls the parties and the service."""
    company = vendor.data["vendor"]
    called = (company["name"], company.get("legal_entity", ""))
    customer = vendor.data.get("customer", {}).get("name", "")
    return Names(
        vendor=tuple(dict.fromkeys(filter(None, called))),
        customer=(customer,) if customer else (),
        product=(vendor.data["product"]["name"],),
    )


def network_settings(vendor: VendorFile, *, connections_per_host: int, timeout: float) -> NetworkSettings:
    """Return the operator's network settings: those of the vendor file and of the command line.

    Raises:
        UsageError: a file of trust anchors cannot be read.
    """
    network = vendor.data.get("network", {})
    pins = {
        host_name(name): tuple(
            ipaddress.ip_address(each) for each in ([addresses] if isinstance(addresses, str) else addresses)
        )
        for name, addresses in network.get("resolve", {}).items()
    }
    return NetworkSettings(
        allow=tuple(ipaddress.ip_network(each, strict=False) for each in network.get("allow", [])),
        resolve={**names_of_this_machine(each.host for each in targets_of(vendor)), **pins},
        nameservers=tuple(_nameserver(each) for each in network.get("nameservers", [])),
        trust_anchors="\n".join(read_trust_anchor(vendor.path.parent / each) for each in network.get("trust", [])),
        connections_per_host=connections_per_host,
        timeout=timeout,
    )


def _nameserver(text: str) -> tuple[Address, int]:
    """Return address and port of ``192.0.2.1``, ``192.0.2.1:5353``, ``2001:db8::1`` or ``[2001:db8::1]:5353``."""
    host, separator, port = text.rpartition(":")
    if separator and (text.startswith("[") or host.count(":") == 0):
        return ipaddress.ip_address(host.strip("[]")), int(port)
    return ipaddress.ip_address(text.strip("[]")), 53


def read_trust_anchor(path: Path) -> str:
    """Return the PEM text of a file of certificates to trust.

    Raises:
        UsageError: it cannot be read, or holds none.
    """
    try:
        text = path.read_text(encoding="ascii")
        x509.load_pem_x509_certificates(text.encode("ascii"))
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise UsageError(f"{path}: holds no certificate in PEM text that could be trusted ({error})") from error
    return text

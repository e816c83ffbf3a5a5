"""The probes by name. A probe is imported when it is asked for, not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from vendor_audit.probes.interface import Probe

_PROBES = {
    "document": ("vendor_audit.probes.document.probe", "DocumentProbe"),
    "dns": ("vendor_audit.probes.dns", "DnsProbe"),
    "http": ("vendor_audit.probes.http.probe", "HttpProbe"),
    "turn": ("vendor_audit.probes.turn.probe", "TurnProbe"),
    "dtls": ("vendor_audit.probes.dtls.probe", "DtlsProbe"),
    "media": ("vendor_audit.probes.media.probe", "MediaProbe"),
    "tls": ("vendor_audit.probes.tls.probe", "TlsProbe"),
}


def probe_names() -> tuple[str, ...]:
    """Return the names of all probes."""
    return tuple(_PROBES)


def probe_named(name: str) -> Probe:
    """Return a probe.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in _PROBES:
        raise UsageError(f"there is no probe '{name}'; there are: {', '.join(_PROBES)}")
    module, cls = _PROBES[name]
    probe: Probe = getattr(import_module(module), cls)()
    return probe


def all_probes() -> tuple[Probe, ...]:
    """Return every probe."""
    return tuple(probe_named(name) for name in _PROBES)

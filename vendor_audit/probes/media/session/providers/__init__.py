"""How a service is asked for a session: one file a protocol, and the entry points of other packages.

Another package adds a protocol by an entry point of the group ``vendor_audit.session_providers``: its name is what
stands as ``provider`` in the vendor file, and it leads to a function that takes a `Place` and returns a
`SessionProvider`. See `vendor_audit.probes.media.session.providers.interface`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.probes.media.session.providers.interface import Place, ProviderFactory, SessionProvider

GROUP: Final = "vendor_audit.session_providers"
"""The entry points of other packages."""
_OWN: Final = {
    "whip": ("vendor_audit.probes.media.session.providers.whip", "whip"),
    "whep": ("vendor_audit.probes.media.session.providers.whip", "whep"),
    "janus": ("vendor_audit.probes.media.session.providers.janus", "JanusProvider"),
}


def provider_names() -> tuple[str, ...]:
    """Return the names of all providers: our own, then those that other packages bring, sorted."""
    others = {each.name for each in entry_points(group=GROUP)} - set(_OWN)
    return (*_OWN, *sorted(others))


def provider_at(name: str, place: Place) -> SessionProvider:
    """Return the provider of a name for a place. Our own names cannot be taken by another package.

    Raises:
        ProbeError: there is none of that name.
    """
    if name in _OWN:
        module, member = _OWN[name]
        factory: ProviderFactory = getattr(import_module(module), member)
        return factory(place)
    for each in entry_points(group=GROUP):
        if each.name == name:
            factory = each.load()
            return factory(place)
    raise ProbeError("unsupported", f"there is no session provider '{name}'; there are: {', '.join(provider_names())}")

"""Which of the vendor's candidates are contacted, and what stands of them in the facts.

A candidate is an address that the vendor wrote: checks of ICE go to it before anything is known about it. So it is held
to the address policy like every other place where vendor data leads, and no name is looked up for one.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aioice

from vendor_audit.probes.network import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json
    from vendor_audit.probes.network import Network
    from vendor_audit.wire.ice_candidate import Candidate

MOST_KEPT: Final = 100
"""Candidates that stand in the facts."""
MOST_CONTACTED: Final = 10
"""Candidates that are contacted: each is checked from each of our own addresses, several times."""
_TYPES: Final = frozenset({"host", "srflx", "relay"})


class AddressPolicy:
    """Says which addresses a media session may contact."""

    def __init__(self, network: Network, host: str) -> None:
        """Take the network, and the host that the operator wrote: an address stands for itself, a name for its pins."""
        self._network = network
        written = literal(host)
        pinned = (written,) if written is not None else network.settings.resolve.get(host.lower().rstrip("."), ())
        self._of_the_operator = frozenset(pinned)

    def allows(self, address: str) -> bool:
        """Return whether an address literal may be contacted; what is none may not."""
        found = literal(address)
        if found is None or (isinstance(found, ipaddress.IPv6Address) and found.scope_id is not None):
            return False
        return found in self._of_the_operator or self._network.is_allowed(found)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The vendor's candidates, sorted by what is done with them."""

    contacted: tuple[aioice.Candidate, ...]
    facts: list[dict[str, Json]]
    """As ``remote_candidates``; names are no addresses and not among them."""
    left_out: str
    """Why some stand not in the facts; empty: all do."""
    not_contacted: str
    """Why some are not contacted; empty: all are."""


def sort_candidates(candidates: Iterable[Candidate], policy: AddressPolicy) -> Sorted:
    """Sort the vendor's candidates, those of the greatest priority first to be contacted."""
    facts: dict[tuple[object, ...], dict[str, Json]] = {}
    usable: list[Candidate] = []
    refused: list[str] = []
    names = too_many = 0
    for each in candidates:
        if each.ip is None:
            names += 1
            continue
        shown = {
            "type": each.type[:20],
            "address": str(each.ip)[:100],
            "port": each.port,
            "protocol": each.transport[:20],
        }
        key = tuple(shown.values())
        if key not in facts and len(facts) == MOST_KEPT:
            too_many += 1
            continue
        facts[key] = shown
        if not policy.allows(each.address):
            refused.append(str(each.ip)[:100])
        elif each.component == 1 and each.transport == "udp" and each.type in _TYPES and each.port:
            usable.append(each)
    usable.sort(key=lambda each: -each.priority)
    left_out = [f"only the first {MOST_KEPT} candidates are kept"] if too_many else []
    if names:
        left_out.append(f"{names} candidates have a name in place of an address, and are not looked up")
    return Sorted(
        contacted=tuple(_for_aioice(each) for each in usable[:MOST_CONTACTED]),
        facts=list(facts.values()),
        left_out="; ".join(left_out),
        not_contacted=_reason(list(dict.fromkeys(refused)), len(usable)),
    )


def _reason(refused: list[str], usable: int) -> str:
    parts = []
    if refused:
        parts.append(
            f"the vendor names {', '.join(refused[:5])}{' and others' if len(refused) > 5 else ''}, "  # noqa: PLR2004 # as many as one line holds
            "which is no public address; if it is meant, allow it with 'network: {allow: [...]}' in the vendor file"
        )
    if usable > MOST_CONTACTED:
        parts.append(f"only the {MOST_CONTACTED} candidates of the greatest priority are contacted")
    return "; ".join(parts)


def _for_aioice(candidate: Candidate) -> aioice.Candidate:
    return aioice.Candidate(
        foundation=candidate.foundation,
        component=candidate.component,
        transport=candidate.transport,
        priority=candidate.priority,
        host=str(candidate.ip),
        port=candidate.port,
        type=candidate.type,
    )

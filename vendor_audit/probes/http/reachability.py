"""Over which internet protocols a host is offered, and whether it answers there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.observation import Evidence, Json
    from vendor_audit.probes.network import Network
    from vendor_audit.probes.public import Address

_MOST_TRIED = 3


async def observe_addresses(
    network: Network, host: str, port: int
) -> tuple[dict[str, Json], dict[str, str], list[Evidence]]:
    """Return the fact ``addresses`` and what of it is unknown.

    A family is reachable when one of its first addresses accepts a connection, and not when all refuse it. Everything
    else is unknown: a machine without IPv6 cannot tell whether others reach the host over it.
    """
    found = await network.lookup(host)
    facts: dict[str, Json] = {}
    unknown: dict[str, str] = {}
    families = {4: ("ipv4", found.ipv4), 6: ("ipv6", found.ipv6)}
    for version, (name, addresses) in families.items():
        if addresses is None:
            unknown[f"addresses.{name}"] = str(found.errors.get(version, "the DNS gave no answer"))
            continue
        facts[name] = {"offered": bool(addresses)}
        usable = [each for each in addresses if found.pinned or network.is_allowed(each)]
        if not usable:
            if addresses:
                unknown[f"addresses.{name}.reachable"] = f"{addresses[0]} is not a public address and not allowed"
            continue
        reachable, reason = await _reachable(network, usable[:_MOST_TRIED], port, complete=len(usable) <= _MOST_TRIED)
        if reachable is None:
            unknown[f"addresses.{name}.reachable"] = reason
        else:
            facts[name]["reachable"] = reachable
    return {"addresses": facts}, unknown, []


async def _reachable(
    network: Network, addresses: list[Address], port: int, *, complete: bool
) -> tuple[bool | None, str]:
    results = await asyncio.gather(*(_connects(network, each, port) for each in addresses))
    if None in results:
        return True, ""
    errors = [each for each in results if each is not None]
    if complete and all(each.failure.kind == "connection_refused" for each in errors):
        return False, ""
    return None, "; ".join(str(each) for each in errors)


async def _connects(network: Network, address: Address, port: int) -> ProbeError | None:
    try:
        async with network.connection(address, port):
            return None
    except ProbeError as error:
        return error

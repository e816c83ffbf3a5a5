"""The dns probe: what the operator's resolver says about a host name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import dns.exception
import dns.name

from vendor_audit.observation import Sight, Strength
from vendor_audit.probes.dns_names.asking import Asker, UnansweredError, shown
from vendor_audit.probes.dns_names.records import (
    find_zone,
    observe_addresses,
    observe_caa,
    observe_mail,
    observe_nameservers,
)
from vendor_audit.probes.dns_names.signatures import observe_dnssec
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.probes.network import literal

if TYPE_CHECKING:
    from vendor_audit.observation import Json, Target
    from vendor_audit.probes.interface import ProbeContext

_OF_THE_ZONE = ("zone", "nameservers", "mx", "null_mx")


class DnsProbe:
    """Addresses, aliases, zone, nameservers, mail hosts, CAA and DNSSEC of a host name."""

    name = "dns"
    title = "Asks the DNS for a name's addresses, aliases, nameservers, mail hosts and CAA records, and checks DNSSEC."
    probe_class = ProbeClass.PASSIVE
    strength = Strength.OBSERVED
    per_service = False

    def accepts(self, target: Target) -> bool:
        """Return whether the target is a host with a name; an address has none of what is asked for."""
        return target.kind == "host" and bool(target.host) and literal(target.host) is None

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what the DNS says.

        Raises:
            ProbeError: the name does not exist, is pinned where no nameserver is configured, or nothing was answered.
        """
        settings = context.network.settings
        host = target.host.lower().rstrip(".")
        if host in settings.resolve and not settings.nameservers:
            raise ProbeError("dns_failure", f"the addresses of {host} are pinned; no DNS asked")
        try:
            name = dns.name.from_text(host)
        except dns.exception.DNSException as error:
            raise ProbeError("dns_failure", f"{host[:200]} is no name that the DNS can hold: {error}") from error
        asker = Asker(context.network)
        facts: dict[str, Json] = {"name": shown(name), "resolver": _resolver(context)}
        unknown: dict[str, str] = {}
        (addresses, errors), zone = await asyncio.gather(observe_addresses(asker, name), _zone(asker, name))
        await _stop_if_absent(asker, name)
        if isinstance(zone, UnansweredError):
            await _stop_if_silent(asker, name, errors, zone)
            unknown |= dict.fromkeys(_OF_THE_ZONE, str(zone))
            parts = [addresses, await observe_caa(asker, name)]
        else:
            facts["zone"] = shown(zone)
            parts = [
                addresses,
                *await asyncio.gather(
                    observe_nameservers(asker, zone), observe_mail(asker, name, zone), observe_caa(asker, name)
                ),
            ]
        for part in parts:
            facts |= part.facts
            unknown |= part.unknown
        apex = await _zone(asker, name, check=False) if isinstance(zone, UnansweredError) else zone
        if isinstance(apex, UnansweredError):
            unknown["dnssec"] = str(apex)
        else:
            dnssec, not_known = await observe_dnssec(asker, name, apex, context.now().timestamp())
            unknown |= not_known
            if dnssec:
                facts["dnssec"] = dnssec
        return Sight(facts, unknown, asker.evidence(host))


async def _zone(asker: Asker, name: dns.name.Name, *, check: bool = True) -> dns.name.Name | UnansweredError:
    try:
        return await find_zone(asker, name, check=check)
    except UnansweredError as error:
        return error


async def _stop_if_absent(asker: Asker, name: dns.name.Name) -> None:
    """Raise where the name itself does not exist, as against the end of its chain of aliases."""
    try:
        reply = await asker.ask(name, "A")
    except UnansweredError:
        return
    if not reply.exists and not reply.aliases:
        raise ProbeError("dns_nxdomain", f"the name {shown(name)} does not exist (NXDOMAIN)")


async def _stop_if_silent(
    asker: Asker, name: dns.name.Name, errors: list[UnansweredError], zone: UnansweredError
) -> None:
    """Raise where no question at all was answered, also not without validation: there is nothing to observe."""
    if len(errors) < 2:  # noqa: PLR2004 # A and AAAA
        return
    if errors[0].servfail:
        try:
            await asker.ask(name, "A", check=False)
        except UnansweredError:
            pass
        else:
            return
    kinds = {each.kind for each in (*errors, zone)}
    kind = "dns_timeout" if kinds == {"dns_timeout"} else "dns_failure"
    raise ProbeError(kind, f"the DNS gave no answer for {shown(name)}: {errors[0]}")


def _resolver(context: ProbeContext) -> list[str]:
    texts = []
    for each in context.network.resolver().nameservers:
        address, port = str(getattr(each, "address", each)), getattr(each, "port", 53)
        texts.append(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
    return texts[:10]

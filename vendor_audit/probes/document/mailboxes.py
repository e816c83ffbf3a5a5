"""Whether the addresses that a document gives for contact can receive mail at all (RFC 5321, section 5.1; RFC 7505)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import dns.exception
import dns.name
import dns.rdatatype

from vendor_audit.probes.dns_names.asking import Asker, UnansweredError
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.network import Network

_MOST = 5
"""Domains that are asked for; a notice has one or two."""


async def look_up_mail(contacts: list[dict[str, Json]], network: Network) -> dict[str, str]:
    """Add ``has_mx`` to each contact whose domain the DNS was asked for; return why others are not known.

    Args:
        contacts: each with ``domain``; is changed. A domain has mail if it has an MX record that is no null MX.
        network: with the operator's resolver.

    Returns:
        Path of a fact -> reason: ``contacts[1].has_mx``.
    """
    domains = list(dict.fromkeys(each["domain"] for each in contacts))
    asker = Asker(network)
    found = dict(zip(domains, await asyncio.gather(*(_has_mx(each, asker) for each in domains[:_MOST])), strict=False))
    unknown: dict[str, str] = {}
    for index, contact in enumerate(contacts):
        answer = found.get(contact["domain"], "only the first domains are asked for")
        if isinstance(answer, bool):
            contact["has_mx"] = answer
        else:
            unknown[f"contacts[{index}].has_mx"] = answer
    return unknown


async def _has_mx(domain: str, asker: Asker) -> bool | str:
    """Return whether a domain has mail hosts, or why that is not known."""
    try:
        reply = await asker.ask(dns.name.from_text(domain), "MX")
    except (UnansweredError, ProbeError, dns.exception.DNSException) as error:
        return str(error)[:300]
    if reply.rrset is None:
        return False
    return any(each.exchange != dns.name.root for each in reply.rrset)

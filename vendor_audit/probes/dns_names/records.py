"""The records of a name and of its zone, as facts. Each function asks for one subject and raises nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.name

from vendor_audit.probes.dns_names.asking import UnansweredError, shown

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.dns_names.asking import Asker, Reply

_MOST = 100
_LONGEST_CHAIN = 16
_CRITICAL = 128
_CAA_TAGS = frozenset({"issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"})
"""Registered property tags (RFC 8659, 8657, 9495 and the IANA registry)."""


@dataclass(slots=True)
class Findings:
    """What one subject adds to the facts."""

    facts: dict[str, Json] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    def keep(self, path: str, values: list[Json]) -> list[Json]:
        """Return the first values of a list, and note that there are more."""
        if len(values) > _MOST:
            self.unknown[path] = f"only the first {_MOST} of {len(values)} were kept"
        return values[:_MOST]


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a name's aliases lead."""

    aliases: tuple[dns.name.Name, ...]
    exists: bool
    """False: the last name does not exist."""
    reply: Reply
    """The answer at the end of the chain."""


async def follow_aliases(asker: Asker, name: dns.name.Name, kind: str) -> Chain:
    """Return the chain of aliases from a name and the records of a type at its end, asking on where a reply stops.

    Raises:
        UnansweredError: a question was not answered, or the aliases run in a circle or too far.
    """
    aliases: list[dns.name.Name] = []
    reply = await asker.ask(name, kind)
    while True:
        aliases += reply.aliases
        if len(set(aliases) | {name}) <= len(aliases):
            raise UnansweredError("dns_failure", f"the aliases of {shown(name)} run in a circle")
        if len(aliases) > _LONGEST_CHAIN:
            raise UnansweredError("dns_failure", f"{shown(name)} has more than {_LONGEST_CHAIN} aliases in a row")
        finished = not reply.exists or reply.rrset is not None or not reply.aliases or reply.denied_by() is not None
        if finished:
            return Chain(tuple(aliases), reply.exists, reply)
        reply = await asker.ask(reply.end, kind)


async def observe_addresses(asker: Asker, name: dns.name.Name) -> tuple[Findings, list[UnansweredError]]:
    """Return ``addresses``, ``cname_chain`` and ``dangling_cname``, and the errors of the two questions."""
    found = Findings()
    errors = []
    chains = await asyncio.gather(_chain_or_error(asker, name, "A"), _chain_or_error(asker, name, "AAAA"))
    for family, chain in zip(("ipv4", "ipv6"), chains, strict=True):
        if isinstance(chain, UnansweredError):
            errors.append(chain)
            found.unknown[f"addresses.{family}"] = str(chain)
            continue
        texts = sorted(each.address for each in chain.reply.rrset or ())
        found.facts.setdefault("addresses", {})[family] = found.keep(f"addresses.{family}", texts)
        found.facts["cname_chain"] = [shown(each) for each in chain.aliases]
        found.facts["dangling_cname"] = bool(chain.aliases) and not chain.exists
    if "cname_chain" not in found.facts:
        found.unknown |= dict.fromkeys(("cname_chain", "dangling_cname"), str(errors[0]))
    return found, errors


async def _chain_or_error(asker: Asker, name: dns.name.Name, kind: str) -> Chain | UnansweredError:
    try:
        return await follow_aliases(asker, name, kind)
    except UnansweredError as error:
        return error


async def find_zone(asker: Asker, name: dns.name.Name, *, check: bool = True) -> dns.name.Name:
    """Return the apex of the zone in which a name stands; ``check`` False: as the resolver says without validation.

    Raises:
        UnansweredError: a question on the way was not answered.
    """
    for each in _upwards(name):
        reply = await asker.ask(each, "SOA", check=check)
        if reply.own is not None:
            return each
        denied_by = reply.denied_by()
        # Behind an alias the denial speaks of the alias's zone.
        if not reply.aliases and denied_by is not None and each.is_subdomain(denied_by) and denied_by != dns.name.root:
            return denied_by
    raise UnansweredError("dns_failure", f"no SOA record from {shown(name)} upwards")


def _upwards(name: dns.name.Name) -> list[dns.name.Name]:
    """Return the name and those above it, without the root."""
    return [dns.name.Name(name.labels[start:]) for start in range(len(name.labels) - 1)]


async def observe_nameservers(asker: Asker, zone: dns.name.Name) -> Findings:
    """Return ``nameservers``: the NS records at the zone's apex."""
    found = Findings()
    try:
        reply = await asker.ask(zone, "NS")
    except UnansweredError as error:
        found.unknown["nameservers"] = str(error)
        return found
    names = sorted(shown(each.target) for each in reply.own or ())
    if names:
        found.facts["nameservers"] = found.keep("nameservers", names)
    else:
        found.unknown["nameservers"] = f"a lame answer: {shown(zone)} has an SOA record but no NS records"
    return found


async def observe_mail(asker: Asker, name: dns.name.Name, zone: dns.name.Name) -> Findings:
    """Return ``mx`` and ``null_mx`` of a name and of its zone's apex (RFC 5321, 5; RFC 7505)."""
    found = Findings()
    records: list[Json] = []
    nulls = 0
    for at in dict.fromkeys((name, zone)):
        try:
            reply = await asker.ask(at, "MX")
        except UnansweredError as error:
            found.unknown |= dict.fromkeys(("mx", "null_mx"), str(error))
            continue
        for each in reply.own or ():
            if each.exchange == dns.name.root:
                nulls += 1
            else:
                records.append({"preference": each.preference, "host": shown(each.exchange), "at": shown(at)})
    records.sort(key=lambda each: (each["preference"], each["host"]))
    found.facts["mx"] = found.keep("mx", records)
    if "null_mx" not in found.unknown:
        found.facts["null_mx"] = bool(nulls) and not records
    return found


async def observe_caa(asker: Asker, name: dns.name.Name) -> Findings:
    """Return ``caa``: the records at the name, or at the nearest name above that has some (RFC 8659, 3)."""
    found = Findings()
    for each in _upwards(name):
        try:
            reply = await asker.ask(each, "CAA")
        except UnansweredError as error:
            # Records may stand here: what stands above does not count then.
            found.unknown["caa"] = str(error)
            return found
        if reply.rrset is not None:
            found.facts["caa"] = _caa_facts(found, reply, each)
            return found
    found.facts["caa"] = {"present": False}
    return found


def _caa_facts(found: Findings, reply: Reply, at: dns.name.Name) -> dict[str, Json]:
    facts: dict[str, Json] = {"present": True, "at": shown(at)}
    values: dict[str, list[Json]] = {}
    critical = False
    for each in reply.rrset or ():
        tag = each.tag.decode("ascii", "replace").lower()
        values.setdefault(tag, []).append(each.value.decode("utf-8", "replace")[:2000])
        critical = critical or (bool(each.flags & _CRITICAL) and tag not in _CAA_TAGS)
    for tag in ("issue", "issuewild", "iodef"):
        if tag in values:
            facts[tag] = found.keep(f"caa.{tag}", sorted(values[tag]))
    facts["unknown_critical"] = critical
    return facts

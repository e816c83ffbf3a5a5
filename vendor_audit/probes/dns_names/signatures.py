"""Whether the signatures of a zone hold, from the answer up to the DS record in the parent zone (RFC 4035, 5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dns.dnssec
import dns.dnssecalgs
import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset

from vendor_audit.probes.dns_names.asking import UnansweredError, shown

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.dns_names.asking import Asker, Reply

_MOST_KEYS = 24
_MOST_SIGNATURES = 8
"""Together they bound the work that hostile keys with one tag can make (RFC 9364's implementers' limits)."""


@dataclass(frozen=True, slots=True)
class _Bogus:
    reason: str


@dataclass(frozen=True, slots=True)
class _Unsupported:
    reason: str


async def observe_dnssec(
    asker: Asker, name: dns.name.Name, zone: dns.name.Name, now: float
) -> tuple[dict[str, Json], dict[str, str]]:
    """Return the fact ``dnssec`` of a name in its zone, and what of it is unknown.

    Args:
        asker: to ask with.
        name: whose address or alias is validated.
        zone: its apex.
        now: POSIX time, for the validity of the signatures.
    """
    try:
        apex = await asker.ask(zone, "SOA")
        answer = await _answer_of(asker, name)
    except UnansweredError as error:
        return await _explain_silence(asker, name, zone, error)
    try:
        ds = (await asker.ask(zone, "DS")).own
    except UnansweredError as error:
        return {}, {"dnssec": str(error)}
    if ds is not None:
        return await _with_ds(asker, zone, ds, (apex, answer), now)
    if apex.authenticated:
        return {"ds": False}, {"dnssec.state": "the resolver says that it validated, but gives no DS record"}
    return {"ds": False, "state": "insecure", "reason": f"the parent zone has no DS record for {shown(zone)}"}, {}


async def _with_ds(
    asker: Asker, zone: dns.name.Name, ds: dns.rrset.RRset, replies: tuple[Reply, Reply], now: float
) -> tuple[dict[str, Json], dict[str, str]]:
    """Return the fact of a zone that its parent says is signed: what the resolver validated, or else our own."""
    facts: dict[str, Json] = {"ds": True, "algorithms": _algorithms(ds)}
    apex, answer = replies
    # The end of a chain of aliases may stand in an unsigned zone: its bit says nothing of this one.
    if apex.authenticated and (answer.authenticated or answer.aliases):
        reason = "the resolver set the bit AD (authenticated data)"
        return facts | {"state": "secure", "validated_by": "resolver", "reason": reason}, {}
    try:
        keys = await asker.ask(zone, "DNSKEY")
    except UnansweredError as error:
        return facts, {"dnssec.state": str(error)}
    found = await asyncio.to_thread(_validate, zone, ds, keys.message, (apex.message, answer.message), now)
    if isinstance(found, _Unsupported):
        return facts, {"dnssec.state": found.reason}
    state, reason = ("bogus", found.reason) if isinstance(found, _Bogus) else ("secure", found)
    return facts | {"state": state, "validated_by": "self", "reason": reason}, {}


async def _answer_of(asker: Asker, name: dns.name.Name) -> Reply:
    """Return the reply that holds the name's address, of the first family that it has."""
    ipv4 = await asker.ask(name, "A")
    return ipv4 if ipv4.rrset is not None or ipv4.aliases else await asker.ask(name, "AAAA")


async def _explain_silence(
    asker: Asker, name: dns.name.Name, zone: dns.name.Name, error: UnansweredError
) -> tuple[dict[str, Json], dict[str, str]]:
    """Return ``bogus`` where a resolver's SERVFAIL turns into an answer when it is asked not to validate."""
    if not error.servfail:
        return {}, {"dnssec": str(error)}
    try:
        unchecked = [await asker.ask(name, "A", check=False), await asker.ask(zone, "SOA", check=False)]
    except UnansweredError as second:
        return {}, {"dnssec": f"{error}; with checking disabled: {second}"}
    facts: dict[str, Json] = {
        "state": "bogus",
        "validated_by": "resolver",
        "reason": f"{error}; with checking disabled it answers {len(unchecked)} questions for the name",
    }
    try:
        ds = (await asker.ask(zone, "DS", check=False)).own
    except UnansweredError as second:
        return facts, {"dnssec.ds": str(second)}
    facts["ds"] = ds is not None
    if ds is not None:
        facts["algorithms"] = _algorithms(ds)
    return facts, {}


def _algorithms(ds: dns.rrset.RRset) -> list[str]:
    numbers = sorted({int(each.algorithm) for each in ds})
    return [f"{number} {dns.dnssec.algorithm_to_text(number)}" for number in numbers[:20]]


def _validate(
    zone: dns.name.Name,
    ds: dns.rrset.RRset,
    keys: dns.message.Message,
    answers: tuple[dns.message.Message, ...],
    now: float,
) -> str | _Bogus | _Unsupported:
    """Return what was validated, or why it was not."""
    dnskey, signatures = _signed(keys, zone, dns.rdatatype.DNSKEY)
    if dnskey is None:
        return _Bogus("the parent zone has a DS record, but the zone has no DNSKEY records")
    if len(dnskey) > _MOST_KEYS:
        return _Unsupported(f"the zone has {len(dnskey)} keys; more than {_MOST_KEYS} are not tried")
    if not any(_is_supported(each) for each in ds):
        return _Unsupported("the DS record has only algorithms or digests that are not supported here")
    trusted = _named_by(ds, dnskey, zone)
    if trusted is None:
        return _Bogus("no key of the zone is the one that the DS record in the parent zone names")
    checks: list[tuple[dns.rrset.RRset, dns.rrset.RRset | None, dns.rrset.RRset]] = [(dnskey, signatures, trusted)]
    for message in answers:
        for rrset in message.answer[:20]:
            if rrset.rdtype != dns.rdatatype.RRSIG and _in_zone(message, rrset, zone):
                _, over = _signed(message, rrset.name, rrset.rdtype)
                checks.append((rrset, over, dnskey))
    for rrset, over, by in checks:
        problem = _check(rrset, over, zone, by, now)
        if problem is not None:
            return problem
    validated = ", ".join(dict.fromkeys(f"{shown(each.name)} {_type(each)}" for each, _, _ in checks))
    return f"the signatures of {validated} hold up to the DS record; that record's own were not validated"[:1000]


def _is_supported(ds: Any) -> bool:  # noqa: ANN401 # a DS record, which dnspython types only at run time
    try:
        dns.dnssecalgs.get_algorithm_cls(ds.algorithm)
    except dns.exception.UnsupportedAlgorithm:
        return False
    return dns.dnssec.default_policy.ok_to_validate_ds(ds.digest_type)


def _in_zone(message: dns.message.Message, rrset: dns.rrset.RRset, zone: dns.name.Name) -> bool:
    """Return whether the records are those of the zone: in it, and not in one of the zones below that signed them."""
    if not rrset.name.is_subdomain(zone):
        return False
    _, over = _signed(message, rrset.name, rrset.rdtype)
    first = message.question[0].name
    return rrset.name == first or (over is not None and any(each.signer == zone for each in over))


def _named_by(ds: dns.rrset.RRset, dnskey: dns.rrset.RRset, zone: dns.name.Name) -> dns.rrset.RRset | None:
    """Return the keys that a DS record names; None: there are none."""
    named = []
    for key in dnskey:
        tag = dns.dnssec.key_id(key)
        for record in list(ds)[:_MOST_KEYS]:
            if record.key_tag != tag or record.algorithm != key.algorithm:
                continue
            try:
                made = dns.dnssec.make_ds(zone, key, record.digest_type, validating=True)
            except (dns.exception.UnsupportedAlgorithm, dns.exception.DeniedByPolicy):
                continue
            if made.digest == record.digest:
                named.append(key)
                break
    return dns.rrset.from_rdata_list(zone, dnskey.ttl, named) if named else None


def _check(
    rrset: dns.rrset.RRset, over: dns.rrset.RRset | None, zone: dns.name.Name, keys: dns.rrset.RRset, now: float
) -> _Bogus | _Unsupported | None:
    """Return why the signature over some records does not hold; None: it holds."""
    what = f"{shown(rrset.name)} {_type(rrset)}"
    if over is None:
        return _Bogus(f"{what} is not signed")
    if len(over) > _MOST_SIGNATURES:
        return _Unsupported(f"{what} has {len(over)} signatures; more than {_MOST_SIGNATURES} are not tried")
    try:
        dns.dnssec.validate(rrset, over, {zone: keys}, now=now)
    except dns.exception.DNSException as error:
        return _expired(over, now) or _Bogus(f"the signature of {what} does not hold: {error}"[:500])
    return None


def _expired(over: dns.rrset.RRset, now: float) -> _Bogus | None:
    last = max(int(each.expiration) for each in over)
    if last >= now:
        return None
    return _Bogus(f"the signature of {shown(over.name)} expired {int((now - last) // 86400)} days ago")


def _signed(
    message: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> tuple[dns.rrset.RRset | None, dns.rrset.RRset | None]:
    """Return the records of a name and type in an answer, and the signatures over them."""
    records = next((each for each in message.answer if each.name == name and each.rdtype == kind), None)
    over = next(
        (
            each
            for each in message.answer
            if each.name == name and each.rdtype == dns.rdatatype.RRSIG and each.covers == kind
        ),
        None,
    )
    return records, over


def _type(rrset: dns.rrset.RRset) -> str:
    return dns.rdatatype.to_text(rrset.rdtype)

"""Where the addresses are that an audit came upon: one observation an address, from what is on this machine.

Nobody is asked: the operators' lists, databases and borders are files. What a probe measured (round trips to a TURN
server that knows the password) goes in as physics, where the operator says from where the audit was made. Whether a
place is good, the checks say.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.location.country_table import ATTRIBUTION, PUBLISHER
from vendor_audit.location.discs import possible_countries
from vendor_audit.location.jurisdictions import jurisdictions
from vendor_audit.location.model import Basis, ClaimKind, Word
from vendor_audit.location.names import claims_of_name
from vendor_audit.observation import Failure, Observation, Strength, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from vendor_audit.location.jurisdictions import Jurisdictions
    from vendor_audit.location.local import LocalSources, Located
    from vendor_audit.location.model import Address, Claim, Statement
    from vendor_audit.location.vantages import Vantage

Json = Any
LOCATION: Final = "location"
"""The name of the pseudo-probe."""
TITLE: Final = (
    "Weighs where the addresses are that the other probes came upon: operators' own lists, databases, and the speed of "
    "light where a round trip was measured. Asks nobody."
)
_NAMED_BY_VENDOR: Final = "named_by_vendor"
"""Not what an address is there for, but that the service named it."""
_MOST: Final = 500
"""Addresses that are located."""
_MOST_SEEN: Final = 20
"""Places at which an address was seen, that are kept."""
_NO_PLACE: Final = frozenset({ClaimKind.SPECIAL_PURPOSE, ClaimKind.ANYCAST, ClaimKind.CDN})


@dataclass(slots=True)
class _Found:
    """An address and where it was seen."""

    seen: dict[tuple[str, str, str], None] = field(default_factory=dict)
    """Probe, target, role."""
    names: dict[str, None] = field(default_factory=dict)
    rtt_ms: float | None = None
    """The least round trip of authenticated exchanges."""


def locate_all(
    observations: Sequence[Observation], sources: LocalSources, day: date, started: str, vantage: Vantage | None
) -> tuple[Observation, ...]:
    """Return one observation for each address that the others name, in the order of the addresses.

    Args:
        observations: of the probes `tls`, `dns`, `turn`, `dtls` and `media`; others are passed over.
        sources: what is on this machine.
        day: by which data are old or fresh.
        started: as in `Observation`.
        vantage: from where round trips were measured; None: not known, so that they prove nothing.
    """
    where = jurisdictions(day)
    found = _addresses(observations)
    order = sorted(found, key=lambda each: (each.version, int(each)))
    located = [_observation(each, found[each], sources, where, started, vantage) for each in order[:_MOST]]
    if order[_MOST:]:
        located.append(_not_located([found[each] for each in order[_MOST:]], started))
    return tuple(located)


def _not_located(left: Sequence[_Found], started: str) -> Observation:
    """Return that there are more: an address that nobody located is not known to be anywhere."""
    roles = tuple(sorted({role for each in left for _, _, role in each.seen}))
    failure = Failure("too_large", f"{_MOST} addresses are the most that are located; {len(left)} more were seen")
    target = Target("address", "further addresses", roles=roles)
    return Observation(LOCATION, target, Strength.OBSERVED, {}, {}, (), started, 0.0, failure)


def sources_shape(sources: LocalSources) -> dict[str, Json]:
    """Return what could be asked, each with its day, and what could not, as an audit's settings keep it."""
    asked = []
    for each in sources.sources:
        shape = {"name": each.name}
        for name, day in (("edition", each.edition), ("checked", each.checked)):
            if day is not None:
                shape[name] = day.isoformat()
        asked.append(shape)
    return {"asked": asked, "not_asked": dict(sources.not_asked)}


def _addresses(observations: Iterable[Observation]) -> dict[Address, _Found]:
    found: dict[Address, _Found] = {}
    for each in observations:
        if each.error is not None:
            continue
        for text, roles, name, rtt in _SEERS.get(each.probe, lambda _: ())(each):
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                continue
            entry = found.setdefault(address, _Found())
            for role in roles:
                if role != _NAMED_BY_VENDOR:
                    entry.seen[each.probe, each.target.name, role] = None
            if name:
                entry.names[name] = None
            if rtt is not None:
                entry.rtt_ms = min(rtt, entry.rtt_ms or rtt)
    return found


def _of_service(seen: Observation) -> Iterator[tuple[str, tuple[str, ...], str, float | None]]:
    if address := seen.facts.get("address"):
        yield address, seen.target.roles, seen.target.host, None


def _of_name(seen: Observation) -> Iterator[tuple[str, tuple[str, ...], str, float | None]]:
    addresses = seen.facts.get("addresses", {})
    for address in (*addresses.get("ipv4", ()), *addresses.get("ipv6", ())):
        yield address, seen.target.roles, seen.target.host, None


def _of_turn(seen: Observation) -> Iterator[tuple[str, tuple[str, ...], str, float | None]]:
    for each in seen.facts.get("listeners", ()):
        rtt = each.get("rtt_ms", {})
        least = rtt.get("least") if rtt.get("authenticated") else None
        yield each["address"], seen.target.roles, seen.target.host, least
    for address in seen.facts.get("relayed_addresses", ()):
        yield address, ("relay",), "", None


def _of_media(seen: Observation) -> Iterator[tuple[str, tuple[str, ...], str, float | None]]:
    pairs = [each.get("remote", {}) for each in seen.facts.get("selected_pairs", ())]
    for each in (*pairs, *seen.facts.get("remote_candidates", ())):
        if "address" in each:
            yield each["address"], ("relay" if each.get("type") == "relay" else "media_server",), "", None
    for address in seen.facts.get("relayed_addresses", ()):
        yield address, ("relay",), "", None


_SEERS: Final = {"tls": _of_service, "dtls": _of_service, "dns": _of_name, "turn": _of_turn, "media": _of_media}


def _observation(
    address: Address,
    found: _Found,
    sources: LocalSources,
    where: Jurisdictions,
    started: str,
    vantage: Vantage | None,
) -> Observation:
    possible = None
    if vantage is not None and found.rtt_ms is not None:
        possible = possible_countries([vantage.measured(found.rtt_ms)])
    more: tuple[Claim, ...] = tuple(claim for name in found.names for claim in claims_of_name(name))
    located = sources.locate(address, where.on, where=where, claimed=where.eea, possible=possible, more=more)
    facts, unknown = _facts(located, found, where)
    if possible is not None and vantage is not None:
        facts["round_trip"] = {"vantage": vantage.name, "least_ms": found.rtt_ms, "radius_km": possible.radius_km[0]}
    roles = tuple(sorted({role for _, _, role in found.seen}))
    text = str(address)
    target = Target("address", text, text, roles=roles)
    return Observation(LOCATION, target, Strength.OBSERVED, facts, unknown, (), started, 0.0)


def _facts(located: Located, found: _Found, where: Jurisdictions) -> tuple[dict[str, Json], dict[str, str]]:
    statement = located.statement
    facts: dict[str, Json] = {
        "address": str(located.asked),
        "seen_as": [
            {"probe": probe, "target": target, "role": role} for probe, target, role in list(found.seen)[:_MOST_SEEN]
        ],
        **statement.to_json(),
        "as_of": where.on.isoformat(),
    }
    if located.carried_by:
        facts |= {"carries": str(located.address), "form": located.carried_by}
    unknown: dict[str, str] = {}
    why = statement.reasons[0] if statement.reasons else "no source says where it is"
    residence = _residence(statement, where)
    if residence:
        facts["residence"] = residence
    else:
        unknown["residence"] = why
    if statement.country:
        facts["jurisdiction"] = where.of(statement.country).value
    else:
        unknown |= {"country": why, "jurisdiction": why}
    if any(claim.publisher == PUBLISHER for claim in statement.claims):
        facts["attribution"] = ATTRIBUTION
    return facts, unknown


def _residence(statement: Statement, where: Jurisdictions) -> str:
    """Return what is established of residence in the EEA, with how; empty: nothing is."""
    match statement.word:
        case Word.PROVEN_EEA:
            return "eea_proven"
        case Word.DECLARED if statement.country in where.eea:
            return "eea_declared"
        case Word.CONSISTENT if statement.basis is Basis.DATABASES:
            return "eea_databases"
        case Word.REFUTED:
            return "outside"
        case Word.UNDETERMINED if _databases_say_outside(statement, where):
            return "outside_databases"
    return ""


def _databases_say_outside(statement: Statement, where: Jurisdictions) -> bool:
    """Return whether every database names a country outside of the EEA, for an address that has a place at all."""
    if any(claim.kind in _NO_PLACE for claim in statement.claims):
        return False
    countries = [claim.country for claim in statement.claims if claim.kind is ClaimKind.DATABASE]
    return bool(countries) and not any(each is None or each in where.eea for each in countries)

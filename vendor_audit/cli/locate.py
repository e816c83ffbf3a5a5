"""``vendor-audit locate``: where an address is, with every source's answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vendor_audit.location.discs import Possible
    from vendor_audit.location.jurisdictions import Jurisdictions
    from vendor_audit.location.local import LocalSources, Located
    from vendor_audit.location.model import Address, Claim
    from vendor_audit.location.vantages import Vantage

_REGIONS = {"eu": "eu", "eea": "eea", "eea+adequate": "eea_or_adequate"}
"""What --claimed takes besides countries -> the set of the jurisdictions."""


def locate(
    addresses: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS…", help="IPv4 or IPv6 addresses, or host names to look up."),
    ],
    vantage: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="Where --rtt-ms was measured from: 'Frankfurt, DE' or '50.11,8.68'."),
    ] = None,
    rtt_ms: Annotated[
        list[float] | None,
        typer.Option(min=0, help="The least round-trip time from there, in ms, of authenticated exchanges."),
    ] = None,
    claimed: Annotated[
        str | None, typer.Option(help="Where it is said to be: EU, EEA, EEA+adequate, or countries such as DE,FR.")
    ] = None,
    mmdb: Annotated[list[Path] | None, typer.Option(help="A database in MaxMind DB format; may be repeated.")] = None,
    geofeed: Annotated[
        list[Path] | None, typer.Option(help="A geofeed (RFC 8805) of their operator; may be repeated.")
    ] = None,
    census: Annotated[
        list[Path] | None, typer.Option(help="A census of anycast as CSV (LACeS); may be repeated.")
    ] = None,
    resolve: Annotated[list[str] | None, typer.Option(metavar="NAME=ADDRESS", help="Pin a name to an address.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Say where addresses are, how well that is known, and what each source answers. Asks nobody but the DNS.

    vendor-audit locate 52.59.186.1 --claimed EEA

    vendor-audit locate 203.0.113.7 --vantage "Frankfurt, DE" --rtt-ms 1.2

    With several vantages give --vantage and --rtt-ms once for each, in the same order; they then hold for one address.
    """
    from vendor_audit.audit.collect import utc_now
    from vendor_audit.cli.output import print_json
    from vendor_audit.location.cache import Cache, cache_folder
    from vendor_audit.location.jurisdictions import jurisdictions
    from vendor_audit.location.local import UserFiles, load_sources

    today = utc_now().date()
    where = jurisdictions(today)
    wanted = _claimed(claimed, where) if claimed is not None else None
    vantages, possible, fibre = _measured(vantage or [], rtt_ms or [], len(addresses))
    sources = load_sources(
        Cache(cache_folder()), UserFiles(tuple(mmdb or ()), tuple(geofeed or ()), tuple(census or ()))
    )
    located = [
        sources.locate(address, today, where=where, claimed=wanted, possible=possible, more=more)
        for address, more in _addresses(addresses, resolve or [])
    ]
    shape = _document(located, sources, where, today)
    if possible is not None:
        shape["round_trip_time"] = _round_trip_time(vantages, rtt_ms or [], possible, fibre)
    if json_:
        print_json(shape)
    else:
        from vendor_audit.cli.locate_view import print_locations

        print_locations(shape)
    return 0


def _claimed(text: str, where: Jurisdictions) -> frozenset[str]:
    """Return the countries that a claim names.

    Raises:
        UsageError: a part of it is neither a set nor a country's code.
    """
    import re

    from vendor_audit.errors import UsageError

    if (name := _REGIONS.get(text.strip().lower())) is not None:
        found: frozenset[str] = getattr(where, name)
        return found
    codes = [each.strip().upper() for each in text.split(",")]
    for each in codes:
        if not re.fullmatch("[A-Z]{2}", each):
            raise UsageError(f"--claimed takes EU, EEA, EEA+adequate or codes such as DE,FR, not '{each}'")
        if each in {"UK", "EL"}:
            raise UsageError(f"'{each}' is no ISO 3166-1 code: write {'GB' if each == 'UK' else 'GR'}")
    return frozenset(codes)


def _measured(
    places: Sequence[str], times: Sequence[float], addresses: int
) -> tuple[list[Vantage], Possible | None, Possible | None]:
    """Return the vantages, and what the round-trip times leave at light speed in vacuum and in fibre.

    Raises:
        UsageError: the numbers of places and times differ, a place is unknown, or several addresses are asked for.
    """
    from vendor_audit.errors import UsageError

    if len(places) != len(times):
        raise UsageError("--vantage and --rtt-ms belong together: give as many of the one as of the other")
    if not places:
        return [], None, None
    if addresses > 1:
        raise UsageError("a round-trip time is that of one address: ask for one at a time")
    from vendor_audit.location.discs import possible_countries
    from vendor_audit.location.vantages import vantage

    vantages = [vantage(each) for each in places]
    try:
        measured = [each.measured(time) for each, time in zip(vantages, times, strict=True)]
    except ValueError as error:
        raise UsageError(str(error)) from error
    return vantages, possible_countries(measured), possible_countries(measured, speed="fibre")


def _addresses(texts: Sequence[str], resolve: Sequence[str]) -> list[tuple[Address, tuple[Claim, ...]]]:
    """Return the addresses that were written, and those of the names that were, with what the names say.

    Raises:
        UsageError: a text is neither.
        NotEstablishedError: a name leads to no address.
    """
    import asyncio
    import re

    from vendor_audit.cli.pins import pins
    from vendor_audit.errors import NotEstablishedError, UsageError
    from vendor_audit.location.names import claims_of_name
    from vendor_audit.probes.interface import ProbeError
    from vendor_audit.probes.network import Network, NetworkSettings, literal, names_of_this_machine

    written = {each: literal(each) for each in texts}
    names = [each for each, address in written.items() if address is None]
    for each in names:
        if not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?", each) or len(each) > 253:  # noqa: PLR2004 # RFC 1035
            raise UsageError(f"'{each}' is neither an address nor a host name")
    network = Network(NetworkSettings(resolve={**names_of_this_machine(names), **pins(resolve)}))
    found: list[tuple[Address, tuple[Claim, ...]]] = []
    for each, address in written.items():
        if address is not None:
            found.append((address, ()))
            continue
        try:
            lookup = asyncio.run(network.lookup(each))
        except ProbeError as error:
            raise NotEstablishedError(str(error)) from error
        both = (*(lookup.ipv4 or ()), *(lookup.ipv6 or ()))
        if not both:
            reason = next(iter(lookup.errors.values()), None)
            raise NotEstablishedError(str(reason or f"the name {each} exists but has no address"))
        found += [(one, claims_of_name(each)) for one in both]
    return found


def _document(located: Sequence[Located], sources: LocalSources, where: Jurisdictions, today: date) -> dict[str, Any]:
    from vendor_audit.location.country_table import ATTRIBUTION, PUBLISHER

    shape: dict[str, Any] = {
        "on": today.isoformat(),
        "addresses": [_one(each, where) for each in located],
        "sources": [
            {
                "name": each.name,
                **({"edition": each.edition.isoformat()} if each.edition else {}),
                **({"checked": each.checked.isoformat()} if each.checked else {}),
                **({"licence": each.licence} if each.licence else {}),
            }
            for each in sources.sources
        ],
        "not_asked": sources.not_asked,
        "jurisdictions": {"id": where.id, "as_of": where.as_of.isoformat()},
    }
    if where.warning:
        shape["warnings"] = [where.warning]
    if any(claim.publisher == PUBLISHER for each in located for claim in each.statement.claims):
        shape["attributions"] = [ATTRIBUTION]
    return shape


def _one(located: Located, where: Jurisdictions) -> dict[str, Any]:
    shape: dict[str, Any] = {"address": str(located.asked)}
    if located.carried_by:
        shape |= {"carries": str(located.address), "form": located.carried_by}
    statement = located.statement
    if statement.country:
        shape["jurisdiction"] = where.of(statement.country).value
    return {**shape, **statement.to_json()}


def _round_trip_time(
    vantages: Sequence[Vantage], times: Sequence[float], possible: Possible, fibre: Possible | None
) -> dict[str, Any]:
    measured = [
        {"vantage": each.name, "lat": each.lat, "lon": each.lon, "rtt_ms": time, "radius_km": round(radius, 1)}
        for each, time, radius in zip(vantages, times, possible.radius_km, strict=True)
    ]
    shape: dict[str, Any] = {
        "measured": measured,
        "possible": sorted(possible.countries),
        "contradiction": possible.contradiction,
        "assumes": "the vantage is where it is said to be, and the answer could only come from the far end",
    }
    if fibre is not None:
        shape["possible_if_all_fibre"] = sorted(fibre.countries)
    return shape

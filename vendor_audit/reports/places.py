"""The view of where the addresses are: what is known of each, how, and what every source answered. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import babel

from vendor_audit.reports.lookup import day
from vendor_audit.reports.text import capital, listed, visible
from vendor_audit.reports.words import HOW_KNOWN, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json
    from vendor_audit.reports.lookup import Lookup

UNDETERMINED = "undetermined"
"""Stands where the place is not known."""
_ORDER = ("outside", "undetermined", "databases", "declared", "proven")
"""What a reader has to know of first."""
_NAMED = 6
"""Countries that one cell names, and roles."""
_CREDIT = re.compile(r"(IP Geolocation by DB-IP) \((https://db-ip\.com)\)(.*)", re.ASCII)
"""The one attribution that becomes a link: an audit document cannot make another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source answered."""

    source: str
    text: str
    when: str
    """"data of 1 June 2026, checked 3 November 2026"; empty: the source names no day."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The least authenticated round trip."""

    vantage: str
    least_ms: float
    radius_km: float

    @property
    def text(self) -> str:
        """The sentence that a person reads."""
        return (
            f"{self.least_ms:g} ms there and back from {self.vantage}: no farther than {self.radius_km:,.0f} km from it"
        )


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """An address."""

    number: str
    """Of the observation: "O7"."""
    anchor: str
    address: str
    carries: str
    """"carries 192.0.2.1 (NAT64)"; empty: it carries no other."""
    seen_as: str
    place: str
    """The country's name, `UNDETERMINED`, or what physics leaves."""
    suggested: str
    """What sources suggest where the place is not known; empty: nothing."""
    known: str
    """How it is known."""
    mark: str
    """``proven``, ``declared``, ``databases``, ``outside`` or ``undetermined``: the shape goes by it."""
    country: str
    """ISO 3166-1 alpha-2 of the established country; empty: none is established, so that nothing may be drawn."""
    reason: str
    round_trip: RoundTrip | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Credit:
    """What has to be said where a source's answers are shown."""

    text: str
    name: str
    """The part that is a link on a screen; empty: none is."""
    url: str
    rest: str


@dataclass(frozen=True, slots=True)
class Places:
    """All of it."""

    rows: tuple[PlaceRow, ...]
    """What is outside of the EEA first, what is proven last; then as observed."""
    credits: tuple[Credit, ...]
    not_asked: tuple[tuple[str, str], ...]
    """Sources, and why they could not be asked."""

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many addresses have each mark, of those that occur."""
        marks = [row.mark for row in self.rows]
        return tuple((mark, marks.count(mark)) for mark in _ORDER if mark in marks)


def places_of(look: Lookup) -> Places:
    """Return what the audit says of where addresses are; no rows where it located none."""
    seen = [each for each in look.audit["observations"] if each["probe"] == "location" and "error" not in each]
    rows = [_row(look.number(each["id"]), look.facts[each["id"]]) for each in seen]
    said = [visible(look.facts[each["id"]].get("attribution", "")) for each in seen]
    settings = look.audit["settings"].get("location", {})
    return Places(
        tuple(sorted(rows, key=lambda row: _ORDER.index(row.mark))),
        tuple(_credit(each) for each in dict.fromkeys(said) if each),
        _not_asked(settings.get("not_asked", {})) if rows else (),
    )


def country_name(code: str) -> str:
    """Return the English name of a country, or the code as it is where it is no country's."""
    name = _territories().get(code) if re.fullmatch(r"[A-Z]{2}", code) else None
    return str(name) if name else visible(code)


def _not_asked(reasons: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    together: dict[str, list[str]] = {}
    for source, reason in reasons.items():
        together.setdefault(reason, []).append(source)
    return tuple((listed(sources), reason) for reason, sources in together.items())


def _territories() -> Mapping[str, str]:
    territories: Mapping[str, str] = babel.Locale("en").territories
    return territories


def _row(number: str, facts: Json) -> PlaceRow:
    word, basis, residence = (facts.get(each, "") for each in ("word", "basis", "residence"))
    known, mark = HOW_KNOWN.get((word, basis), HOW_KNOWN["undetermined", "none"])
    if word == "undetermined" and residence == "outside_databases":
        known = "Not established; all databases say outside of the EEA"
    country = visible(facts.get("country", ""))
    established = bool(country) and mark != "undetermined"
    reasons = facts.get("reasons", [])
    carries = f"carries {facts['carries']} ({facts.get('form', 'in another form')})" if facts.get("carries") else ""
    return PlaceRow(
        number=number,
        anchor=f"observation-{number.removeprefix('O')}",
        address=visible(facts.get("address", "")),
        carries=visible(carries),
        seen_as=_roles(facts.get("seen_as", [])),
        place=_place(facts, country, mark),
        suggested=_several(facts.get("suggested", []), "or"),
        known=known,
        mark=mark,
        country=country if established else "",
        reason=_sentence(visible(reasons[0]), facts.get("claims", [])) if reasons else "",
        round_trip=_round_trip(facts.get("round_trip")),
        answers=tuple(_answer(each) for each in facts.get("claims", [])),
    )


def _sentence(reason: str, claims: list[Json]) -> str:
    """Return the reason with a capital letter, unless it begins with the name of a source."""
    return reason if reason.partition(" ")[0] in {each["source"] for each in claims} else capital(reason)


def _place(facts: Json, country: str, mark: str) -> str:
    if country:
        return country_name(country)
    # Physics may settle the question of the EEA and leave several countries of it.
    return _several(facts.get("possible", []), "or") or UNDETERMINED if mark in {"proven", "outside"} else UNDETERMINED


def _several(codes: list[str], last: str) -> str:
    names = [country_name(each) for each in codes]
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} {last} {len(names) - _NAMED} more"
    return listed(names, last)


def _roles(seen: list[Json]) -> str:
    roles = list(dict.fromkeys(ROLES.get(each["role"], visible(each["role"].replace("_", " "))) for each in seen))
    return ", ".join([*roles[:_NAMED], *([f"and {len(roles) - _NAMED} more"] if roles[_NAMED:] else [])])


def _round_trip(measured: Json) -> RoundTrip | None:
    if not measured:
        return None
    return RoundTrip(visible(measured["vantage"]), measured["least_ms"], measured["radius_km"])


def _answer(claim: Json) -> Answer:
    days = [("data of", claim.get("edition")), ("checked", claim.get("checked"))]
    when = ", ".join(f"{word} {day(visible(date))}" for word, date in days if date)
    return Answer(visible(claim["source"]), visible(claim["text"]), when)


def _credit(text: str) -> Credit:
    found = _CREDIT.fullmatch(text)
    return Credit(text, found[1], found[2], found[3]) if found else Credit(text, "", "", "")

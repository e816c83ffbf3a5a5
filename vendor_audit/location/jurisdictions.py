"""Which law reaches a country: the Union, the EEA, adequacy. From the same dated file as the checks read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from vendor_audit.location.dated import dated

_WARN_AFTER = timedelta(days=183)
"""Six months: the Commission decides on adequacy several times a year."""


class Jurisdiction(StrEnum):
    """How the GDPR sees a place."""

    EEA = "eea"
    ADEQUATE = "adequate"
    """An adequacy decision for all or nearly all recipients is in force."""
    ADEQUATE_IN_PART = "adequate_in_part"
    """For some recipients only: a place alone cannot decide."""
    THIRD_COUNTRY = "third_country"


@dataclass(frozen=True, slots=True)
class Jurisdictions:
    """The sets on a day."""

    id: str
    """Of the dated data."""
    as_of: date
    on: date
    """The day of which they are asked."""
    eu: frozenset[str] = field(repr=False)
    """Member States and their parts with codes of their own, ISO 3166-1 alpha-2."""
    eea: frozenset[str] = field(repr=False)
    adequate: frozenset[str] = field(repr=False)
    """Without decisions that are not yet, or no longer, in force on the day."""
    in_part: frozenset[str] = field(repr=False)

    @property
    def eea_or_adequate(self) -> frozenset[str]:
        """The EEA and the countries with an adequacy decision for all recipients."""
        return self.eea | self.adequate

    def of(self, country: str) -> Jurisdiction:
        """Return how the GDPR sees a country."""
        if country in self.eea:
            return Jurisdiction.EEA
        if country in self.adequate:
            return Jurisdiction.ADEQUATE
        return Jurisdiction.ADEQUATE_IN_PART if country in self.in_part else Jurisdiction.THIRD_COUNTRY

    @property
    def warning(self) -> str:
        """A sentence when the data are older than six months; else empty."""
        if self.on - self.as_of <= _WARN_AFTER:
            return ""
        return (
            f"the list of adequacy decisions ({self.id}) is as of {self.as_of}, more than six months ago: decisions "
            "may have been taken, renewed or annulled since"
        )


def jurisdictions(on: date) -> Jurisdictions:
    """Return the sets as they are in force on a day, as far as the dated data know."""
    data = dated("jurisdictions")
    parts = frozenset(data.at("eu_parts"))
    decisions = data.branch("decisions")

    def in_force(country: str) -> bool:
        decision = decisions.get(country, {})
        begins = decision.get("valid_from", {}).get("value", "")
        ends = decision.get("valid_until", {}).get("value", "")
        return begins <= on.isoformat() and (not ends or on.isoformat() <= ends)

    return Jurisdictions(
        data.id,
        data.as_of,
        on,
        frozenset(data.at("eu")) | parts,
        frozenset(data.at("eea")) | parts,
        frozenset(filter(in_force, data.at("adequate"))),
        frozenset(filter(in_force, data.at("adequate_in_part"))),
    )

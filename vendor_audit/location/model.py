"""The nouns of this room: what a source claims of an address, and the statement that the claims come to.

No claim is a verdict. A claim says who says what, as of when, and on what terms it may be passed on; a statement says
how much of that stands.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from vendor_audit.observation import Json

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
AddressNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class ClaimKind(StrEnum):
    """What kind of evidence a claim is."""

    SPECIAL_PURPOSE = "special_purpose"
    """The address belongs to a block of an IANA special-purpose registry, or carries another address."""
    ANYCAST = "anycast"
    """The address is announced from several places: the address alone says nothing about which answers."""
    CDN = "cdn"
    """The address is an edge of a content delivery network, which forwards to servers elsewhere."""
    OPERATOR_DECLARED = "operator_declared"
    """The operator of the address publishes where it is: a region file or a geofeed. Declared, not verified."""
    DATABASE = "database"
    """A geolocation database says so."""
    REGISTRATION = "registration"
    """Whom a registry lists as the holder. Never a location."""
    NAME = "name"
    """A host name or a bucket name has a region in its text. Weak: whoever names it may write anything."""
    EXCLUDED = "excluded"
    """Physics rules the country out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of an address."""

    source: str
    """The source's name: ``aws``, ``dbip-country-lite``, ``iana``, a file's name."""
    kind: ClaimKind
    text: str
    """The sentence that a person reads."""
    country: str | None = None
    """ISO 3166-1 alpha-2. None: the source names no country, or one that must not be taken for a location."""
    region: str = ""
    """The region in the operator's own words, ``eu-central-1-ist-1``; of a geofeed the city. Empty: none."""
    operator: str = ""
    """Who runs the address, where the source says it; empty: it does not."""
    edition: date | None = None
    """The day of the data by the source's own words. None: it does not say."""
    checked: date | None = None
    """The last day on which the publisher was asked and these were its current data. None: not known."""
    licence: str = ""
    """On what terms the data may be passed on; empty: not known."""
    publisher: str = ""
    """Of a database, who makes it: two editions of one publisher are not two witnesses. Empty: not known."""

    @property
    def as_of(self) -> date | None:
        """The day of which the claim is known to be right: when it was last asked for, else its edition."""
        return self.checked or self.edition

    def to_json(self) -> dict[str, Json]:
        """Return the claim as JSON; what is not known is left out."""
        shape: dict[str, Json] = {"source": self.source, "kind": self.kind.value, "text": self.text}
        for name in ("country", "region", "operator", "licence", "publisher"):
            if value := getattr(self, name):
                shape[name] = value
        for name in ("edition", "checked"):
            if (day := getattr(self, name)) is not None:
                shape[name] = day.isoformat()
        return shape


class Word(StrEnum):
    """What the evidence comes to, strongest first."""

    PROVEN_EEA = "proven_eea"
    """By physics what answered is in the European Economic Area."""
    PROVEN_EEA_OR_ADEQUATE = "proven_eea_or_adequate"
    """By physics what answered is in the EEA or in a country with an adequacy decision."""
    DECLARED = "declared"
    """The operator of the address declares the country, and nothing contradicts it."""
    CONSISTENT = "consistent"
    """Databases say a country that fits the claim, and nothing contradicts them. `Statement.basis` says how many."""
    REFUTED = "refuted"
    """What was claimed is excluded, by physics or by the operator's own declaration. Never by a database."""
    UNDETERMINED = "undetermined"
    """The evidence does not reach; the reasons say why."""


class Basis(StrEnum):
    """What a statement rests on."""

    ROUND_TRIP_TIME = "round_trip_time"
    OPERATOR = "operator"
    DATABASES = "databases"
    """As many databases of different publishers agree as the rules ask for."""
    ONE_DATABASE = "one_database"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Statement:
    """What can be said of where an address is, and why."""

    word: Word
    basis: Basis
    country: str | None
    """ISO 3166-1 alpha-2. None: undetermined, or physics leaves several."""
    reasons: tuple[str, ...]
    """Sentences, the decisive one first."""
    claims: tuple[Claim, ...]
    """Every source's answer, in the order in which they were asked."""
    suggested: tuple[str, ...] = ()
    """Countries that some source names, where that is not enough for `country`; in alphabetical order."""
    possible: tuple[str, ...] | None = None
    """Countries that the round-trip time leaves, in alphabetical order. None: none was measured."""

    def to_json(self) -> dict[str, Json]:
        """Return the statement as JSON; what is not known is left out."""
        shape: dict[str, Json] = {"word": self.word.value, "basis": self.basis.value}
        if self.country:
            shape["country"] = self.country
        if self.suggested:
            shape["suggested"] = list(self.suggested)
        if self.possible is not None:
            shape["possible"] = list(self.possible)
        return {**shape, "reasons": list(self.reasons), "claims": [each.to_json() for each in self.claims]}


class Source(Protocol):
    """One source of evidence about addresses."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def edition(self) -> date | None:
        """The day of its data by its own words. None: it does not say."""

    @property
    def checked(self) -> date | None:
        """The last day on which the publisher was asked and these were its current data. None: not known."""

    @property
    def licence(self) -> str:
        """On what terms its data may be passed on; empty: not known."""

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return what it says of an address; empty: nothing. Raises nothing."""

"""What a first look at a vendor's site gives, each thing with where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.probes.http.domains import registrable

if TYPE_CHECKING:
    from vendor_audit.probes.site.names import LikelyName
    from vendor_audit.probes.site.naming import Named


@dataclass(frozen=True, slots=True)
class Found:
    """A page or document of the vendor."""

    purpose: str
    url: str
    origin: str
    """For a person: "from the link 'Privacy' on https://…"."""
    doubt: str = ""
    """Why it is a guess; empty: it is none."""


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """A WebSocket URL, or a STUN or TURN URI."""

    address: str
    origin: str


@dataclass(frozen=True, slots=True)
class SecurityContact:
    """What security.txt says."""

    url: str
    mail: str
    """The first mail address; empty: there is none."""
    expired: str
    """The day on which it expired; empty: it has not, or does not say."""


@dataclass(slots=True)
class SiteSurvey:
    """What was found; grows while the site is looked at."""

    asked: str
    """The URL that the operator wrote."""
    start: str
    """The URL of the start page, redirects followed."""
    domain: str
    """The registrable domain, or the address."""
    name: Named | None = None
    entities: tuple[str, ...] = ()
    """Companies that the legal notice names."""
    found: dict[str, Found] = field(default_factory=dict)
    """By purpose."""
    media: dict[str, MediaAddress] = field(default_factory=dict)
    names: tuple[LikelyName, ...] = ()
    security: SecurityContact | None = None
    notes: list[str] = field(default_factory=list)
    """What could not be looked at, for a person."""
    visited: int = 0
    """URLs that were asked for."""

    def owns(self, host: str) -> bool:
        """Return whether a host is below the vendor's domain."""
        return registrable(host) == self.domain

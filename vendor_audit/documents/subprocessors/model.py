"""The nouns of a sub-processor list that was read. Each turns into facts; what is not known is absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json

MOST_ROWS = 2_000
"""Sub-processors that are kept of one document."""
STATED = ("entity", "address", "contact", "countries", "establishment", "task", "data", "transfer_tools", "changed")
"""What a list can say of a sub-processor: the keys of `SubprocessorList.columns`, and of what a row may be missing."""


class Mechanism(StrEnum):
    """How a change of the list reaches the customer, the most active first."""

    EMAIL = "email"
    """Sent, without the customer having to ask for it."""
    IN_APP = "in_app"
    SUBSCRIBE = "subscribe"
    """Sent to who has subscribed."""
    FEED = "feed"
    PAGE = "page"
    """The page changes, and the customer has to look."""
    NONE = "none"
    """The document says nothing of it."""


@dataclass(frozen=True, slots=True)
class Subprocessor:
    """One sub-processor, as one row or entry of the list names it."""

    entity: str
    """As written, without an address beside it; empty: the row names none."""
    has_legal_form: bool
    """Whether the name has a legal form (Inc., GmbH, B.V.): without one it may be a brand only."""
    address: str
    contact: str
    countries: tuple[str, ...] | None
    """Where data are processed, ISO 3166-1 alpha-2; from a column that says only "country" or "location", too. None:
    not stated, or not read."""
    regions: tuple[str, ...]
    """What stands in place of countries: ``eu``, ``eea``, ``worldwide``, ``various``, ..."""
    cloud_regions: tuple[str, ...]
    """As the provider writes them: ``eu-central-1``. They are no country."""
    establishment: str
    """The country of the company, ISO 3166-1 alpha-2."""
    task: str
    data: str
    transfer_tools: tuple[str, ...]
    """``scc``, ``dpf``, ``adequacy``, ``bcr``, ``idta``, ``privacy_shield``, ``derogation``, ``none_needed`` (it says
    that no tool is needed), ``none`` (it says that there is none)."""
    changed: str
    """Since when it is on the list, or when its entry changed: a day or a month."""
    missing: tuple[str, ...]
    """What of `STATED` the list does not say of it at all. What it says and we could not read is not in here."""
    page: int
    section: str
    text: str
    """The row as it stands, at most 500 characters."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """What stands in the columns, by what they say, at most 500 characters each."""

    def to_json(self) -> dict[str, Json]:
        """Return the facts of the row; ``places`` are its countries, regions and regions of clouds together."""
        shape: dict[str, Json] = {"entity": self.entity, "has_legal_form": self.has_legal_form} if self.entity else {}
        for name in ("address", "contact", "establishment", "task", "data", "changed"):
            if value := getattr(self, name):
                shape[name] = value
        if self.countries is not None:
            shape["countries"] = list(self.countries)
            shape["regions"] = list(self.regions)
            shape["cloud_regions"] = list(self.cloud_regions)
            shape["places"] = [*self.countries, *self.regions, *self.cloud_regions]
        if self.transfer_tools:
            shape["transfer_tools"] = list(self.transfer_tools)
        shape |= {"missing": list(self.missing), "page": self.page, "section": self.section, "text": self.text}
        if self.cells:
            shape["raw"] = dict(self.cells)
        return shape


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """What the document says of how changes are announced."""

    mechanism: Mechanism
    days: int = 0
    """Calendar days ahead; 0: no number is given, or it is in business days."""
    business_days: int = 0
    quote: str = ""
    """The sentence that names the mechanism."""
    page: int = 0
    section: str = ""
    days_quote: str = ""
    """The sentence that names the number."""

    def to_json(self) -> dict[str, Json]:
        """Return the facts; ``days`` and ``business_days`` only where a number is given."""
        shape: dict[str, Json] = {"mechanism": self.mechanism.value}
        if self.days:
            shape["days"] = self.days
        if self.business_days:
            shape["business_days"] = self.business_days
        if self.quote:
            shape |= {"quote": self.quote, "page": self.page, "section": self.section}
        if self.days_quote:
            shape["days_quote"] = self.days_quote
        return shape


@dataclass(frozen=True, slots=True)
class SubprocessorList:
    """What a document says of sub-processors."""

    rows: tuple[Subprocessor, ...] | None
    """None: nothing that could be read as a list was found."""
    columns: Mapping[str, bool]
    """`STATED` -> whether the list says it: every row does, or every table has the column
    and some entry of the lists without columns does."""
    dated: str
    """The day or month of the list; empty: it gives none that could be read."""
    is_dated: bool
    """Whether it gives a day at all, be it one that cannot be read."""
    change_notice: ChangeNotice | None
    """None: the document was not read to its end."""
    placeholders: tuple[str, ...]
    """What was left to be filled in: "[REGION]"."""
    access_limits: tuple[str, ...]
    """What keeps a reader from the list, by its own words: ``login``, ``request``, ``nda``."""
    none_declared: bool
    """Whether the document says that there are no sub-processors."""
    unknown: Mapping[str, str]
    """Dotted path of a fact -> why it could not be established: ``rows[3].countries``. A path whose list is in the
    facts says that the list is incomplete."""

    def to_json(self) -> dict[str, Json]:
        """Return the facts without what is unknown."""
        shape: dict[str, Json] = {}
        if self.rows is not None:
            shape["rows"] = [each.to_json() for each in self.rows]
            shape["columns"] = dict(self.columns)
        if self.dated:
            shape["dated"] = self.dated
        shape["is_dated"] = self.is_dated
        if self.change_notice is not None:
            shape["change_notice"] = self.change_notice.to_json()
        shape["placeholders"] = list(self.placeholders)
        shape["access_limits"] = list(self.access_limits)
        shape["none_declared"] = self.none_declared
        return shape

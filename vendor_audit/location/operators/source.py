"""What an operator publishes, as a source: its regions as declarations, its edges as what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from vendor_audit.location.edges import edge_claim
from vendor_audit.location.model import Address, AddressNetwork, Claim, ClaimKind
from vendor_audit.location.operators.declared import InvalidOperatorFileError
from vendor_audit.location.operators.regions import countries_of
from vendor_audit.location.ranges import RangeTable, TooManyLabelsError, table_of_networks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.location.operators.declared import OperatorFile
    from vendor_audit.observation import Json


@dataclass(frozen=True, slots=True)
class OperatorRanges:
    """One operator's file as a source."""

    name: str
    """As in the dated data: ``aws``. Of a geofeed that the user gives, the file's name."""
    operator: str
    """What people call it."""
    table: RangeTable = field(repr=False)
    edition: date | None
    checked: date | None
    """The last day on which the operator was asked and this was its current file. None: not known."""
    licence: str = ""

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return what the operator declares of an address; empty: it is not in the file."""
        found = self.table.find(address)
        if found is None:
            return ()
        if found.get("edge"):
            return (edge_claim(self.name, found["edge"], address, self.operator, self.edition, self.checked),)
        region, country = found.get("region", ""), found.get("country", "")
        if "disputed" in found:
            said, country = "two different places for it", ""
        elif country:
            said = f"{country}{f', {region}' if region else ''}"
        elif region:
            country = countries_of(self.name).get(region, "")
            said = f"region {region}" + (f", which is in {country}" if country else ", which we do not know")
        else:
            said = "no place"
        return (
            Claim(
                self.name,
                ClaimKind.OPERATOR_DECLARED,
                f"{self.operator} declares {said}",
                country or None,
                region,
                self.operator,
                self.edition,
                self.checked,
                self.licence,
            ),
        )


def table_of(file: OperatorFile) -> RangeTable:
    """Return what a file declares as a table, in which the longest prefix answers.

    Raises:
        InvalidOperatorFileError: it names more different places than a table holds.
    """
    together: dict[AddressNetwork, list[dict[str, Any]]] = {}
    for each in file.networks:
        together.setdefault(each.network, []).append(each.label())
    about: dict[str, Json] = {
        "edition": file.edition.isoformat() if file.edition else "",
        "networks": len(together),
        "skipped": file.skipped,
    }
    try:
        return table_of_networks(((network, _together(labels)) for network, labels in together.items()), about)
    except TooManyLabelsError as error:
        raise InvalidOperatorFileError(f"it names too many different places: {error}") from error


def edition_of(table: RangeTable) -> date | None:
    """Return the day that `table_of` kept."""
    return date.fromisoformat(table.about["edition"]) if table.about.get("edition") else None


def _together(labels: Iterable[dict[str, Any]]) -> dict[str, Json]:
    """Return one label for all entries of one prefix.

    An edge is an edge whatever else the prefix serves; two different places are none.
    """
    edges = {each["edge"] for each in labels if each.get("edge")}
    if edges:
        # An edge of a CDN is announced from many places too; that it forwards says more.
        return {"edge": "cdn" if "cdn" in edges else "anycast"}
    places = {(each.get("region", ""), each.get("country", "")) for each in labels}
    named = {each for each in places if any(each)}
    if len(named) > 1 and len({country or region for region, country in named}) > 1:
        return {"disputed": True}
    region, country = min(named, default=("", ""))
    return {name: value for name, value in (("region", region), ("country", country)) if value}

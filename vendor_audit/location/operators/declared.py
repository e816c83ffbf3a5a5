"""What every operator's file comes to: networks, each with the operator's own word for where it is."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from vendor_audit.location.model import AddressNetwork
    from vendor_audit.observation import Json

MOST_NETWORKS = 500_000
"""Of one file. The largest known, Azure's, has 90,000."""
_LONGEST = 100
"""Characters of a name that a file gives."""


class InvalidOperatorFileError(ValueError):
    """A file is not in the format of its operator. The text says what is wrong, for the user."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One network as its operator describes it."""

    network: AddressNetwork
    region: str = ""
    """The operator's name of the region, at the finest that it gives; of a geofeed the city. Empty: none."""
    country: str = ""
    """ISO 3166-1 alpha-2, where the file itself says it; empty: the region has to tell."""
    edge: str = ""
    """``anycast`` or ``cdn``: the network is in no one place. Empty: nothing says so."""
    service: str = ""
    """What the operator uses it for."""

    def label(self) -> dict[str, Json]:
        """Return what a table keeps of it; what is empty is left out."""
        said = {"region": self.region, "country": self.country, "edge": self.edge, "service": self.service}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class OperatorFile:
    """What a file says."""

    networks: tuple[Declared, ...] = field(repr=False)
    edition: date | None = None
    """The day of the data by the file's own words."""
    skipped: int = 0
    """Entries that are no network, or have no valid country, and were left out."""


def read_json(content: bytes) -> Any:  # noqa: ANN401 # the shape differs from file to file
    """Return the JSON object of a file.

    Raises:
        InvalidOperatorFileError: it is none.
    """
    try:
        shape = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidOperatorFileError(f"it is no JSON: {str(error)[:200]}") from error
    if not isinstance(shape, dict):
        raise InvalidOperatorFileError("its JSON is no object")
    return shape


def entries_of(shape: dict[str, Any], *keys: str) -> list[dict[str, Any]]:
    """Return the objects in the lists under some keys.

    Raises:
        InvalidOperatorFileError: none of the keys is there with a list.
    """
    lists = [shape[key] for key in keys if isinstance(shape.get(key), list)]
    if not lists:
        raise InvalidOperatorFileError(f"it has no list '{keys[0]}'")
    entries = [each for one in lists for each in one]
    if len(entries) > MOST_NETWORKS:
        raise InvalidOperatorFileError(f"it has more than {MOST_NETWORKS:,} entries")
    return [each for each in entries if isinstance(each, dict)]


def text_of(shape: dict[str, Any], key: str) -> str:
    """Return a text of an entry, cut to a reasonable length; empty: there is none."""
    value = shape.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def network_of(text: object) -> AddressNetwork | None:
    """Return the network that a text writes, host bits ignored; None: it is none, or everything."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return network if network.prefixlen else None

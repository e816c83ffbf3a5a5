"""The formats by name, as the dated data (location-sources) name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.location.operators import aws, azure, geofeed, google, lists, oracle

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.location.operators.declared import OperatorFile

PARSERS: dict[str, Callable[[bytes], OperatorFile]] = {
    "aws": aws.parse,
    "google": google.parse,
    "google_global": google.parse_global,
    "azure": azure.parse,
    "oracle": oracle.parse,
    "geofeed": geofeed.parse,
    "anycast_list": lists.parse_anycast_list,
    "fastly": lists.parse_fastly,
}
"""Each takes the bytes of a file and raises `InvalidOperatorFileError` where it is not in its format."""
DATABASE = "mmdb"
"""The format that is no operator's file, but a database that is kept as it is."""

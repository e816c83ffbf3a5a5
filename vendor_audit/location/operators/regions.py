"""The country of an operator's region, by the dated data. The name of a region says nothing by itself."""

from __future__ import annotations

from functools import cache

from vendor_audit.location.dated import dated


@cache
def countries_of(operator: str) -> dict[str, str]:
    """Return region -> ISO 3166-1 alpha-2 of an operator, as the data call it; empty: it has no regions there."""
    tree = dated("operator-regions").tree.get(operator, {})
    return {region: country for country, leaf in tree.items() for region in leaf["value"]}

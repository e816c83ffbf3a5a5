"""Regions in the text of host names: ``s3.eu-central-1.amazonaws.com``. Weak, for whoever names a host writes the name.

The patterns are dated data (location-names), the regions those of the operators (operator-regions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from vendor_audit.location.dated import dated
from vendor_audit.location.model import Claim, ClaimKind
from vendor_audit.location.operators.regions import countries_of

_LONGEST = 253
"""Characters of a name in the DNS."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    operator: str
    called: str
    expression: re.Pattern[str]


def claims_of_name(name: str) -> tuple[Claim, ...]:
    """Return what a host name, a reverse name or a bucket's name declares; empty: nothing that we know.

    A pattern that fits with a region that the operator does not have declares nothing.
    """
    host = name.strip().lower().rstrip(".")
    if not host or len(host) > _LONGEST:
        return ()
    data = dated("location-names")
    for each in _patterns():
        found = each.expression.fullmatch(host)
        if found is None:
            continue
        region = found["region"]
        country = countries_of(each.operator).get(region)
        if country is not None:
            text = f"the name {host} speaks of region {region} of {each.called}, which is in {country}"
            return (
                Claim(
                    "location-names",
                    ClaimKind.NAME,
                    text,
                    country,
                    region,
                    each.called,
                    data.as_of,
                    licence=data.licence,
                ),
            )
    return ()


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(operator, leaf.get("called", operator), re.compile(_expression(pattern)))
        for operator, leaf in dated("location-names").tree.items()
        for pattern in leaf["value"]
    )


def _expression(pattern: str) -> str:
    """Return the regular expression of a pattern: ``*`` is one label or more, ``{region}`` part of one label."""
    return re.escape(pattern).replace(r"\*", "[^/]+").replace(r"\{region\}", "(?P<region>[a-z0-9-]+)")

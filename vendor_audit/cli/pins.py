"""``--resolve NAME=ADDRESS``, for the commands that have it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.probes.public import Address


def pins(options: Sequence[str]) -> dict[str, tuple[Address, ...]]:
    """Return name (lower case) -> address.

    Raises:
        UsageError: an option is not NAME=ADDRESS.
    """
    found: dict[str, tuple[Address, ...]] = {}
    for each in options:
        name, _, address = each.partition("=")
        try:
            found[name.lower()] = (ipaddress.ip_address(address),)
        except ValueError as error:
            raise UsageError(f"--resolve takes NAME=ADDRESS, not '{each}' ({error})") from error
    return found

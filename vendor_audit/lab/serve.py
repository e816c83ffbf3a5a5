"""Serves the demonstration vendor on the ports of its committed vendor file until somebody stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.lab.ports import FIXED, FIXED_FLAWLESS, Ports
from vendor_audit.lab.vendor import LabVendor

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


async def serve_until(
    stop: asyncio.Event,
    *,
    flawless: bool = False,
    ports: Ports | None = None,
    ready: Callable[[LabVendor], None] | None = None,
) -> None:
    """Serve the vendor until the event is set; then close everything.

    Args:
        stop: set it to end.
        flawless: the twin without flaws.
        ports: where to listen; None: as examples/acme/acme.yaml (or examples/flawless/acme.yaml) says.
        ready: is called once, when all ports listen; prints what the user should know.

    Raises:
        UsageError: a port is taken; names it.
    """
    chosen = ports or (FIXED_FLAWLESS if flawless else FIXED)
    async with LabVendor(flawless=flawless, ports=chosen) as lab:
        if ready:
            ready(lab)
        await stop.wait()

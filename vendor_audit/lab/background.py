"""The demonstration vendor beside a program that has an event loop of its own: it runs in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

from vendor_audit.lab.ports import FIXED, FIXED_FLAWLESS, FREE
from vendor_audit.lab.vendor import LabVendor

if TYPE_CHECKING:
    from collections.abc import Iterator

_START, _STOP = 15.0, 10.0
"""Seconds that starting and stopping may take."""


@contextlib.contextmanager
def running_vendor(*, flawless: bool = False, fixed_ports: bool = False) -> Iterator[LabVendor]:
    """Run the vendor while the block runs, on free ports or on those of its committed vendor file.

    Raises:
        UsageError: a port is taken; names it.
    """
    fixed = FIXED_FLAWLESS if flawless else FIXED
    lab = LabVendor(flawless=flawless, ports=fixed if fixed_ports else FREE)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="demonstration vendor", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(lab.__aenter__(), loop).result(_START)
        try:
            yield lab
        finally:
            asyncio.run_coroutine_threadsafe(lab.__aexit__(None, None, None), loop).result(_STOP)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_STOP)
        loop.close()

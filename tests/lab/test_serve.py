from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.lab.ports import FIXED, FREE
from vendor_audit.lab.serve import serve_until
from vendor_audit.lab.vendor import LabVendor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from vendor_audit.lab.ports import Ports

    Get = Callable[..., Awaitable[httpx.Response]]

REFUSED = r"refused|Connect call failed"


async def start(stop: asyncio.Event, *, flawless: bool) -> tuple[asyncio.Task[None], LabVendor]:
    ready: asyncio.Future[LabVendor] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_until(stop, flawless=flawless, ports=FREE, ready=ready.set_result))
    return serving, await asyncio.wait_for(ready, 5)


async def test_it_serves_until_it_is_told_to_stop(get: Get) -> None:
    stop = asyncio.Event()
    serving, lab = await start(stop, flawless=False)
    assert (await get(lab, "www", "/")).status_code == 200
    assert not serving.done()
    stop.set()
    await asyncio.wait_for(serving, 2)
    with pytest.raises(OSError, match=REFUSED):
        await asyncio.open_connection("127.0.0.1", lab.ports.www)


async def test_a_cancelled_service_closes_its_ports() -> None:
    serving, lab = await start(asyncio.Event(), flawless=True)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(OSError, match=REFUSED):
        await asyncio.open_connection("127.0.0.1", lab.ports.meet)


async def test_without_ports_it_takes_those_of_the_committed_vendor_file(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Ports] = []

    async def refuse(lab: LabVendor) -> None:
        asked.append(lab.ports)
        raise UsageError("enough")

    monkeypatch.setattr(LabVendor, "__aenter__", refuse)
    with pytest.raises(UsageError, match="enough"):
        await serve_until(asyncio.Event())
    assert asked == [FIXED]

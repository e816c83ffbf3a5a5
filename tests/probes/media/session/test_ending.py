"""What was begun at a service is ended there, whatever happens to the one who began it."""

from __future__ import annotations

import asyncio
import time

import pytest

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.media.session.ending import kept, to_the_end


class Service:
    def __init__(self, *, opening: float = 0.0, closing: float = 0.0, error: ProbeError | None = None) -> None:
        self.opening, self.closing, self.error = opening, closing, error
        self.open = self.closed = 0

    async def begin(self) -> int:
        await asyncio.sleep(self.opening)
        if self.error:
            raise self.error
        self.open += 1
        return self.open

    async def end(self, number: int) -> None:
        await asyncio.sleep(self.closing)
        self.closed += number


async def test_it_is_closed_after_use() -> None:
    service = Service()
    async with kept(service.begin(), service.end, seconds=1) as number:
        assert (number, service.closed) == (1, 0)
    assert service.closed == 1


async def test_it_is_closed_after_an_exception() -> None:
    service = Service()
    with pytest.raises(ZeroDivisionError):
        async with kept(service.begin(), service.end, seconds=1):
            raise ZeroDivisionError
    assert service.closed == 1


async def test_who_is_cancelled_while_it_opens_waits_for_it_and_closes_it() -> None:
    service = Service(opening=0.2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), kept(service.begin(), service.end, seconds=1):
            pytest.fail("it must not come this far")
    assert (service.open, service.closed) == (1, 1)


async def test_who_is_cancelled_again_while_it_closes_still_closes_it_and_stays_cancelled() -> None:
    service = Service(closing=0.2)

    async def use() -> None:
        async with kept(service.begin(), service.end, seconds=1):
            await asyncio.sleep(60)

    task = asyncio.create_task(use())
    for _ in range(3):
        await asyncio.sleep(0.05)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.closed == 1


async def test_where_nothing_was_opened_nothing_is_closed() -> None:
    service = Service(error=ProbeError("protocol", "no"))
    with pytest.raises(ProbeError):
        async with kept(service.begin(), service.end, seconds=1):
            pytest.fail("it must not come this far")
    assert service.closed == 0


async def test_a_service_that_never_closes_holds_nobody_longer_than_the_limit() -> None:
    service = Service(closing=60)
    started = time.monotonic()
    async with kept(service.begin(), service.end, seconds=0.1):
        pass
    assert time.monotonic() - started < 1


async def test_an_error_of_the_last_work_is_swallowed() -> None:
    async def fail() -> None:
        raise ProbeError("connection_reset", "gone")

    await to_the_end(fail(), 1)

"""What was begun at a service is ended there: also when the one who waited is cancelled in the middle of beginning."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

Opened = TypeVar("Opened")


@contextlib.asynccontextmanager
async def kept(
    opening: Coroutine[Any, Any, Opened], close: Callable[[Opened], Coroutine[Any, Any, None]], *, seconds: float
) -> AsyncIterator[Opened]:
    """Open something at a service, and close it at the end whatever happens.

    Who is cancelled while the service is still opening waits for it to be opened, and then closes it: otherwise it
    would stay behind, known to nobody.

    Args:
        opening: what opens it; bounded in time by itself.
        close: closes it; what a service does wrong there is its own affair.
        seconds: for the closing, opening included where it still runs.

    Raises:
        ProbeError: of the opening.
    """
    task = asyncio.ensure_future(opening)
    try:
        yield await asyncio.shield(task)
    finally:
        await to_the_end(_close(task, close), seconds)


async def _close(opening: asyncio.Future[Opened], close: Callable[[Opened], Coroutine[Any, Any, None]]) -> None:
    try:
        opened = await opening
    except ProbeError:
        return  # there is nothing to close, and who waited for it got the error
    await close(opened)


async def to_the_end(work: Coroutine[Any, Any, None], seconds: float) -> None:
    """Do some last work, at most for so many seconds, also if the one who waits for it is cancelled meanwhile."""
    task = asyncio.ensure_future(_bounded(work, seconds))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def _bounded(work: Coroutine[Any, Any, None], seconds: float) -> None:
    with contextlib.suppress(TimeoutError, ProbeError):
        async with asyncio.timeout(seconds):
            await work

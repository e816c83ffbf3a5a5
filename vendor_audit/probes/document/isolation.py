"""The process in which a document is read: started, fed, timed and ended here, and bounded from the start.

It gets the document and nothing else: no environment, so no secret; no folder of ours; no terminal. It is ended when
its time is up, when it answers too much, and when the audit is stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.probes.document.answer import parse_answer
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json
    from vendor_audit.probes.document.answer import Answer

WORKER = "vendor_audit.documents.worker"
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONHOME")
"""What of the environment a Python may need to start at all."""
_CHUNK = 1 << 16
_LAST_WORDS = 2.0
"""Seconds that the system gets to clear an ended process away."""
_ADVICE = "ask the vendor for a plain copy of it"


def workers_at_once() -> int:
    """Return how many documents are read at the same time: one a processor, at most four."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, usable)


@dataclass(frozen=True)
class Isolation:
    """How documents are read apart from us. One for an audit: it counts the processes."""

    module: str = WORKER
    """What is run."""
    seconds: float = 20.0
    """For one document, by the clock on the wall."""
    memory: int = 1 << 30
    """Bytes of address space."""
    result_limit: int = 8_000_000
    """Bytes of an answer."""
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(workers_at_once()))

    async def read(self, header: Mapping[str, Json], content: bytes) -> Answer:
        """Return what the process answers about a document.

        Args:
            header: what the worker is told beside the bytes.
            content: the document.

        Raises:
            ProbeError: ``too_slow`` or ``crashed``; no process is left behind.
        """
        async with self.slots:
            process = await asyncio.create_subprocess_exec(
                *self._command(content),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us; we end it
            )
            code = None
            try:
                async with asyncio.timeout(self.seconds):
                    output = await self._converse(process, json.dumps(header).encode("ascii") + b"\n", content)
                    code = await process.wait() if output is not None else None
            except TimeoutError as error:
                raise self._too_slow() from error
            finally:
                await _end(process, clean=code is not None)
        return self._understood(output, code or 0)

    def _command(self, content: bytes) -> tuple[str, ...]:
        # Processor time is bounded too, for the case that nobody is left to look at the clock.
        limits = (str(self.memory), str(math.ceil(self.seconds) + 1))
        looks_like = "pdf" if b"%PDF" in content[:1028] else "docx" if content.startswith(b"PK") else ""
        return (sys.executable, "-P", "-m", self.module, *limits, *filter(None, (looks_like,)))

    async def _converse(self, process: asyncio.subprocess.Process, *request: bytes) -> bytes | None:
        """Return what the process writes while it is given the request; None: it writes too much."""
        writing = asyncio.create_task(_write(process, request))
        output = bytearray()
        try:
            while process.stdout and (piece := await process.stdout.read(_CHUNK)):
                output += piece
                if len(output) > self.result_limit:
                    return None
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        return bytes(output)

    def _understood(self, output: bytes | None, code: int) -> Answer:
        if output is None:
            raise ProbeError("crashed", f"the reader answered with more than {self.result_limit:,} bytes: {_ADVICE}")
        if code == -signal.SIGXCPU:
            raise self._too_slow()
        if code < 0:
            raise ProbeError("crashed", f"reading the document ended in {_signal(-code)}: {_ADVICE}")
        if code:
            raise ProbeError("crashed", f"reading the document ended with exit code {code}: {_ADVICE}")
        try:
            return parse_answer(output)
        except ValueError as error:
            raise ProbeError("crashed", f"reading the document gave no valid answer: {_ADVICE}") from error

    def _too_slow(self) -> ProbeError:
        return ProbeError("too_slow", f"the document could not be read within {self.seconds:g} s: {_ADVICE}")


async def _write(process: asyncio.subprocess.Process, request: tuple[bytes, ...]) -> None:
    """Give the process its request; one that has ended, or closed its ears, has answered already."""
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for part in request:
            process.stdin.write(part)
            await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


async def _end(process: asyncio.subprocess.Process, *, clean: bool) -> None:
    """Clear away what is left of the process; if it came to no clean end, end it with all that it started."""
    if not clean:
        # It leads a group of its own. macOS says that it is not permitted where it means that nobody is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS):
            while process.stdout and await process.stdout.read(_CHUNK):
                pass
            await process.wait()


def _environment() -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # The same modules as here, however they were installed, but none of the current folder.
    modules = os.pathsep.join(each for each in sys.path if os.path.isabs(each))  # noqa: PTH117 # text, as it stands
    return {**passed_on, "PYTHONPATH": modules, "PYTHONUTF8": "1"}


def _signal(number: int) -> str:
    try:
        return f"signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"

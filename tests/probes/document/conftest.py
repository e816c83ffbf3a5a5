"""Vendors' papers on disk and on a loopback web server, and processes that read them badly."""

from __future__ import annotations

import asyncio
import ipaddress
import textwrap
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.observation import Target
from vendor_audit.probes.document.isolation import Isolation
from vendor_audit.probes.interface import Names, ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from vendor_audit.probes.document.answer import Answer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAPER = b"# Data processing agreement\n\nThe Processor processes personal data only on documented instructions.\n"
LOOPBACK = ipaddress.ip_address("127.0.0.1")


@dataclass
class Site:
    """Answers each path with the bytes that the test wrote, and closes."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)

    def put(self, path: str, body: bytes = b"", head: str = "", status: str = "200 OK") -> None:
        """Answer a path with these header lines and body."""
        lines = "".join(f"{line.strip()}\r\n" for line in head.strip().splitlines() if line.strip())
        self.answers[path] = f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode() + body

    def url(self, path: str = "/") -> str:
        """Return the URL of a path."""
        return f"http://acme.example:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(request)
            writer.write(self.answers.get(request.split(b" ")[1].decode(), b"HTTP/1.1 404 Not Found\r\n\r\n"))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
def paper() -> bytes:
    """Return the bytes of a small agreement in Markdown."""
    return PAPER


@pytest.fixture
def context() -> Callable[..., ProbeContext]:
    """Return a function that makes a context in which acme.example is pinned to loopback."""

    def make(folder: Path | None = None, names: Names | None = None, **settings: Any) -> ProbeContext:
        pins = {"acme.example": (LOOPBACK,), "www.acme.example": (LOOPBACK,)}
        network = Network(NetworkSettings(**{"resolve": pins, "timeout": 2.0, **settings}))
        return ProbeContext(network, lambda: NOW, network.settings.timeout, names or Names(), folder)

    return make


@pytest.fixture
def document() -> Callable[..., Target]:
    """Return a function that makes the target of a document."""

    def make(location: str, kind: str = "dpa", language: str = "") -> Target:
        return Target("document", kind, roles=(kind,), location=location, language=language)

    return make


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Isolation]:
    """Return a function that isolates with a program of the test's in the worker's place."""

    def play(code: str, **settings: Any) -> Isolation:
        (tmp_path / "played_worker.py").write_text(textwrap.dedent(code), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return Isolation(**{"module": "played_worker", "seconds": 5.0, **settings})

    return play


@pytest.fixture
def read(paper: bytes) -> Callable[..., Any]:
    """Return a function that has an isolated process read the paper."""

    async def have_read(isolation: Isolation, content: bytes = paper, kind: str = "dpa") -> Answer:
        parties = {"vendor_names": [], "customer_names": [], "product_names": [], "audit_date": "2026-11-23"}
        header = {"kind": kind, "name": "paper.md", "language": "", "context": parties}
        return await isolation.read(header, content)

    return have_read

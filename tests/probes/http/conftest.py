"""A scripted HTTP server on loopback, and the probe pointed at it."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.http.probe import HttpProbe
from vendor_audit.probes.interface import ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Site:
    """Answers each path with the bytes that the test wrote, and closes."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)

    def put(self, path: str, head: str = "", body: bytes = b"", status: str = "200 OK") -> None:
        """Answer a path with these header lines and body."""
        lines = "".join(f"{line.strip()}\r\n" for line in head.strip().splitlines() if line.strip())
        self.answers[path] = f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode() + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(1)
            if first == b"\x16":
                # A TLS handshake: answered as a server does that speaks none.
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            request = first + await reader.readuntil(b"\r\n\r\n")
            self.requests.append(request)
            path = request.split(b" ")[1].decode()
            writer.write(self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
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
def observe(site: Site) -> Callable[..., Awaitable[Sight]]:
    """Return a function that observes ``http://meet.acme.example`` and holds the facts to their schema."""
    schema = json.loads((shipped("schemas") / "facts" / "http.schema.json").read_text(encoding="utf-8"))

    async def look(path: str = "/", url: str = "", **settings: Any) -> Sight:
        loopback = ipaddress.ip_address("127.0.0.1")
        pins = {"meet.acme.example": (loopback,), "www.acme.example": (loopback,), "other.example": (loopback,)}
        network = Network(replace(NetworkSettings(resolve=pins, timeout=2.0), **settings))
        context = ProbeContext(network, lambda: NOW, network.settings.timeout)
        name = url or f"http://meet.acme.example:{site.port}{path}"
        sight = await HttpProbe().observe(Target("endpoint", name, "meet.acme.example", site.port), context)
        jsonschema.validate(sight.facts, schema, cls=jsonschema.Draft202012Validator)
        json.dumps(sight.facts, ensure_ascii=False).encode()
        return sight

    return look

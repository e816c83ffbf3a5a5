"""A vendor on loopback that does what a test tells it: signalling over HTTP, and behind it ICE and one DTLS hello."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aioice
import jsonschema

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.dtls.hellos import all_profiles, dtls_hello, everyday_suites
from vendor_audit.probes.interface import ProbeClass, ProbeContext
from vendor_audit.probes.media.probe import MediaProbe
from vendor_audit.probes.media.session.candidates import AddressPolicy
from vendor_audit.probes.media.session.ice import IceAgent
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.resources import shipped
from vendor_audit.secret import Credentials, Secret
from vendor_audit.wire.ice_candidate import parse_candidate
from vendor_audit.wire.sdp import audio_offer, parse
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOOPBACK = ipaddress.ip_address("127.0.0.1")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FINGERPRINT = ("sha-256", ":".join(["AB"] * 32))
SDP = "Content-Type: application/sdp\r\n"
SETTINGS = NetworkSettings(resolve={"sfu.acme.example": (LOOPBACK,)}, timeout=1.0)


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "")


Reply = bytes | Awaitable[bytes] | None
Handler = Callable[[Request], Reply]


def reply(status: str, head: str = "", body: str = "") -> bytes:
    """Return an answer; ``head`` is whole lines, each with its CR LF."""
    content = body.encode()
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content


@dataclass
class Vendor:
    """Answers every request by the handler, and remembers them."""

    handler: Handler
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    agents: list[IceAgent] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """Method and path of each request, in their order."""
        return [f"{each.method} {each.path}" for each in self.requests]

    async def media(self, offer_text: str, says: bytes | None = None) -> str:
        """Return an answer whose media really works: ICE on loopback, and then a DTLS hello, or what the test says."""
        offer = parse(offer_text).sections[0].transport
        assert offer.ice_pwd is not None
        agent = IceAgent(["127.0.0.1"], AddressPolicy(Network(SETTINGS), "127.0.0.1"), controlling=False)
        self.agents.append(agent)
        await agent.gather_candidates()
        agent.remote_username, agent.remote_password = offer.ice_ufrag, offer.ice_pwd.reveal()
        for each in offer.candidates:
            await agent.add_remote_candidate(aioice.Candidate.from_sdp(each.encode().removeprefix("candidate:")))
        await agent.add_remote_candidate(None)
        self._tasks.append(asyncio.create_task(_speak(agent, says)))
        return audio_offer(
            ufrag=agent.local_username,
            pwd=agent.local_password,
            candidates=[parse_candidate(f"candidate:{each.to_sdp()}") for each in agent.local_candidates],
            fingerprint=FINGERPRINT,
            setup="active",
            direction="recvonly",
        )

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for agent in self.agents:
            await agent.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            self.requests.append(request)
            answer = self.handler(request)
            if inspect.isawaitable(answer):
                answer = await answer
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def vendor(handler: Handler) -> AsyncIterator[Vendor]:
    """Serve on a free port of loopback."""
    made = Vendor(handler)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=1 << 20)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        await made.end()
        server.close()
        await server.wait_closed()


async def observe(
    port: int,
    provider: str = "whip",
    path: str = "/whip",
    *,
    token: str = "",
    host: str = "sfu.acme.example",
    settings: NetworkSettings = SETTINGS,
    permitted: ProbeClass = ProbeClass.NORMAL,
) -> Sight:
    """Run the media probe on a session and hold the facts to their schema."""
    name = f"http://{host}:{port}{path}"
    context = ProbeContext(
        Network(settings),
        lambda: NOW,
        settings.timeout,
        credentials={name: Credentials(token=Secret(token))} if token else {},
        permitted=permitted,
    )
    sight = await MediaProbe().observe(Target("session", name, host, port, ("session", provider)), context)
    schema = json.loads((shipped("schemas") / "facts" / "media.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(sight.facts, schema, cls=jsonschema.Draft202012Validator)
    return sight


def everything_in(sight: Sight) -> str:
    """Return all that leaves the probe and is kept, as one text."""
    kept = [json.dumps([sight.facts, sight.unknown])]
    kept += [each.title + each.content.decode() for each in sight.evidence]
    return "\n".join(kept)


async def _speak(agent: IceAgent, says: bytes | None) -> None:
    """Connect, and offer DTLS 1.2 as a client does, or send other bytes, until told to stop."""
    hello = dtls_hello(DtlsVersion.DTLS12, everyday_suites(DtlsVersion.DTLS12), "", profiles=all_profiles()[:2])
    with contextlib.suppress(OSError):
        await agent.connect()
        while says != b"":
            for datagram in hello.to_datagrams(0, 0) if says is None else [says]:
                await agent.send(datagram)
            await asyncio.sleep(0.2)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body.decode())

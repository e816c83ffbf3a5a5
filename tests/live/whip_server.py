"""A WHIP and WHEP server with real media (aiortc), which counts what clients leave behind.

python -m tests.live.whip_server ADDRESS PORT; the token that it asks for comes from the environment variable
WHIP_TOKEN (none: it asks for none), the Link headers that it sends from WHIP_LINK.

POST /whip and POST /whep give sessions, DELETE ends them, GET /state tells of them. POST /offer gives an offer of the
server's own, which PATCH on the session answers: no standard does so, but services of all kinds do.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import dataclass, field
from itertools import count

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

_REASONS = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass
class Request:
    """What a client asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Response:
    """What it gets."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""


class WhipServer:
    """Sessions by number, and how many there have been."""

    def __init__(self, token: str, link: str) -> None:
        self._token = token
        self._link = link
        self._numbers = count(1)
        self._open: dict[str, RTCPeerConnection] = {}
        self._deleted = self._refused = 0

    async def serve(self, address: str, port: int) -> None:
        server = await asyncio.start_server(self._connection, address, port)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = await _read(reader)
            response = await self._answer(request)
            body = response.body.encode()
            lines = [f"HTTP/1.1 {response.status} {_REASONS[response.status]}"]
            lines += [f"{name}: {value}" for name, value in response.headers]
            lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
            writer.write("\r\n".join(lines).encode() + body)
            await writer.drain()
        writer.close()

    async def _answer(self, request: Request) -> Response:
        if request.path == "/state":
            state = {"open": len(self._open), "deleted": self._deleted, "refused": self._refused}
            return Response(200, [("Content-Type", "application/json")], json.dumps(state))
        if request.method == "OPTIONS":
            return Response(204, [("Accept-Post", "application/sdp"), ("Access-Control-Allow-Methods", "POST, DELETE")])
        if self._token and request.headers.get("authorization") != f"Bearer {self._token}":
            self._refused += 1
            return Response(401, [("WWW-Authenticate", "Bearer")])
        if request.method == "POST":
            return await (self._offer() if request.path == "/offer" else self._answer_offer(request))
        return await self._session(request)

    async def _session(self, request: Request) -> Response:
        if request.path not in self._open:
            return Response(404)
        if request.method == "PATCH":
            await self._open[request.path].setRemoteDescription(RTCSessionDescription(request.body, "answer"))
            return Response(204)
        self._deleted += 1
        await self._open.pop(request.path).close()
        return Response(200)

    async def _answer_offer(self, request: Request) -> Response:
        if request.headers.get("content-type") != "application/sdp":
            return Response(400)
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        await peer.setRemoteDescription(RTCSessionDescription(request.body, "offer"))
        if request.path == "/whep":
            peer.addTrack(AudioStreamTrack())
        await peer.setLocalDescription(await peer.createAnswer())
        return self._created(peer)

    async def _offer(self) -> Response:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.addTrack(AudioStreamTrack())
        await peer.setLocalDescription(await peer.createOffer())
        return self._created(peer)

    def _created(self, peer: RTCPeerConnection) -> Response:
        path = f"/resource/{next(self._numbers)}"
        self._open[path] = peer
        headers = [("Content-Type", "application/sdp"), ("Location", path), ("ETag", '"1"')]
        if self._link:
            headers.append(("Link", self._link))
        return Response(201, headers, peer.localDescription.sdp)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body.decode())


if __name__ == "__main__":
    server = WhipServer(os.environ.get("WHIP_TOKEN", ""), os.environ.get("WHIP_LINK", ""))
    asyncio.run(server.serve(sys.argv[1], int(sys.argv[2])))

"""One request and its answer, bounded in time and size.

The body is decompressed here and not by a library, because a library gives back at once whatever a chunk expands to:
64 kB of a bomb are 64 MB.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import httpx

from vendor_audit import __version__
from vendor_audit.probes.http.transport import NetworkTransport
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    import ssl

    from vendor_audit.probes.network import Network

USER_AGENT = f"vendor-audit/{__version__} (+security and privacy audit on behalf of a customer)"
BODY_LIMIT = 2_000_000
"""Bytes of a body that are read, after decompression."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one URL answered."""

    url: str
    status: int
    version: str
    """HTTP/1.0, HTTP/1.1 or HTTP/2."""
    headers: tuple[tuple[str, str], ...]
    """Name and value in the order sent, the name as sent."""
    address: str
    """The address that answered."""
    body: bytes = b""
    """Decompressed; what came of it."""
    cut: str = ""
    """Why the body is not whole; empty: it is."""
    cut_kind: str = ""
    """``too_large``, ``too_slow``, or ``protocol`` for what broke off or cannot be decoded; empty: it is whole."""

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of all headers of a name (lower case), in order."""
        return tuple(value for each, value in self.headers if each.lower() == name)

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as written; None: the answer is no redirect."""
        found = self.values("location")
        return found[0] if found and self.status in _REDIRECTS else None

    @property
    def media_type(self) -> str:
        """The media type without its parameters, lower case; empty: none was named."""
        found = self.values("content-type")
        return found[0].split(";")[0].strip().lower() if found else ""


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DIGITS = 18
"""Of a content length that is believed to be a number of bytes."""
_VERSIONS = {b"HTTP/1.0": "HTTP/1.0", b"HTTP/1.1": "HTTP/1.1", b"HTTP/2": "HTTP/2"}


@dataclass(frozen=True, slots=True)
class Client:
    """What every exchange with an endpoint needs."""

    network: Network
    operator_host: str
    """The host that the operator wrote; every other one counts as named by the vendor."""
    timeout: float
    """Seconds for the head of an answer from when the connection is open, and as many for its body."""
    body_timeout: float | None = None
    """Seconds for the body, where they are others; None: as many as for the head."""
    whole: bool = False
    """Whether half a body is of no use: one that announces more bytes than the limit is then not begun."""
    tls: ssl.SSLContext | None = None
    """How TLS is spoken; None: with everybody, because this client judges no certificate."""


async def exchange(client: Client, url: httpx.URL, limit: int = BODY_LIMIT) -> Answer:
    """Ask for a URL with GET, on a connection of its own, and return the answer.

    Of a body that takes too long, or is longer than ``limit`` bytes, the beginning is returned with the reason in
    ``cut``. The body of a redirect is not read, nor is any where ``limit`` is 0.

    Raises:
        ProbeError: no valid head came.
    """
    request = httpx.Request(
        "GET",
        url.copy_with(userinfo=b"", fragment=None),
        headers={
            "User-Agent": USER_AGENT,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        },
    )
    # The wait for a place among the connections and the connecting itself have their own bounds, in `Network`.
    async with NetworkTransport(client.network, client.operator_host, tls=client.tls) as transport:
        try:
            async with asyncio.timeout(None) as timer:
                transport.backend.when_open = partial(_start, timer, client.timeout)
                response = await transport.handle_async_request(request)
        except TimeoutError as error:
            reason = f"{url.host} sent no response head within {client.timeout:g} s"
            raise ProbeError("connection_timeout", reason) from error
        return await _answer(transport, response, url, client, limit)


def _start(timer: asyncio.Timeout, seconds: float) -> None:
    timer.reschedule(asyncio.get_running_loop().time() + seconds)


async def _answer(
    transport: NetworkTransport, response: httpx.Response, url: httpx.URL, client: Client, limit: int
) -> Answer:
    try:
        version = response.extensions.get("http_version", b"HTTP/1.1")
        if version not in _VERSIONS:
            raise ProbeError("protocol", f"{url.host} answered with {_text(version)[:20]}, which is no known version")
        answer = Answer(
            url=str(url),
            status=response.status_code,
            version=_VERSIONS[version],
            headers=tuple((_text(name), _text(value)) for name, value in response.headers.raw),
            address=str(transport.backend.last_address or ""),
        )
        if answer.location is not None or limit == 0:
            return answer
        announced = _announced(answer)
        if client.whole and announced > limit:
            cut = f"it announces {announced:,} bytes; {limit:,} is the most that is read"
            return replace(answer, cut=cut, cut_kind="too_large")
        body, cut, kind = await _read(response, answer, client.body_timeout or client.timeout, limit)
        return replace(answer, body=body, cut=cut, cut_kind=kind)
    finally:
        await response.aclose()


def _announced(answer: Answer) -> int:
    """Return how many bytes the body has on the wire, by the head; 0: the head does not say."""
    said = "".join(answer.values("content-length")[:1])
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= _DIGITS else 0


async def _read(
    response: httpx.Response,
    answer: Answer,
    timeout: float,  # noqa: ASYNC109 # what has come by then is kept
    limit: int,
) -> tuple[bytes, str, str]:
    """Return the body, why it is cut, and the kind of that."""
    coding = ", ".join(answer.values("content-encoding")).strip().lower()
    if coding not in _DECODERS:
        return b"", f"the content encoding '{coding[:100]}' was not asked for and is not read", "protocol"
    decode = _DECODERS[coding](limit)
    body = bytearray()
    try:
        async with asyncio.timeout(timeout):
            raw = 0
            async for chunk in response.stream:  # type: ignore[union-attr] # an async transport gives async streams
                raw += len(chunk)
                body += decode.add(chunk, limit - len(body) + 1)
                if len(body) > limit or raw > limit:
                    return bytes(body[:limit]), f"only its first {limit:,} bytes were read", "too_large"
    except TimeoutError:
        cut, kind = f"it had not come to its end within {timeout:g} s", "too_slow"
    except zlib.error:
        cut, kind = f"its content encoding '{coding}' is broken", "protocol"
    except ProbeError as error:
        cut, kind = f"it broke off: {error}", "protocol"
    else:
        cut, kind = ("", "") if decode.finished else (f"its content encoding '{coding}' breaks off", "protocol")
    return bytes(body), cut, kind


class _Plain:
    finished = True

    def __init__(self, limit: int) -> None:
        pass

    def add(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]


class _Inflating:
    """Decompresses gzip and zlib (RFC 1952, 1950), and the raw deflate that some servers send for it (RFC 1951)."""

    def __init__(self, limit: int) -> None:
        self._machine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._begun = False
        self._limit = limit

    @property
    def finished(self) -> bool:
        return self._machine.eof or not self._begun

    def add(self, chunk: bytes, room: int) -> bytes:
        if not self._begun:
            self._begun = bool(chunk)
            try:
                return self._machine.decompress(chunk, room)
            except zlib.error:
                self._machine = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        return self._machine.decompress(chunk, room)


_DECODERS: dict[str, type[_Plain | _Inflating]] = {
    "": _Plain,
    "identity": _Plain,
    "gzip": _Inflating,
    "x-gzip": _Inflating,
    "deflate": _Inflating,
}


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")

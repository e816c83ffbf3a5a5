"""Requests of signalling over HTTP: bounded, held to the address policy, the token to one origin only."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import httpx

from vendor_audit.probes.http.exchange import USER_AGENT, Answer
from vendor_audit.probes.http.follow import host_of, parse_url
from vendor_audit.probes.http.text import cap, visible
from vendor_audit.probes.http.transport import NetworkTransport
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.media.session.providers.interface import Place, Signalling

BODY_LIMIT: Final = 200_000
"""Bytes of a body: a session description of a large conference has some tens of thousands."""
_VERSIONS: Final = {b"HTTP/1.0": "HTTP/1.0", b"HTTP/1.1": "HTTP/1.1", b"HTTP/2": "HTTP/2"}
_SHOWN: Final = ("content-type", "accept-post", "allow", "server", "etag", "access-control-allow-methods")
"""Headers that the transcript shows. Others can hold what is secret: Link has passwords, Location is a key to the
session."""
_MOST_SHOWN: Final = 400
"""Exchanges of a transcript: what is more would tell nothing new."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    method: str
    url: httpx.URL
    body: bytes = b""
    content_type: str = ""
    """Of the body; empty: there is none."""
    accept: str = "*/*"
    with_token: bool = True
    """Whether the token goes along, where the URL is of the operator's own origin."""


class SignallingHttp:
    """Sends the requests of one provider and writes down what came back."""

    def __init__(self, place: Place, signalling: Signalling, *, bearer: bool = True) -> None:
        """Take the place, and where exchanges are written down.

        With ``bearer`` the token goes into the Authorization header (RFC 6750); else the provider puts it where it
        belongs, and asks `is_home` before.

        Raises:
            ProbeError: the place's URL is none of http or https.
        """
        url = parse_url(place.url)
        if url is None:
            raise ProbeError("protocol", f"{cap(place.url, 200)} is no http or https URL")
        self.url = url.copy_with(fragment=None)
        self.timeout = place.context.timeout
        self._network = place.context.network
        self._token = place.token if bearer else None
        self._signalling = signalling

    def is_home(self, url: httpx.URL) -> bool:
        """Return whether a URL is of the origin that the operator wrote: scheme, host and port (RFC 6454)."""
        return _origin(url) == _origin(self.url)

    async def ask(self, wanted: Ask) -> Answer:
        """Return the answer; its body has at most `BODY_LIMIT` bytes and says in ``cut`` why it is not whole.

        Raises:
            ProbeError: no address, not allowed, no connection, no trusted certificate, no valid head in time.
        """
        headers = {"User-Agent": USER_AGENT, "Accept": wanted.accept, "Accept-Encoding": "identity"}
        if wanted.content_type:
            headers["Content-Type"] = wanted.content_type
        if self._token is not None and wanted.with_token and self.is_home(wanted.url):
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        request = httpx.Request(
            wanted.method, wanted.url.copy_with(userinfo=b""), headers=headers, content=wanted.body or None
        )
        tls = await asyncio.to_thread(_verifying, self._network.settings.trust_anchors)
        async with NetworkTransport(self._network, host_of(self.url), tls=tls) as transport:
            try:
                async with asyncio.timeout(None) as timer:
                    transport.backend.when_open = partial(_start, timer, self.timeout)
                    response = await transport.handle_async_request(request)
            except TimeoutError as error:
                reason = f"{host_of(wanted.url)} sent no response head within {self.timeout:g} s"
                raise ProbeError("connection_timeout", reason) from error
            try:
                answer = await self._answer(response, wanted, str(transport.backend.last_address or ""))
            finally:
                await response.aclose()
        self._write_down(wanted, answer)
        return answer

    async def _answer(self, response: httpx.Response, wanted: Ask, address: str) -> Answer:
        answer = Answer(
            url=str(wanted.url),
            status=response.status_code,
            version=_VERSIONS.get(response.extensions.get("http_version", b"HTTP/1.1"), "HTTP/1.1"),
            headers=tuple((_text(name), _text(value)) for name, value in response.headers.raw),
            address=address,
        )
        if "".join(answer.values("content-encoding")).strip().lower() not in {"", "identity"}:
            return replace(answer, cut="its content encoding was not asked for and is not read", cut_kind="protocol")
        body = bytearray()
        try:
            async with asyncio.timeout(self.timeout):
                async for chunk in response.stream:  # type: ignore[union-attr] # an async transport gives async streams
                    body += chunk[: BODY_LIMIT + 1 - len(body)]
                    if len(body) > BODY_LIMIT:
                        cut = f"it has more than {BODY_LIMIT:,} bytes"
                        return replace(answer, body=bytes(body[:BODY_LIMIT]), cut=cut, cut_kind="too_large")
        except TimeoutError:
            cut = f"it had not come to its end within {self.timeout:g} s"
            return replace(answer, body=bytes(body), cut=cut, cut_kind="too_slow")
        except ProbeError as error:
            return replace(answer, body=bytes(body), cut=f"it broke off: {error}", cut_kind="protocol")
        return replace(answer, body=bytes(body))

    def _write_down(self, wanted: Ask, answer: Answer) -> None:
        if len(self._signalling.transcript) >= _MOST_SHOWN:
            return
        shown: dict[str, Json] = {
            "request": wanted.method,
            "host": host_of(wanted.url),
            "status": answer.status,
            "http_version": answer.version,
        }
        if headers := {
            name: visible(cap(", ".join(answer.values(name)), 200)) for name in _SHOWN if answer.values(name)
        }:
            shown["headers"] = headers
        if answer.cut:
            shown["cut"] = answer.cut
        self._signalling.transcript.append(shown)


def joined(base: httpx.URL, location: str) -> httpx.URL | None:
    """Return where a Location header leads; None: it is no http or https URL."""
    if len(location) > _LONGEST_URL:
        return None
    try:
        return parse_url(str(base.join(location).copy_with(fragment=None, userinfo=b"")))
    except (httpx.InvalidURL, ValueError):
        return None


_LONGEST_URL: Final = 8_000


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, host_of(url), url.port or {"http": 80, "https": 443}[url.scheme]


def _start(timer: asyncio.Timeout, seconds: float) -> None:
    timer.reschedule(asyncio.get_running_loop().time() + seconds)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@lru_cache(maxsize=8)
def _verifying(anchors: str) -> ssl.SSLContext:
    """Return how an ordinary client speaks TLS: it trusts the public roots and these certificates (PEM).

    A token goes over such a connection, and a fingerprint that is to be the vendor's comes over it.
    """
    context = ssl.create_default_context()
    if anchors:
        context.load_verify_locations(cadata=anchors)
        # Who writes an intermediate certificate into the vendor file means to trust it.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context

"""How HTTP reaches the network: httpcore's protocol machines over the sockets of `Network`.

Every connection, also of a redirect, goes through the address policy, the pins and the limit per host. No proxy, netrc,
cookie jar or other state of the machine can enter, because nothing here reads any.
"""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import h11
import httpcore
import httpx

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Iterable
    from types import TracebackType
    from typing import Self

    from vendor_audit.probes.network import Network
    from vendor_audit.probes.public import Address

_ADDRESSES_TRIED = 3
"""Of the addresses of a host, as many are tried before it counts as not reachable."""


class NetworkTransport(httpx.AsyncBaseTransport):
    """Sends one request and gives back the response, body unread and undecoded. Follows nothing, stores nothing."""

    def __init__(
        self, network: Network, operator_host: str, *, http2: bool = True, tls: ssl.SSLContext | None = None
    ) -> None:
        """Take the network and the host that the operator wrote; every other host counts as named by the vendor.

        TLS is spoken as ``tls`` says; None: with everybody.
        """
        self.backend = _Backend(network, operator_host)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or _lenient_tls(),
            max_connections=network.settings.connections_per_host,
            max_keepalive_connections=0,
            http2=http2,
            network_backend=self.backend,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response.

        Raises:
            ProbeError: no address, not allowed, no connection, no TLS, or what came is no HTTP.
        """
        core_request = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        host = request.url.host
        try:
            response = await self._pool.handle_async_request(core_request)
        except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise _explained(error, host) from error
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response, host),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, host: str) -> None:
        self._response = response
        self._host = host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_stream():
                yield chunk
        except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise _explained(error, self._host) from error

    async def aclose(self) -> None:
        await self._response.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Opens httpcore's connections by `Network`, and remembers to which address the last one went."""

    def __init__(self, network: Network, operator_host: str) -> None:
        self._network = network
        self._operator_host = operator_host
        self.last_address: Address | None = None
        self.when_open: Callable[[], None] = lambda: None
        """Is called when a connection is open."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 # httpcore's signature; `Network` keeps the time
        local_address: str | None = None,  # noqa: ARG002 # httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 # httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._network.addresses(host, named_by_vendor=host != self._operator_host)
        return _Stream(self, self._network, addresses[:_ADDRESSES_TRIED], port)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that opens when it is first used, because only then it is known whether it is a TLS one."""

    def __init__(self, backend: _Backend, network: Network, addresses: tuple[Address, ...], port: int) -> None:
        self._backend = backend
        self._network = network
        self._addresses = addresses
        self._port = port
        self._stack = AsyncExitStack()
        self._opened: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 # httpcore's signature; `Network` keeps the time
    ) -> httpcore.AsyncNetworkStream:
        await self._open(ssl_context, server_hostname)
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 # as above
        reader, _ = await self._open()
        try:
            return await reader.read(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 # as above
        _, writer = await self._open()
        try:
            writer.write(buffer)
            await writer.drain()
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await self._stack.aclose()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 # httpcore's signature
        if info == "ssl_object" and self._opened:
            return self._opened[1].get_extra_info("ssl_object")
        if info == "is_readable":
            # Connections are not kept for a second request, so none can have gone stale.
            return False
        return None

    async def _open(
        self, tls: ssl.SSLContext | None = None, server_name: str | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._opened:
            return self._opened
        for address in self._addresses:
            try:
                self._opened = await self._stack.enter_async_context(
                    self._network.connection(address, self._port, tls=tls, server_name=server_name)
                )
            except ProbeError as error:
                # What answers with something else than TLS is there; another address would not be another service.
                if address is self._addresses[-1] or error.failure.kind == "not_tls":
                    raise
            else:
                self._backend.last_address = address
                self._backend.when_open()
                return self._opened
        raise AssertionError("`Network.addresses` gives at least one")


def _explained(error: Exception, host: str) -> ProbeError:
    # httpcore wraps what it maps; its pool then cuts the chain of causes off.
    cause = error.args[0] if error.args else None
    if isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == _TOO_LARGE:
        return ProbeError("protocol", f"{host} sent a response head of more than 100 kB")
    if isinstance(error, httpcore.ProtocolError):
        return ProbeError("protocol", f"{host} did not answer with valid HTTP: {error}"[:_MESSAGE])
    if isinstance(error, httpcore.TimeoutException):
        return ProbeError("connection_timeout", f"{host} did not answer in time")
    return ProbeError("connection_reset", f"{host} broke the connection off: {error}"[:_MESSAGE])


_TOO_LARGE = 431
_MESSAGE = 500


def _lenient_tls() -> ssl.SSLContext:
    """Return TLS settings that refuse nothing: the tls probe judges versions, suites and certificates, not this one.

    Nothing secret is ever sent over such a connection.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context

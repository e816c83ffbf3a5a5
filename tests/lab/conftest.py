"""The running demonstration vendors, and a client that trusts their authority."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from vendor_audit.lab.vendor import LabVendor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Get = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def acme() -> AsyncIterator[LabVendor]:
    """The vendor with planted flaws, on free ports."""
    async with LabVendor() as lab:
        yield lab


@pytest.fixture
async def flawless() -> AsyncIterator[LabVendor]:
    """The twin without flaws, on free ports."""
    async with LabVendor(flawless=True) as lab:
        yield lab


@pytest.fixture
def get() -> Get:
    """Return a function that fetches a path from a virtual host of a lab over verified TLS."""

    async def fetch(lab: LabVendor, host: str, path: str, *, follow: bool = False) -> httpx.Response:
        scheme, name = ("http", "www") if host == "plain" else ("https", host)
        context = ssl.create_default_context(cadata=lab.ca_pem)
        # The lab's names are in no DNS: connect to loopback, and say the name in SNI and Host.
        transport = httpx.AsyncHTTPTransport(verify=context)
        async with httpx.AsyncClient(transport=transport, follow_redirects=follow) as client:
            return await client.get(
                f"{scheme}://127.0.0.1:{lab.ports.items()[host]}{path}",
                headers={"Host": f"{name}.acme.example"},
                extensions={"sni_hostname": f"{name}.acme.example"},
            )

    return fetch

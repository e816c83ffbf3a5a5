"""Documents from the web, as well-behaved servers give them."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.lab.certificates import LabAuthority, ec_key, validity
from vendor_audit.probes.document.fetching import fetch
from vendor_audit.probes.interface import ProbeContext, ProbeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Make = Callable[..., ProbeContext]


async def failure_of(url: str, context: ProbeContext, **settings: Any) -> tuple[str, str]:
    with pytest.raises(ProbeError) as caught:
        await fetch(url, context, **settings)
    return caught.value.failure.kind, caught.value.failure.message


async def test_a_document_comes_with_its_url_and_its_name(site: Any, context: Make, paper: bytes) -> None:
    site.put("/legal/dpa.md?v=2", paper)
    original = await fetch(site.url("/legal/dpa.md?v=2"), context())
    assert (original.source, original.name) == (site.url("/legal/dpa.md?v=2"), "dpa.md")
    assert original.content == paper
    assert b"vendor-audit" in site.requests[0]


async def test_what_is_packed_on_the_way_is_unpacked(site: Any, context: Make, paper: bytes) -> None:
    site.put("/", gzip.compress(paper), "Content-Encoding: gzip")
    assert (await fetch(site.url(), context())).content == paper


async def test_redirects_are_followed_to_the_document(site: Any, context: Make, paper: bytes) -> None:
    for number in range(5):
        site.put(f"/{number}", head=f"Location: /{number + 1}", status="302 Found")
    site.put("/5", paper)
    assert (await fetch(site.url("/0"), context())).source == site.url("/5")
    site.put("/5", head="Location: /6", status="302 Found")
    site.put("/6", paper)
    assert await failure_of(site.url("/0"), context()) == ("protocol", f"{site.url('/0')}: more than 5 redirects")


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden", "500 Oops", "304 Not Modified"])
async def test_a_status_that_is_no_success_is_told(site: Any, context: Make, paper: bytes, status: str) -> None:
    site.put("/", paper, status=status)
    kind, message = await failure_of(site.url(), context())
    assert kind == "http_status"
    assert f"answered with status {status[:3]}" in message


async def test_a_status_that_asks_for_a_password_is_a_login(site: Any, context: Make) -> None:
    site.put("/", b"no", status="401 Unauthorized")
    assert (await failure_of(site.url(), context()))[0] == "login_page"


@pytest.mark.parametrize("body", [b"", b" \n\n"])
async def test_an_empty_answer_is_told(site: Any, context: Make, body: bytes) -> None:
    site.put("/", body)
    assert await failure_of(site.url(), context()) == ("empty", f"{site.url()} is empty")


async def test_a_page_in_the_documents_place_is_told(site: Any, context: Make) -> None:
    site.put("/", b"<!doctype html><title>Sign in</title><form><input type=password></form>")
    assert (await failure_of(site.url(), context()))[0] == "login_page"


async def test_a_server_that_refuses_is_told_as_in_every_probe(site: Any, context: Make) -> None:
    assert (await failure_of("http://acme.example:1/", context()))[0] == "connection_refused"
    assert (await failure_of("ftp://acme.example/", context()))[0] == "protocol"


@asynccontextmanager
async def https(paper: bytes, folder: Path, name: str) -> AsyncIterator[int]:
    """Serve the paper over TLS with a certificate of the lab for a name."""
    issued = LabAuthority().issue([name], ec_key(), *validity(datetime.now(UTC), days_left=30))
    (folder / "cert.pem").write_bytes(issued.certificate + issued.private_key)
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(folder / "cert.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + paper)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=settings)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def test_a_document_is_taken_only_from_a_server_that_somebody_vouches_for(
    context: Make, paper: bytes, tmp_path: Path
) -> None:
    anchors = LabAuthority().pem.decode("ascii")
    async with https(paper, tmp_path, "acme.example") as port:
        url = f"https://acme.example:{port}/dpa"
        assert (await fetch(url, context(trust_anchors=anchors))).content == paper
        kind, message = await failure_of(url, context())
        assert kind == "not_tls"
        assert "save the document beside the vendor file" in message
    async with https(paper, tmp_path, "www.acme.example") as port:
        url = f"https://acme.example:{port}/dpa"
        assert (await failure_of(url, context(trust_anchors=anchors)))[0] == "not_tls"

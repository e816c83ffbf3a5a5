"""Fetching what operators publish, from a server on loopback that stands for them."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.location.mmdb_writer import mmdb
from vendor_audit.location.cache import Cache
from vendor_audit.location.published import Published, published
from vendor_audit.probes import location_files
from vendor_audit.probes.location_files import Update, update
from vendor_audit.probes.network import Network, NetworkSettings

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = b"# 2026-11-20\n192.0.2.0/24,DE,DE-HE,Frankfurt,\n"
LOOPBACK = ipaddress.ip_address("127.0.0.1")
HOST = "operator.example"
LINODE = published()["linode"]
Answers = dict[str, Any]


class Certificate:
    """A certificate of HOST that vouches for itself."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        (folder / "cert.pem").write_text(self.pem, encoding="ascii")
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "key.pem").write_bytes(private)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "cert.pem", folder / "key.pem")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


Play = Callable[[str, dict[str, str], asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(certificate: Certificate, play: Play) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in head[1:] if each)}
            await play(head[0].split(" ")[1], headers, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate.context)
    yield running.sockets[0].getsockname()[1]
    running.close()


def answering(answers: Answers, seen: list[tuple[str, dict[str, str]]] | None = None) -> Play:
    """Return what answers each path with (status, headers, body), or with 304 where the ETag is known."""

    async def play(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        if seen is not None:
            seen.append((path, headers))
        status, extra, body = answers.get(path, (404, {}, b""))
        if extra.get("ETag") and headers.get("if-none-match") == extra["ETag"]:
            status, body = 304, b""
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in extra.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return play


async def fetched(
    certificate: Certificate,
    play: Play,
    cache: Cache,
    what: Published = LINODE,
    paths: tuple[str, ...] = ("/geofeed.csv",),
    *,
    now: datetime = NOW,
    trust: bool = True,
) -> Update:
    async with server(certificate, play) as port:
        settings = NetworkSettings(
            resolve={HOST: (LOOPBACK,)}, timeout=3, trust_anchors=certificate.pem if trust else ""
        )
        urls = {
            what.name: [
                each.replace("{port}", str(port)) if "://" in each else f"https://{HOST}:{port}{each}" for each in paths
            ]
        }
        (result,) = await update([what], cache, Network(settings), now, urls)
        return result


async def test_a_file_is_fetched_once_and_then_only_asked_about(certificate: Certificate, tmp_path: Path) -> None:
    seen: list[tuple[str, dict[str, str]]] = []
    answers = {"/geofeed.csv": (200, {"ETag": '"v1"', "Last-Modified": "Fri, 20 Nov 2026 00:00:00 GMT"}, FEED)}
    cache = Cache(tmp_path)
    async with server(certificate, answering(answers, seen)) as port:
        settings = NetworkSettings(resolve={HOST: (LOOPBACK,)}, timeout=3, trust_anchors=certificate.pem)
        urls = {"linode": [f"https://{HOST}:{port}/geofeed.csv"]}
        (first,) = await update([LINODE], cache, Network(settings), NOW, urls)
        later = NOW + timedelta(days=7)
        (second,) = await update([LINODE], cache, Network(settings), later, urls)
        answers["/geofeed.csv"] = (200, {"ETag": '"v2"'}, FEED.replace(b"DE,", b"FR,"))
        (third,) = await update([LINODE], cache, Network(settings), later, urls)
    assert [each.result for each in (first, second, third)] == ["new", "unchanged", "new"]
    assert seen[1][1]["if-none-match"] == '"v1"'
    assert second.note is not None
    assert (second.note.fetched, second.note.checked) == (NOW, later)
    source = cache.ranges(LINODE)
    assert source is not None
    assert source.claims(ipaddress.ip_address("192.0.2.1"))[0].country == "FR"


async def test_the_same_bytes_without_an_etag_are_unchanged(certificate: Certificate, tmp_path: Path) -> None:
    play = answering({"/geofeed.csv": (200, {}, FEED)})
    results = [await fetched(certificate, play, Cache(tmp_path)) for _ in range(2)]
    assert [each.result for each in results] == ["new", "unchanged"]


async def test_a_redirect_to_https_is_followed_and_one_to_http_is_not(certificate: Certificate, tmp_path: Path) -> None:
    answers = {
        "/a": (302, {"Location": "/geofeed.csv"}, b""),
        "/b": (302, {"Location": "http://operator.example/geofeed.csv"}, b""),
        "/c": (302, {"Location": "/c"}, b""),
        "/geofeed.csv": (200, {}, FEED),
    }
    good, bad, circle = [
        await fetched(certificate, answering(answers), Cache(tmp_path / path[1:]), paths=(path,))
        for path in ("/a", "/b", "/c")
    ]
    assert good.result == "new"
    assert (bad.result, bad.note) == ("failed", None)
    assert "leads to one that is none" in bad.reason
    assert "more than 5 redirects" in circle.reason


async def test_a_redirect_to_an_inner_address_is_refused(certificate: Certificate, tmp_path: Path) -> None:
    answers = {"/geofeed.csv": (302, {"Location": "https://169.254.169.254/latest"}, b"")}
    result = await fetched(certificate, answering(answers), Cache(tmp_path))
    assert result.result == "failed"
    assert "not a public address" in result.reason


async def test_a_server_for_which_nobody_vouches_is_not_believed(certificate: Certificate, tmp_path: Path) -> None:
    result = await fetched(certificate, answering({"/geofeed.csv": (200, {}, FEED)}), Cache(tmp_path), trust=False)
    assert result.result == "failed"
    assert "TLS failed" in result.reason


async def test_plain_http_is_not_spoken(certificate: Certificate, tmp_path: Path) -> None:
    result = await fetched(certificate, answering({}), Cache(tmp_path), paths=("http://operator.example:{port}/x",))
    assert "no https URL" in result.reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {}, b"oops"), "answered with status 500"),
        ((200, {}, b"<html>maintenance</html>"), "no line of it is an entry of a geofeed"),
        ((200, {}, b""), "no line of it is an entry of a geofeed"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(FEED)), "an encoding that was not asked for"),
        ((304, {}, b""), "answered with status 304"),
    ],
)
async def test_what_is_no_file_fails_with_its_reason_and_the_copy_of_before_stays(
    certificate: Certificate, tmp_path: Path, answer: Any, reason: str
) -> None:
    cache = Cache(tmp_path)
    fresh = await fetched(certificate, answering({"/geofeed.csv": answer}), cache)
    assert (fresh.result, fresh.note) == ("failed", None)
    assert reason in fresh.reason
    await fetched(certificate, answering({"/geofeed.csv": (200, {}, FEED)}), cache)
    after = await fetched(certificate, answering({"/geofeed.csv": answer}), cache)
    assert after.result == "failed"
    assert after.note is not None
    assert cache.ranges(LINODE) is not None


async def test_a_file_that_does_not_end_is_cut_off(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location_files, "MOST_BYTES", 100_000)

    async def endless(_path: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b"192.0.2.0/24,DE,,,\n" * 1000)
            await writer.drain()

    result = await fetched(certificate, endless, Cache(tmp_path))
    assert "more than 100,000 bytes" in result.reason


async def test_a_server_that_sends_nothing_more_ends_in_the_time_limit(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location_files, "SECONDS", 0.5)

    async def silent(_path: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n1")
        await writer.drain()
        await asyncio.sleep(2)

    result = await fetched(certificate, silent, Cache(tmp_path))
    assert result.reason == "it had not come within 0.5 s"


async def test_a_file_that_breaks_off_is_not_kept(certificate: Certificate, tmp_path: Path) -> None:
    async def half(_path: str, _headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + FEED)

    result = await fetched(certificate, half, Cache(tmp_path))
    assert result.result == "failed"
    assert Cache(tmp_path).note("linode") is None


async def test_the_file_of_the_week_is_found_by_the_page_that_names_it(
    certificate: Certificate, tmp_path: Path
) -> None:
    tags = {"values": [{"properties": {"region": "westeurope", "addressPrefixes": ["13.69.0.0/17"]}}]}
    page = b'<a href="https://operator.example:%d/ServiceTags_Public_20261123.json">download</a>'
    answers: Answers = {"/ServiceTags_Public_20261123.json": (200, {}, json.dumps(tags).encode())}
    azure = replace(published()["azure"], link=r"https://operator\.example:\d+/ServiceTags_Public_[0-9]{8}\.json")
    cache = Cache(tmp_path)

    async with server(certificate, answering(answers)) as port:
        answers["/page"] = (200, {}, page % port)
        answers["/other"] = (200, {}, b'<a href="https://evil.example/ServiceTags_Public_20261123.json">')
        settings = NetworkSettings(resolve={HOST: (LOOPBACK,)}, timeout=3, trust_anchors=certificate.pem)
        (found,) = await update([azure], cache, Network(settings), NOW, {"azure": [f"https://{HOST}:{port}/page"]})
        (lost,) = await update([azure], cache, Network(settings), NOW, {"azure": [f"https://{HOST}:{port}/other"]})
    assert found.result == "new"
    assert "names no file of Microsoft Azure" in lost.reason


async def test_the_database_of_the_month_or_of_the_last_is_unpacked_and_kept(
    certificate: Certificate, tmp_path: Path
) -> None:
    content = mmdb({"192.0.2.0/24": {"country": {"iso_code": "DE"}}}, database_type="DBIP-Country-Lite")
    answers: Answers = {"/dbip-2026-12.mmdb.gz": (200, {}, gzip.compress(content))}
    what = published()["dbip-country-lite"]
    cache = Cache(tmp_path)
    january = datetime(2027, 1, 1, tzinfo=UTC)
    result = await fetched(certificate, answering(answers), cache, what, ("/dbip-{month}.mmdb.gz",), now=january)
    assert result.result == "new"
    assert cache.path_of(what.name).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x1f\x8bbroken", "its compression is broken"),
        (gzip.compress(b"x" * 1_000_000), "unpacks to more than 10,000 bytes"),
        (gzip.compress(b"no database", mtime=0), "no MaxMind DB"),
        (b"no database", "no MaxMind DB"),
    ],
)
async def test_a_database_that_is_none_is_not_kept(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    monkeypatch.setattr(location_files, "MOST_UNPACKED", 10_000)
    what = published()["dbip-country-lite"]
    result = await fetched(certificate, answering({"/x.gz": (200, {}, content)}), Cache(tmp_path), what, ("/x.gz",))
    assert result.result == "failed"
    assert reason in result.reason
    assert Cache(tmp_path).note(what.name) is None
    assert not Cache(tmp_path).path_of(what.name).exists()  # nobody waits

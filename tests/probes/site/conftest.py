"""Sites of invented vendors on loopback, each built in its own way, and a DNS that knows their names."""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from vendor_audit.audit.first_file import Operator, first_vendor_file
from vendor_audit.lab.dns_server import LabDnsServer, read_zone
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.site.survey import survey_site
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.probes.site.discoveries import SiteSurvey
    from vendor_audit.vendor.file import VendorFile

SITES = Path(__file__).parent / "sites"
LOOPBACK = ipaddress.ip_address("127.0.0.1")
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".pdf": "application/pdf", ".xml": "text/xml"}
_ZONE = "$TTL 60\n@ IN SOA ns hostmaster 1 7200 3600 1209600 3600\n@ IN NS ns\nns IN A 127.0.0.1\n"
_ZONES = {
    "konferix.example": "meet IN A 8.8.4.4\nstun IN AAAA 2606:4700::1111\nstatus IN A 8.8.8.8\n",
    "visioclair.example": "* IN A 8.8.4.4\n",
    "lanterna.example": "",
    "murmur.example": "",
    "acme.example": "internal IN A 127.0.0.1\n",
}


@dataclass
class Served:
    """A site that is served: files of a folder, or what the test put."""

    folder: Path | None
    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def page(self, path: str, body: str) -> None:
        """Answer a path with an HTML page."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
        self.answers[path] = head.encode() + body.encode()

    def redirect(self, path: str, location: str) -> None:
        """Answer a path with a redirect."""
        self.answers[path] = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            host = request.lower().partition("host: ")[2].partition("\r\n")[0].partition(":")[0]
            path = request.split(" ")[1]
            self.requests.append(f"{host}{path}")
            writer.write(self.answers.get(path) or self._file(path))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _file(self, path: str) -> bytes:
        for name in (path, f"{path}.html", f"{path}index.html"):
            file = self.folder / name.lstrip("/") if self.folder else None
            if file and file.is_file():
                content = file.read_bytes().replace(b"@/", f"http://www.murmur.example:{self.port}/".encode())
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {_TYPES[file.suffix]}\r\nConnection: close\r\n\r\n"
                return head.encode() + content
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Looker:
    """Looks at a site, and reads the vendor file that comes of it."""

    served: Served
    names: LabDnsServer
    folder: Path
    text: str = ""

    async def look(
        self, host: str, path: str = "/", *, also: str = "", seconds: float = 20, wait: float = 2
    ) -> SiteSurvey:
        # Only the names that the operator would write: what the vendor's pages name beside them is not allowed.
        pins = dict.fromkeys((host, host.replace("www.", "status."), also), (LOOPBACK,))
        settings = NetworkSettings(resolve=pins, nameservers=((LOOPBACK, self.names.port),), timeout=wait)
        url = httpx.URL(f"http://{host}:{self.served.port}{path}")
        return await survey_site(url, Network(settings), now="2026-11-24T12:00:00+00:00", timeout=wait, seconds=seconds)

    def write(self, survey: SiteSurvey) -> VendorFile:
        self.text = first_vendor_file(survey, Operator(day="2026-11-24"))
        path = self.folder / "first.yaml"
        path.write_text(self.text, encoding="utf-8")
        return read_vendor_file(path)


@pytest.fixture
async def names() -> AsyncIterator[LabDnsServer]:
    zones = {name: read_zone(name, _ZONE + more) for name, more in _ZONES.items()}
    server = await LabDnsServer(zones, address="127.0.0.1", port=0).start()
    yield server
    await server.stop()


@asynccontextmanager
async def served(folder: Path | None) -> AsyncIterator[Served]:
    site = Served(folder)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()
    await server.wait_closed()


@pytest.fixture
async def looker(request: pytest.FixtureRequest, names: LabDnsServer, tmp_path: Path) -> AsyncIterator[Looker]:
    """Serve the site that the test's parameter names; none: an empty one that the test fills."""
    name = getattr(request, "param", None)
    async with served(SITES / name if name else None) as site:
        yield Looker(site, names, tmp_path)

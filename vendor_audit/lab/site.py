"""What the demonstration vendor's web hosts answer. Pages stand in examples/<vendor>/site; headers are decided here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from vendor_audit.lab.web import Request, Response, upgrade_to_websocket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from vendor_audit.lab.ports import Ports

Headers = tuple[tuple[str, str], ...]

DOMAIN = "acme.example"
WEB_HOSTS = ("meet", "api", "signal", "recordings", "www", "files")
"""The virtual hosts that serve pages, with TLS; each is a field of `Ports` and a label below `DOMAIN`."""
HOSTS = (*WEB_HOSTS, "sfu", "turn")
"""All labels below `DOMAIN` at which something is served."""

_HTML = "text/html; charset=utf-8"
_TYPES = {".html": _HTML, ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_SECURITY_TXT = "/.well-known/security.txt"
_EXPIRED = "2026-03-31T23:59:59Z"
"""When the flawed vendor's security.txt expired; a fixed day in the past."""

_HSTS: Headers = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
_SOUND: Headers = (
    *_HSTS,
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
_FLAWED_JOIN: Headers = (
    ("Server", "AcmeWeb/2.4.1 (nginx/1.18.0)"),
    ("X-Powered-By", "Express"),
    # Neither Secure nor HttpOnly; the second one is analytics' and lives for two years.
    ("Set-Cookie", "acme_session=c2Vzc2lvbi1vZi10aGUtZGVtbw; Path=/"),
    ("Set-Cookie", "acme_vid=dmlzaXRvci1vZi10aGUtZGVtbw; Path=/; Max-Age=63072000"),
)
_SOUND_COOKIE: Headers = (
    ("Set-Cookie", "__Host-acme_session=c2Vzc2lvbi1vZi10aGUtZGVtbw; Path=/; Secure; HttpOnly; SameSite=Lax"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """All virtual hosts of one vendor."""

    flawless: bool
    folder: Path
    """Where the pages stand: examples/<vendor>/site."""
    written: Ports
    """The ports that stand in the committed pages."""
    ports: Ports
    """The ports on which the vendor really listens."""
    now: datetime
    """When the vendor was started; UTC."""

    def handlers(self) -> dict[str, Callable[[Request], Response]]:
        """Return what answers on each of `WEB_HOSTS` and on ``plain``.

        Raises:
            FileNotFoundError: the installation is incomplete.
        """
        pages = self._pages()
        secure: Headers = (*_SOUND, ("Content-Security-Policy", self._content_security_policy()))
        security = {_SECURITY_TXT: Response(200, self._security_txt().encode(), headers=secure)}
        www = {path: _page(pages, path, secure) for path in pages if path != "/join"}
        assets = {path: page for path, page in www.items() if page.content_type != _HTML}
        tables: dict[str, dict[str, Response]] = {
            "meet": {"/join": self._join(pages, secure), **assets, **security},
            "api": {"/v1/status": _json({"service": "Acme Meet API", "status": "operational"}, secure), **security},
            "recordings": {"/": _page(pages, "/recordings", secure), **assets, **security},
            "files": {"/": _page(pages, "/files", secure), **assets, **security},
            "www": {**www, "/": _page(pages, "/index", secure), **security},
        }
        handlers: dict[str, Callable[[Request], Response]] = {
            host: partial(_look_up, table, secure) for host, table in tables.items()
        }
        handlers["signal"] = lambda request: upgrade_to_websocket(request, _HSTS)
        handlers["plain"] = (
            self._redirect if self.flawless else partial(_look_up, {"/": _page(pages, "/index", ())}, ())
        )
        return handlers

    def url(self, host: str, path: str = "") -> str:
        """Return the URL of a path on a virtual host."""
        return f"https://{host}.{DOMAIN}:{self.ports.items()[host]}{path}"

    def _pages(self) -> dict[str, Response]:
        """Return the files of the site by the path under which they are served: pages without their ending."""
        found = {}
        for file in sorted(self.folder.iterdir()):
            text = rewrite_ports(file.read_text(encoding="utf-8"), self.written, self.ports)
            path = f"/{file.stem if file.suffix == '.html' else file.name}"
            found[path] = Response(200, text.encode(), _TYPES[file.suffix])
        return found

    def _join(self, pages: Mapping[str, Response], secure: Headers) -> Response:
        return _page(pages, "/join", (*secure, *_SOUND_COOKIE) if self.flawless else _FLAWED_JOIN)

    def _redirect(self, request: Request) -> Response:
        return Response(301, headers=(("Location", self.url("www", request.path)),))

    def _content_security_policy(self) -> str:
        signalling = self.url("signal").replace("https:", "wss:")
        return (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
            f"connect-src 'self' {self.url('api')} {signalling}; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    def _security_txt(self) -> str:
        """Return a security.txt (RFC 9116): fresh for the flawless vendor, expired for the other."""
        fresh = (self.now + timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [
            "Contact: mailto:security@acme.example",
            f"Expires: {fresh if self.flawless else _EXPIRED}",
            *(f"Canonical: {self.url(host, _SECURITY_TXT)}" for host in WEB_HOSTS if host != "signal"),
            f"Policy: {self.url('www', '/trust')}",
            "Preferred-Languages: en, nl, de",
        ]
        return "\n".join(lines) + "\n"


def rewrite_ports(text: str, written: Ports, actual: Ports) -> str:
    """Return the text with each ``:port`` of the committed layout replaced by the port that is in use."""
    numbers = {str(number): str(actual.items()[name]) for name, number in written.items().items()}
    return re.sub(rf":({'|'.join(numbers)})\b", lambda match: f":{numbers[match[1]]}", text)


def _look_up(table: Mapping[str, Response], headers: Headers, request: Request) -> Response:
    return table.get(request.path) or Response(404, b"Not found.\n", headers=headers)


def _page(pages: Mapping[str, Response], path: str, headers: Headers) -> Response:
    page = pages[path]
    return Response(page.status, page.body, page.content_type, headers)


def _json(value: Mapping[str, str], headers: Headers) -> Response:
    return Response(200, json.dumps(value).encode() + b"\n", "application/json", headers)

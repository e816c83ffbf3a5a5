"""The http probe against a real nginx, over TLS with HTTP/2 and with HTTP/1.1."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.http.probe import HttpProbe
from vendor_audit.probes.interface import ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.live

PAGE = """<!doctype html><html lang="de"><head><title>Acme Meet</title>
<script src="https://cdn.other.example/app.js"></script></head>
<body><a href="/datenschutz">Datenschutz</a> <a href="/impressum">Impressum</a></body></html>
"""
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; {user}
events {{}}
http {{
  access_log {folder}/access.log; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
  fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ text/html html; text/plain txt; }}
  gzip on; gzip_min_length 1;
  ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
  server {{
    listen 127.0.0.1:{h2} ssl http2; listen 127.0.0.1:{h1} ssl; root {folder}/www;
    add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
    add_header Content-Security-Policy "script-src 'self' 'nonce-abc' 'unsafe-inline'; frame-ancestors 'self'" always;
    add_header X-Content-Type-Options nosniff; add_header Referrer-Policy "no-referrer, strict-origin";
    add_header Permissions-Policy "camera=(self)"; add_header Cross-Origin-Opener-Policy same-origin;
    add_header Set-Cookie "session=CANARY-1; Secure; HttpOnly; SameSite=Strict";
    add_header Set-Cookie "track=CANARY-2; Max-Age=3600; Domain=acme.example";
    location = /moved {{ return 301 /there; }}
    location = /there {{ return 302 https://$host:{h1}/index.html; }}
    location = /inside {{ return 302 http://169.254.169.254/latest/meta-data/; }}
    location = /empty {{ return 204; }}
  }}
  server {{ listen 127.0.0.1:{plain}; return 301 https://$host:{h2}$request_uri; }}
}}
"""


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def write_certificate(folder: Path) -> None:
    """Write a self-signed certificate that expired long ago: the http probe must not care."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody-else.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture(scope="module")
def ports(need_program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Start nginx and return its ports: ``h2``, ``h1`` (TLS without HTTP/2) and ``plain``."""
    program = need_program("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    numbers = dict(zip(("h2", "h1", "plain"), free_ports(3), strict=True))
    (folder / "www" / ".well-known").mkdir(parents=True)
    (folder / "www" / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "www" / ".well-known" / "security.txt").write_text(
        "Contact: mailto:security@acme.example\nExpires: 2027-06-01T00:00:00Z\n", encoding="utf-8"
    )
    write_certificate(folder)
    # The workers of a root's nginx are nobody, who may not read the test's folder.
    is_root = folder.stat().st_uid == 0
    text = CONFIGURATION.format(folder=folder, user="user root;" if is_root else "", **numbers)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", numbers["plain"]), 0.2):
                break
            time.sleep(0.05)
        yield numbers
    finally:
        process.terminate()
        process.wait(10)


async def observe(url: str) -> Sight:
    settings = NetworkSettings(resolve={"meet.acme.example": (ipaddress.ip_address("127.0.0.1"),)}, timeout=5)
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    context = ProbeContext(Network(settings), lambda: now, 5)
    sight = await HttpProbe().observe(Target("endpoint", url, "meet.acme.example"), context)
    schema = json.loads((shipped("schemas") / "facts" / "http.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(sight.facts, schema, cls=jsonschema.Draft202012Validator)
    return sight


@pytest.mark.parametrize(("port", "version"), [("h2", "HTTP/2"), ("h1", "HTTP/1.1")])
async def test_a_page_over_tls_with_a_certificate_that_nobody_trusts(
    ports: dict[str, int], port: str, version: str
) -> None:
    sight = await observe(f"https://meet.acme.example:{ports[port]}/")
    facts = sight.facts
    assert facts["http_version"] == version
    assert facts["status"] == 200
    assert facts["hsts"] == {"present": True, "max_age": 63072000, "include_subdomains": True, "preload": False}
    assert facts["csp"]["unsafe_inline"] is False
    assert facts["csp"]["frame_ancestors"] == ["'self'"]
    assert facts["framing"] == {"restricted": True}
    assert facts["nosniff"] is True
    assert facts["referrer_policy"]["policy"] == "strict-origin"
    assert facts["permissions_policy"]["present"] is True
    assert facts["cross_origin_opener"]["policy"] == "same-origin"
    assert facts["server_banner"]["value"].startswith("nginx/")
    assert facts["page"]["title"] == "Acme Meet"
    assert facts["page"]["language"] == "de"
    assert [each["text"] for each in facts["page"]["privacy_links"]] == ["Datenschutz"]
    assert [each["text"] for each in facts["page"]["imprint_links"]] == ["Impressum"]
    assert facts["page"]["resources"][0]["third_party"] is True
    assert facts["security_txt"]["found"] is True
    assert facts["security_txt"]["problems"] == []
    assert facts["addresses"]["ipv4"] == {"offered": True, "reachable": True}
    assert sight.unknown == ({} if "plain_http" in facts else {"plain_http": sight.unknown["plain_http"]})


async def test_the_values_of_cookies_are_nowhere(ports: dict[str, int]) -> None:
    sight = await observe(f"https://meet.acme.example:{ports['h2']}/")
    everything = str(sight.facts) + "".join(each.content.decode() for each in sight.evidence)
    assert "CANARY" not in everything
    cookies = {each["name"]: each for each in sight.facts["cookies"]}
    assert cookies["session"]["http_only"] is True
    assert cookies["session"]["persistent"] is False
    assert cookies["track"]["secure"] is False
    assert cookies["track"]["persistent"] is True
    assert cookies["track"]["domain"] == "acme.example"


async def test_redirects_across_ports_and_versions(ports: dict[str, int]) -> None:
    facts = (await observe(f"https://meet.acme.example:{ports['h2']}/moved")).facts
    assert [each["status"] for each in facts["redirects"]] == [301, 302]
    assert facts["final_url"] == f"https://meet.acme.example:{ports['h1']}/index.html"
    assert facts["http_version"] == "HTTP/1.1"
    assert facts["hsts"]["present"] is True


async def test_a_redirect_to_the_metadata_address_of_a_cloud_is_refused(ports: dict[str, int]) -> None:
    sight = await observe(f"https://meet.acme.example:{ports['h2']}/inside")
    assert sight.facts["redirects"][0]["led_to_public"] is False
    assert "169.254.169.254 is not a public address" in sight.unknown["final_url"]


async def test_plain_http_redirects_to_https(ports: dict[str, int]) -> None:
    facts = (await observe(f"http://meet.acme.example:{ports['plain']}/")).facts
    assert facts["plain_http"] == {"reachable": True, "status": 301, "redirects_to_https": True}
    assert facts["hsts"]["present"] is True


async def test_an_answer_without_a_body_is_no_page(ports: dict[str, int]) -> None:
    sight = await observe(f"https://meet.acme.example:{ports['h2']}/empty")
    assert sight.facts["status"] == 204
    assert "no HTML page" in sight.unknown["page"]


async def test_many_observations_at_once_keep_within_the_limit(ports: dict[str, int]) -> None:
    begin = time.perf_counter()
    sights = await asyncio.gather(*(observe(f"https://meet.acme.example:{ports['h2']}/") for _ in range(5)))
    assert {each.facts["status"] for each in sights} == {200}
    assert time.perf_counter() - begin < 10

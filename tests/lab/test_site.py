from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from vendor_audit.lab.ports import FIXED, Ports
from vendor_audit.lab.site import rewrite_ports
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from vendor_audit.lab.vendor import LabVendor

    Get = Callable[..., Awaitable[httpx.Response]]

TRACKER = "https://www.googletagmanager.com/"


def test_only_the_ports_of_the_layout_are_rewritten() -> None:
    actual = Ports.from_base(1000)
    text = "https://meet.acme.example:28443/join at 12:28443 and :284430 and 28443"
    assert rewrite_ports(text, FIXED, actual) == "https://meet.acme.example:1043/join at 12:1043 and :284430 and 28443"


async def test_the_flawed_join_page_has_the_planted_faults(acme: LabVendor, get: Get) -> None:
    page = await get(acme, "meet", "/join")
    assert page.status_code == 200
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
        assert name not in page.headers
    assert page.headers["Server"].startswith("AcmeWeb/2.4.1")
    assert TRACKER in page.text
    assert "/privacy" not in page.text
    session = page.headers.get_list("Set-Cookie")[0]
    assert session.startswith("acme_session=")
    assert not re.search(r"secure|httponly", session, re.IGNORECASE)


async def test_the_flawless_join_page_has_none_of_them(flawless: LabVendor, get: Get) -> None:
    page = await get(flawless, "meet", "/join")
    assert int(re.findall(r"max-age=(\d+)", page.headers["Strict-Transport-Security"])[0]) >= 180 * 86400
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers.get_list("Set-Cookie") == [
        "__Host-acme_session=c2Vzc2lvbi1vZi10aGUtZGVtbw; Path=/; Secure; HttpOnly; SameSite=Lax"
    ]
    assert f"https://www.acme.example:{flawless.ports.www}/privacy" in page.text
    assert "Server" not in page.headers
    outside = re.findall(r'(?:src|href)="https?://(?!www\.acme\.example)', page.text)
    assert outside == []


async def test_what_the_pages_load_and_link_to_is_there(flawless: LabVendor, get: Get) -> None:
    for host, path in (("meet", "/join"), ("www", "/"), ("www", "/privacy"), ("recordings", "/"), ("files", "/")):
        page = await get(flawless, host, path)
        for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            target, _, rest = link.partition(".acme.example:")
            where = (target.removeprefix("https://"), f"/{rest.partition('/')[2]}") if rest else (host, link)
            assert (await get(flawless, *where)).status_code == 200, link


async def test_the_security_txt_is_expired_here_and_fresh_there(acme: LabVendor, flawless: LabVendor, get: Get) -> None:
    left = {}
    for lab in (acme, flawless):
        text = (await get(lab, "www", "/.well-known/security.txt")).text
        assert "Contact: mailto:security@acme.example" in text
        assert f"Canonical: https://www.acme.example:{lab.ports.www}/.well-known/security.txt" in text
        expires = datetime.strptime(re.findall("Expires: (.*)", text)[0], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        left[lab.flawless] = (expires - datetime.now(UTC)).days
    assert left[False] < 0
    assert 30 < left[True] < 366  # RFC 9116, 2.5.5: less than a year


async def test_plain_http_leads_to_https_only_at_the_flawless_vendor(
    acme: LabVendor, flawless: LabVendor, get: Get
) -> None:
    assert (await get(acme, "plain", "/")).status_code == 200
    answer = await get(flawless, "plain", "/")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://www.acme.example:{flawless.ports.www}/"


async def test_signalling_asks_for_an_upgrade_and_the_api_says_that_it_runs(acme: LabVendor, get: Get) -> None:
    assert (await get(acme, "signal", "/ws")).status_code == 426
    assert (await get(acme, "api", "/v1/status")).json()["status"] == "operational"
    assert (await get(acme, "api", "/etc/passwd")).status_code == 404


@pytest.mark.parametrize("name", ["acme", "flawless"])
def test_no_page_runs_or_loads_anything_from_elsewhere_but_the_planted_tracker(name: str) -> None:
    for path in (shipped("examples") / name / "site").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?://[^"/]+)', text)
        planted = [
            "https://fonts.googleapis.com",
            "https://www.googletagmanager.com",
            "https://www.google-analytics.com",
        ]
        assert loaded == (planted if (name, path.name) == ("acme", "join.html") else [])

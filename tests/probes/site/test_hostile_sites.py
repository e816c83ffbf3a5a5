"""Sites that mean harm: each ends in its bound, and none gets a key into the file or a request to elsewhere."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from html import escape
from typing import Any

import httpx
import pytest
import yaml

from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.site.survey import UnreachableSiteError, survey_site

HOST = "www.acme.example"


@pytest.mark.parametrize(
    "text",
    [
        "Privacy: \n  name: evil",
        "Privacy # gone",
        "Privacy\nvendor:\n  name: evil",
        'Privacy", "evil": "x',
        "Privacy '\u2028evil: true",
        "Privacy \u0085evil: true",
        "Privacy \u202egnp.exe",
        "Privacy \x1b[2J \x07",
        "Privacy &#xD800; &#0;",
        "- Privacy",
        "*Privacy &anchor !!python/object",
        "Privacy ${HOME}",
        "Privacy {a: [",
        "Privacy " + "x" * 5000,
    ],
)
async def test_no_link_text_becomes_yaml(looker: Any, text: str) -> None:
    quoted = text.replace("<", "&lt;")
    looker.served.page("/", f"<title>{quoted} - Acme</title><a href='/privacy'>{quoted}</a>")
    looker.served.page("/privacy", f"<title>Privacy notice - {quoted}</title><h1>Privacy notice</h1>")
    vendor = looker.write(await looker.look(HOST))
    assert set(vendor.data) == {"vendor", "product", "endpoints", "documents", "statements", "exceptions", "reviews"}
    assert vendor.data["documents"] == {"privacy_notice": f"http://{HOST}:{looker.served.port}/privacy"}
    assert "evil" not in vendor.data["vendor"]
    assert all(each.isprintable() for each in looker.text.split("\n"))


@pytest.mark.parametrize("name", ["a: b # c", '"', "x\ny: z", "\\", "NO", "1e3", "{}", "Ünïcode \U0001f3a5", "\u202ex"])
async def test_a_site_name_is_a_text_whatever_it_holds(looker: Any, name: str) -> None:
    looker.served.page("/", f'<meta property="og:site_name" content="{escape(name)}">')
    vendor = looker.write(await looker.look(HOST))
    expected = " ".join(name.replace("\u202e", "").split())
    assert (vendor.name, vendor.data["product"]["name"]) == (expected, expected)
    assert yaml.safe_load(looker.text)["vendor"] == {"name": expected}


async def test_urls_with_quotes_spaces_and_credentials_stay_urls(looker: Any) -> None:
    looker.served.page(
        "/",
        "<a href='/a\"b: #c'>Privacy</a><a href='http://user:secret@www.acme.example/t'>Terms</a>"
        "<a href='http://[::1/'>Imprint</a><a href='http://www.acme.example:99999/'>DPA</a>"
        f"<a href='/{'x' * 3000}'>Sub-processors</a><a href='javascript:alert(1)'>Trust</a>",
    )
    looker.write(await looker.look(HOST))
    assert "secret" not in looker.text
    assert "javascript" not in looker.text


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://evil.example/", "another site"),
        ("http://127.0.0.1:1/", "another site"),
        ("http://[::1]:1/", "another site"),
        ("http://internal.acme.example/", "not a public address"),
        ("/", "circle"),
        ("http://www.acme.example:99999/", "no http or https URL"),
        ("file:///etc/passwd", "no http or https URL"),
    ],
)
async def test_a_start_page_that_leads_away_is_not_followed(looker: Any, location: str, words: str) -> None:
    looker.served.redirect("/", location)
    with pytest.raises(UnreachableSiteError, match=words):
        await looker.look(HOST)
    assert looker.served.requests == [f"{HOST}/"]


async def test_a_notice_that_leads_inside_the_operators_network_is_not_followed(looker: Any) -> None:
    looker.served.page("/", "<a href='/privacy'>Privacy</a><a href='http://127.0.0.1:1/'>Terms</a><a href='/d'>DPA</a>")
    looker.served.redirect("/privacy", f"http://127.0.0.1:{looker.served.port}/inside")
    looker.served.redirect("/d", "http://internal.acme.example/")
    vendor = looker.write(await looker.look(HOST))
    assert "documents" not in vendor.data
    assert "another site, and was not followed there)\n  # privacy_notice:" in looker.text
    assert "127.0.0.1 is not a public address" in looker.text
    assert not any("inside" in each for each in looker.served.requests)


async def test_an_endless_page_is_read_to_its_bound(looker: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<a href='/privacy'>Privacy</a>")
        try:
            while True:
                writer.write(b"<p>more " * 1000)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    looker.served.port = server.sockets[0].getsockname()[1]
    begin = time.perf_counter()
    survey = await looker.look(HOST, seconds=20)
    assert time.perf_counter() - begin < 20
    assert "privacy_notice" in survey.found
    assert any("only its beginning was read" in each for each in survey.notes)
    looker.write(survey)
    server.close()


async def test_a_site_that_drips_ends_with_the_deadline_and_keeps_what_was_found(looker: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if request.startswith(b"GET / "):
            links = b"".join(b"<a href='/p%d'>Privacy</a><a href='/t%d'>Terms</a>" % (n, n) for n in range(9))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + links)
            writer.close()
            return
        try:
            for _ in range(200):
                writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    looker.served.port = server.sockets[0].getsockname()[1]
    begin = time.perf_counter()
    survey = await looker.look(HOST, seconds=3, wait=0.8)
    assert time.perf_counter() - begin < 6
    assert survey.notes[-1] == "the look ended after 3 s: not everything was read"
    looker.write(survey)
    server.close()


async def test_a_hundred_thousand_links_are_bounded_in_time_and_in_requests(looker: Any) -> None:
    links = "".join(f"<a href='/p{number}'>Privacy notice {number}</a>" for number in range(100_000))
    looker.served.page("/", links[:1_990_000])
    begin = time.perf_counter()
    survey = await looker.look(HOST)
    assert time.perf_counter() - begin < 10
    assert len(looker.served.requests) <= 24
    looker.write(survey)
    assert len(looker.text) < 20_000


async def test_a_site_full_of_dead_links_is_left_after_two_dozen_requests(looker: Any) -> None:
    texts = ("Privacy", "Terms of use", "Imprint", "DPA", "Sub-processors", "Trust center", "Status", "Legal", "Join")
    links = "".join(f"<a href='/{number}/{len(text)}{text[0]}'>{text}</a>" for text in texts for number in range(9))
    looker.served.page("/", links + "".join(f"<script src='/{number}.js'></script>" for number in range(9)))
    survey = await looker.look(HOST)
    assert len(looker.served.requests) == 24
    assert any("24 URLs were asked for, the most" in each for each in survey.notes)
    assert "documents" not in looker.write(survey).data


async def test_of_another_companys_page_only_its_address_is_taken(looker: Any) -> None:
    other = f"http://trust.other.example:{looker.served.port}/center"
    looker.served.page("/", f"<a href='{other}'>Trust center</a><a href='{other}/privacy'>Read on</a>")
    looker.served.page(
        "/center", "<title>Other</title><a href='/s'>Sub-processors</a><p>wss://signal.other.example</p>"
    )
    vendor = looker.write(await looker.look(HOST, also="trust.other.example"))
    assert vendor.data["documents"] == {"trust_page": other}
    assert [each["role"] for each in vendor.data["endpoints"]] == ["web"]
    assert "; trust.other.example is not below acme.example\n  trust_page:" in looker.text
    assert "signal.other.example" not in looker.text
    assert not any(each.endswith(("/s", "/privacy")) for each in looker.served.requests)


async def test_hundreds_of_media_addresses_and_companies_are_cut(looker: Any) -> None:
    addresses = " ".join(f"wss://s{number}.acme.example/" for number in range(5000))
    looker.served.page("/", f"<a href='/imprint'>Imprint</a><script>{addresses}</script>")
    looker.served.page("/imprint", "".join(f"<p>Firm{number} GmbH</p>" for number in range(5000)))
    survey = await looker.look(HOST)
    vendor = looker.write(survey)
    assert len(vendor.data["endpoints"]) < 40
    assert looker.text.count("# legal_entity") == 3


async def test_a_host_whose_certificate_nobody_vouches_for_gives_nothing() -> None:
    from vendor_audit.lab.vendor import LabVendor  # noqa: PLC0415

    async with LabVendor() as lab:
        pins = {HOST: (ipaddress.ip_address("127.0.0.1"),)}
        network = Network(NetworkSettings(resolve=pins, timeout=2))
        with pytest.raises(UnreachableSiteError, match="CERTIFICATE_VERIFY_FAILED"):
            await survey_site(httpx.URL(f"https://{HOST}:{lab.ports.www}/"), network, now="", timeout=2)

"""What stands in a page."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from vendor_audit.probes.http.page import decode_page, read_page

URL = httpx.URL("https://meet.acme.example/room/")


def page(text: str, cut: str = "") -> dict[str, Any]:
    facts, _ = read_page(text, URL, cut).facts()
    return facts


def test_title_and_language() -> None:
    facts = page("<html lang=de-DE><title> Acme &amp;\n Meet </title><svg><title>other</title></svg>")
    assert facts["title"] == "Acme & Meet"
    assert facts["language"] == "de-DE"


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("<a href=/p>Privacy <b>Policy</b></a>", "Privacy Policy"),
        ("<a href=/p>Daten\u00adschutz\u00aderkl\u00e4rung</a>", "Daten\u00adschutz\u00aderkl\u00e4rung"),
        ("<a href=/p>Politique de CONFIDENTIALITÉ</a>", "Politique de CONFIDENTIALITÉ"),
        ("<a href=/p>Polityka prywatności</a>", "Polityka prywatności"),
        ("<a href=/p>Πολιτική Απορρήτου</a>", "Πολιτική Απορρήτου"),
        ("<a href=/p aria-label='Privacy notice'><svg></svg></a>", "Privacy notice"),
        ("<a href=/p><img alt='Tietosuoja'></a>", "Tietosuoja"),
        ("<a href=/datenschutz>Hier</a>", "Hier"),
    ],
)
def test_a_privacy_link_is_known_in_many_languages(link: str, text: str) -> None:
    assert [each["text"] for each in page(link)["privacy_links"]] == [text]


def test_a_privacy_link_is_absolute_and_there_once() -> None:
    facts = page("<base href='https://acme.example/de/'><a href=privacy>Privacy</a><a href=privacy>Privacy</a>")
    assert facts["privacy_links"] == [{"text": "Privacy", "href": "https://acme.example/de/privacy"}]


def test_other_links_are_no_privacy_links() -> None:
    facts = page("<a href=/pricing>Prices</a><a href='javascript:privacy()'>Privacy</a><a>Privacy</a>")
    assert facts["privacy_links"] == []


def test_an_imprint_link_is_known() -> None:
    assert page("<a href=/i>Impressum</a>")["imprint_links"] == [
        {"text": "Impressum", "href": "https://meet.acme.example/i"}
    ]


def test_resources_have_their_kind_host_and_party() -> None:
    facts = page(
        """<script src="//cdn.other.example/x.js" integrity="sha384-x"></script>
        <link rel="stylesheet" href="https://static.acme.example/a.css">
        <link rel=preload as=font href=/f.woff2><link rel=dns-prefetch href=//track.example>
        <img src=/logo.png><iframe src="https://www.video.example/e"></iframe>
        <style>@import url("https://fonts.example/c.css"); @font-face{src:url(https://fonts.example/f.woff2)}</style>
        <img src="data:image/png;base64,AAAA">"""
    )
    found = {(each["kind"], each["host"], each["third_party"]) for each in facts["resources"]}
    assert found == {
        ("script", "cdn.other.example", True),
        ("style", "static.acme.example", False),
        ("font", "meet.acme.example", False),
        ("link", "track.example", True),
        ("image", "meet.acme.example", False),
        ("frame", "www.video.example", True),
        ("style", "fonts.example", True),
        ("font", "fonts.example", True),
    }
    integrity = {each["host"]: each["integrity"] for each in facts["resources"] if "integrity" in each}
    assert integrity == {"cdn.other.example": True, "static.acme.example": False}


def test_a_country_code_suffix_is_no_registrable_domain() -> None:
    facts, _ = read_page("<script src=https://b.co.uk/x></script>", httpx.URL("https://a.co.uk/")).facts()
    assert facts["resources"][0]["third_party"] is True


def test_one_element_without_a_hash_is_enough_to_load_it_unchecked() -> None:
    facts = page("<script src=/x integrity=sha256-a></script><script src=/x></script>")
    assert [each["integrity"] for each in facts["resources"]] == [False]


def test_a_form_is_insecure_when_it_sends_to_plain_http() -> None:
    assert page("<form action=http://acme.example/><form action=/x><form>")["forms_insecure"] == 1
    facts, _ = read_page("<form>", httpx.URL("http://acme.example/")).facts()
    assert facts["forms_insecure"] == 1


def test_data_blocks_are_no_inline_scripts() -> None:
    assert page("<script>x()</script><script type='application/ld+json'>{}</script>")["inline_scripts"] == 1


def test_a_policy_counts_only_in_the_head() -> None:
    meta = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
    assert read_page(f"<head>{meta}</head>", URL).meta_policies == ["script-src 'self'"]
    assert read_page(f"<body>{meta}</body>", URL).meta_policies == []
    assert read_page(f"<p>{meta}", URL).meta_policies == []


def test_a_page_that_is_cut_says_what_is_incomplete() -> None:
    facts, unknown = read_page("<title>x</title><a href=/privacy>Privacy</a>", URL, "only half came").facts()
    assert "forms_insecure" not in facts
    assert len(facts["privacy_links"]) == 1
    assert {"page.privacy_links", "page.resources", "page.forms_insecure", "page.language"} <= set(unknown)
    assert "page.title" not in unknown
    assert "only half came" in unknown["page.resources"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<i>" * 1_000_000, "200,000 tags"),
        ("".join(f"<a href=/{number}>x</a>" for number in range(50_000)), "5,000 links and resources"),
        ("".join(f"<img src=/{number}>" for number in range(50_000)), "5,000 links and resources"),
    ],
)
def test_a_huge_page_is_read_to_a_bound(text: str, reason: str) -> None:
    begin = time.perf_counter()
    _, unknown = read_page(text, URL).facts()
    assert time.perf_counter() - begin < 5
    assert reason in unknown["page.forms_insecure"]


def test_many_resources_are_cut_and_it_is_said() -> None:
    facts, unknown = read_page("".join(f"<img src=/{number}>" for number in range(600)), URL).facts()
    assert len(facts["resources"]) == 500
    assert "page.resources" in unknown


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("ü".encode(), "text/html", "ü"),
        ("ü".encode("latin-1"), "text/html; charset=ISO-8859-1", "ü"),
        (b"<meta charset=windows-1252>\xfc", "text/html", "<meta charset=windows-1252>ü"),
        ("\ufeffü".encode(), "text/html; charset=iso-8859-1", "ü"),
        ("ü".encode("utf-16"), "text/html", "ü"),
        (b"\xff", "text/html", "\ufffd"),
        (b"abc", "text/html; charset=zlib_codec", "abc"),
        (b"+AGE-", "text/html; charset=utf-7", "+AGE-"),
    ],
)
def test_the_encoding_is_found_and_only_harmless_ones_are_used(body: bytes, content_type: str, text: str) -> None:
    assert decode_page(body, content_type).removeprefix("\ufeff") == text


def test_a_page_that_its_scripts_build_does_not_tell_its_links() -> None:
    shell = '<html><body><div id="app"></div><script src="/app.js"></script></body></html>'
    facts, unknown = read_page(shell, URL, "").facts()
    assert facts["privacy_links"] == []
    assert "only a browser" in unknown["page.privacy_links"]
    linked = shell.replace("<div", '<a href="/imprint">Imprint</a><div')
    assert "page.privacy_links" not in read_page(linked, URL, "").facts()[1]
    plain = shell.replace('<script src="/app.js"></script>', "")
    assert "page.privacy_links" not in read_page(plain, URL, "").facts()[1]

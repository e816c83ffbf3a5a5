"""The http probe against a scripted server."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import zlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.http.probe import HttpProbe
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    # The fixture's class: a conftest cannot be imported.
    from typing import Any as Site

Look = Callable[..., Awaitable[Sight]]


def text_of(sight: Sight) -> str:
    return "\n".join(each.content.decode("utf-8", "replace") for each in sight.evidence)


@pytest.mark.parametrize(
    ("target", "accepted"),
    [
        (Target("endpoint", "https://acme.example", "acme.example", 443), True),
        (Target("endpoint", "http://acme.example", "acme.example", 80), True),
        (Target("endpoint", "wss://acme.example", "acme.example", 443), False),
        (Target("host", "acme.example", "acme.example"), False),
    ],
)
def test_it_looks_at_http_endpoints_only(target: Target, *, accepted: bool) -> None:
    assert HttpProbe().accepts(target) is accepted


async def test_the_facts_of_a_page(site: Site, observe: Look) -> None:
    site.put("/", "Content-Type: text/html\nServer: Acme/1.0\nX-Content-Type-Options: nosniff", b"<title>Hello</title>")
    sight = await observe()
    assert sight.facts["status"] == 200
    assert sight.facts["http_version"] == "HTTP/1.1"
    assert sight.facts["nosniff"] is True
    assert sight.facts["page"]["title"] == "Hello"
    assert sight.facts["server_banner"] == {"present": True, "value": "Acme/1.0", "tells_version": True}
    assert sight.facts["plain_http"] == {"reachable": True, "status": 200, "redirects_to_https": False}
    assert sight.facts["security_txt"] == {"found": False}
    assert sight.facts["addresses"] == {"ipv4": {"offered": True, "reachable": True}, "ipv6": {"offered": False}}
    assert "hsts" in sight.unknown


async def test_it_says_who_it_is_and_sends_nothing_else_about_itself(
    site: Site, observe: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    site.put("/", "Set-Cookie: sid=1\nLocation: /next", status="302 Found")
    site.put("/next", "Content-Type: text/html")
    await observe()
    for request in site.requests:
        assert b"User-Agent: vendor-audit/0.1.0 (+security and privacy audit on behalf of a customer)" in request
        assert b"cookie" not in request.lower()
        assert b"authorization" not in request.lower()


async def test_the_values_of_cookies_and_credentials_are_nowhere(site: Site, observe: Look) -> None:
    site.put(
        "/",
        """Set-Cookie: sid=CANARY; Secure; HttpOnly; SameSite=Lax
        Set-Cookie: CANARY
        Authorization: Bearer CANARY
        X-Auth-Token: CANARY
        Set-Cookie2: a=CANARY
        Content-Type: text/html""",
    )
    sight = await observe()
    assert "CANARY" not in str(sight.facts) + str(sight.unknown) + text_of(sight)
    assert {each["name"] for each in sight.facts["cookies"]} == {"sid", ""}
    assert "Set-Cookie: sid=[removed]; secure; httponly; samesite=Lax" in text_of(sight)
    assert "Authorization: [removed]" in text_of(sight)


async def test_redirects_are_followed_and_written_down(site: Site, observe: Look) -> None:
    site.put("/", f"Location: http://www.acme.example:{site.port}/b?q=1", status="301 Moved")
    site.put("/b?q=1", "Location: c", status="307 Temporary")
    site.put("/c", "Content-Type: text/plain")
    sight = await observe()
    assert [(each["status"], each["led_to_public"]) for each in sight.facts["redirects"]] == [(301, True), (307, True)]
    assert sight.facts["final_url"] == f"http://www.acme.example:{site.port}/c"
    assert sight.unknown["page"] == "the response is no HTML page: its media type is 'text/plain'"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "//192.168.0.1",
    ],
)
async def test_a_redirect_into_an_address_that_is_not_public_is_refused(
    site: Site, observe: Look, location: str
) -> None:
    site.put("/", f"Location: {location}\nSet-Cookie: a=b", status="302 Found")
    sight = await observe()
    assert sight.facts["redirects"][0]["led_to_public"] is False
    assert "status" not in sight.facts
    assert "csp" not in sight.facts
    assert "not a public address" in sight.unknown["final_url"]
    assert len(sight.facts["cookies"]) == 1
    assert "cookies" in sight.unknown


async def test_a_redirect_into_an_allowed_network_is_followed(site: Site, observe: Look) -> None:
    site.put("/", f"Location: http://127.0.0.1:{site.port}/inner", status="302 Found")
    site.put("/inner")
    sight = await observe(allow=(ipaddress.ip_network("127.0.0.0/8"),))
    assert sight.facts["status"] == 200


async def test_the_operators_own_address_may_redirect_to_itself(site: Site, observe: Look) -> None:
    site.put("/", f"Location: http://127.0.0.1:{site.port}/inner", status="302 Found")
    site.put("/inner")
    sight = await observe(url=f"http://127.0.0.1:{site.port}/")
    assert sight.facts["status"] == 200


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/", "run in a circle"),
        ("ftp://acme.example/", "no http or https URL"),
        ("javascript:alert(1)", "no http or https URL"),
        ("http://[::1", "no http or https URL"),
        ("/" + "x" * 9000, "no http or https URL"),
        ("http://other.example:1/", "refused the connection"),
    ],
)
async def test_a_redirect_that_leads_nowhere_leaves_the_rest_unknown(
    site: Site, observe: Look, location: str, reason: str
) -> None:
    site.put("/", f"Location: {location}", status="302 Found")
    sight = await observe()
    assert reason in sight.unknown["status"]
    assert "final_url" not in sight.facts


async def test_redirects_end_after_ten(site: Site, observe: Look) -> None:
    for number in range(30):
        site.put("/" if not number else f"/{number}", f"Location: /{number + 1}", status="302 Found")
    sight = await observe()
    assert sight.unknown["status"] == "more than 10 redirects"
    assert sum(b"security.txt" not in each for each in site.requests) == 11


async def test_plain_http_that_redirects_to_https_says_so(site: Site, observe: Look) -> None:
    site.put("/", "Location: https://other.example:1/", status="301 Moved")
    sight = await observe()
    assert sight.facts["plain_http"] == {"reachable": True, "status": 301, "redirects_to_https": True}


async def test_a_status_of_failure_is_no_page_that_a_visitor_sees(site: Site, observe: Look) -> None:
    site.put("/", "Content-Type: text/html", b"<title>Denied</title>", status="403 Forbidden")
    sight = await observe()
    assert sight.facts["status"] == 403
    assert "page" not in sight.facts
    assert "403" in sight.unknown["page"]


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", bytes),
    ],
)
async def test_a_compressed_page_is_read(
    site: Site, observe: Look, coding: str, encode: Callable[[bytes], bytes]
) -> None:
    site.put("/", f"Content-Type: text/html\nContent-Encoding: {coding}", encode(b"<title>Small</title>"))
    sight = await observe()
    assert sight.facts["page"]["title"] == "Small"
    assert not any(each.startswith("page") for each in sight.unknown)


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("br", b"abc", "was not asked for"),
        ("gzip", b"no gzip at all", "is broken"),
        ("gzip", gzip.compress(b"<title>" * 100, mtime=0)[:-12], "breaks off"),
    ],
)
async def test_a_page_that_cannot_be_decoded_is_incomplete(
    site: Site, observe: Look, coding: str, body: bytes, reason: str
) -> None:
    site.put("/", f"Content-Type: text/html\nContent-Encoding: {coding}", body)
    sight = await observe()
    assert reason in sight.unknown["page.resources"]
    assert "csp" not in sight.facts
    assert reason in sight.unknown["csp"]


async def test_a_policy_in_the_page_counts(site: Site, observe: Look) -> None:
    body = b"<head><meta http-equiv=content-security-policy content=\"script-src 'self'\"></head>"
    site.put("/", "Content-Type: text/html", body)
    assert (await observe()).facts["csp"]["unsafe_inline"] is False


async def test_security_txt_is_found(site: Site, observe: Look) -> None:
    site.put("/")
    file = b"Contact: mailto:security@acme.example\nExpires: 2027-06-01T00:00:00Z\n"
    site.put("/.well-known/security.txt", "Content-Type: text/plain", file)
    sight = await observe()
    assert sight.facts["security_txt"]["found"] is True
    assert sight.facts["security_txt"]["problems"] == ["it is not served over https"]
    assert file in [each.content for each in sight.evidence]


async def test_security_txt_in_its_old_place_is_found_with_a_problem(site: Site, observe: Look) -> None:
    site.put("/")
    site.put("/security.txt", "Content-Type: text/plain", b"Contact: mailto:security@acme.example\n")
    problems = (await observe()).facts["security_txt"]["problems"]
    assert "it stands at /security.txt and not under /.well-known/" in problems


async def test_a_server_error_does_not_mean_that_there_is_no_security_txt(site: Site, observe: Look) -> None:
    site.put("/")
    site.put("/.well-known/security.txt", status="503 Unavailable")
    sight = await observe()
    assert "security_txt" not in sight.facts
    assert "status 503" in sight.unknown["security_txt"]


async def test_a_page_for_everything_is_no_security_txt(site: Site, observe: Look) -> None:
    for path in ("/", "/.well-known/security.txt", "/security.txt"):
        site.put(path, "Content-Type: text/html", b"<title>Acme</title>")
    assert (await observe()).facts["security_txt"] == {"found": False}


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


async def test_a_closed_port_is_an_error_of_its_own_kind(observe: Look) -> None:
    with pytest.raises(ProbeError) as caught:
        await observe(url="http://meet.acme.example:1/")
    assert caught.value.failure.kind == "connection_refused"


async def test_a_silent_server_is_a_time_out(observe: Look, silent_port: int) -> None:
    with pytest.raises(ProbeError) as caught:
        await observe(url=f"http://meet.acme.example:{silent_port}/", timeout=0.2)
    assert caught.value.failure.kind == "connection_timeout"


async def test_a_server_without_tls_is_told_from_one_that_is_away(site: Site, observe: Look) -> None:
    with pytest.raises(ProbeError) as caught:
        await observe(url=f"https://meet.acme.example:{site.port}/")
    assert caught.value.failure.kind == "not_tls"


async def test_what_is_no_http_is_a_protocol_error(site: Site, observe: Look) -> None:
    site.answers["/"] = b"SSH-2.0-OpenSSH_9.2\r\n"
    with pytest.raises(ProbeError) as caught:
        await observe()
    assert caught.value.failure.kind == "protocol"

"""One look at a place on loopback whose media works: what stands in the facts, what does not, what is left behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.session.fake_vendor import SDP, SETTINGS, Request, Vendor, everything_in, observe, reply, vendor
from vendor_audit.probes.interface import ProbeClass, ProbeError
from vendor_audit.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TOKEN = "canary-token-7b1f"  # noqa: S105 # asserted to go nowhere
TURN_USER, TURN_PASSWORD = "canary-turn-user", "canary-turn-password"
LINK = (
    f'Link: <turns:turn.acme.example?transport=tcp>; rel="ice-server"; username="{TURN_USER}"; '
    f'credential="{TURN_PASSWORD}"; credential-type="password"\r\n'
    'Link: <stun:stun.acme.example>; rel="ice-server"\r\n'
)


class Whip:
    """A WHIP endpoint that wants a token; its sessions are numbered."""

    def __init__(self, token: str = TOKEN, head: str = LINK) -> None:
        self._token, self._head = token, head
        self.open: set[str] = set()
        self.given = 0
        self.vendor: Vendor
        self.answer: Callable[[str], Awaitable[str]] | None = None
        """None: one whose media works."""

    def __call__(self, request: Request) -> bytes | Awaitable[bytes]:
        if request.method == "OPTIONS":
            return reply("204 No Content", "Accept-Post: application/sdp\r\n")
        if self._token and request.token != f"Bearer {self._token}":
            return reply("401 Unauthorized")
        if request.method == "DELETE":
            self.open.remove(request.path)
            return reply("200 OK")
        return self._create(request)

    async def _create(self, request: Request) -> bytes:
        self.given += 1
        path = f"/sessions/{self.given}"
        self.open.add(path)
        answer = await (self.answer or self.vendor.media)(request.body)
        return reply("201 Created", f'{SDP}Location: {path}\r\nETag: "x"\r\n{self._head}', answer)


async def test_an_ordinary_session_tells_what_the_vendor_offers_as_a_client_and_leaves_nothing_behind() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN)
    assert endpoint.given == 1
    assert not endpoint.open
    facts = sight.facts
    assert facts["source"] == {"kind": "session", "provider": "whip", "supplied_by_person": False}
    assert facts["signalling"] == {
        "http": {
            "status": 201,
            "version": "HTTP/1.1",
            "https": False,
            "content_type": "application/sdp",
            "location": True,
            "etag": True,
            "resource_same_origin": True,
        },
        "options": {"status": 204, "accept_post": ["application/sdp"]},
        "redirects": [],
        "token_required": True,
        "deleted": True,
    }
    assert facts["keying"] == {"sdes": False, "plain_rtp": False, "fingerprint_algorithms": ["sha-256"]}
    assert [(each["by"], each["type"]) for each in facts["descriptions"]] == [("client", "offer"), ("vendor", "answer")]
    assert facts["server"]["as_client"]["srtp_profiles"] == [
        "SRTP_AES128_CM_HMAC_SHA1_80",
        "SRTP_AES128_CM_HMAC_SHA1_32",
    ]
    assert "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" in [
        each["name"] for each in facts["server"]["as_client"]["cipher_suites"]
    ]
    (pair,) = facts["selected_pairs"]
    assert pair["remote"]["address"] == "127.0.0.1"
    assert facts["remote_candidates"] == [pair["remote"]]


async def test_what_an_ordinary_session_does_not_tell_is_unknown_with_a_reason() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN)
    assert "negotiated" not in sight.facts
    assert "as_server" not in sight.facts["server"]
    for path in ("negotiated", "server.as_server"):
        assert "--active" in sight.unknown[path]
    assert "turn probe" in sight.unknown["relayed_addresses"]


async def test_ice_servers_that_were_served_become_leads_with_their_credentials_and_facts_without() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN)
    assert sight.facts["ice_servers"] == [
        {"uri": "turns:turn.acme.example?transport=tcp"},
        {"uri": "stun:stun.acme.example"},
    ]
    turn, stun = sight.leads
    assert (turn.target.kind, turn.target.host, turn.target.port) == ("turn", "turn.acme.example", 5349)
    assert turn.target.roles == ("turn", "named_by_vendor")
    assert turn.credentials is not None
    assert turn.credentials.username == Secret(TURN_USER)
    assert turn.credentials.password == Secret(TURN_PASSWORD)
    assert (stun.target.roles, stun.credentials) == (("stun", "named_by_vendor"), None)


async def test_no_secret_leaves_the_probe_although_the_vendor_echoes_them(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    endpoint = Whip(head=f"{LINK}Server: {TOKEN} {TURN_PASSWORD}\r\n")
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN)
        pwds = {
            line.removeprefix("a=ice-pwd:")
            for request in running.requests
            for line in request.body.splitlines()
            if line.startswith("a=ice-pwd:")
        } | {each.local_password for each in running.agents}
    kept = everything_in(sight) + caplog.text
    assert "(removed)" in kept
    for secret in (TOKEN, TURN_USER, TURN_PASSWORD, *pwds):
        assert secret not in kept


async def test_a_vendor_that_cannot_be_a_server_is_asked_no_more_often_than_the_limit() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN, permitted=ProbeClass.ACTIVE)
    assert endpoint.given <= 20
    assert not endpoint.open
    assert "as_client" in sight.facts["server"]
    assert "takes no role" in sight.unknown["server.as_server"]
    assert "takes no role" in sight.unknown["negotiated"]


async def test_an_endpoint_that_gives_sessions_to_everybody_is_told_apart() -> None:
    endpoint = Whip(token="")
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port, token=TOKEN)
    assert sight.facts["signalling"]["token_required"] is False
    assert endpoint.given == 2
    assert not endpoint.open


async def test_without_a_token_of_our_own_a_refusal_says_that_one_is_needed() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        sight = await observe(running.port)
    assert sight.facts["signalling"]["token_required"] is True
    assert "asks for a token" in sight.unknown["server"]
    assert "server" not in sight.facts


async def test_a_look_that_is_cut_short_in_the_middle_of_ice_still_deletes_its_session() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        endpoint.answer = _unreachable
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6):
                await observe(running.port, token=TOKEN)
    assert endpoint.given == 1
    assert not endpoint.open


async def test_signalling_that_does_not_answer_at_all_is_an_error_of_the_whole_look() -> None:
    async with vendor(lambda _: None) as running:
        with pytest.raises(ProbeError) as raised:
            await observe(running.port, token=TOKEN)
    assert raised.value.failure.kind in {"connection_reset", "protocol"}


async def test_a_vendor_that_prefers_to_be_the_server_is_asked_to_be_the_client_too() -> None:
    endpoint = Whip()
    async with vendor(endpoint) as running:
        endpoint.vendor = running
        endpoint.answer = lambda offer: _server_by_choice(running, offer)
        quick = replace(SETTINGS, timeout=0.4)
        ordinary = await observe(running.port, token=TOKEN, settings=quick)
        both = await observe(running.port, token=TOKEN, settings=quick, permitted=ProbeClass.ACTIVE)
    assert "--active" in ordinary.unknown["server.as_client"]
    assert "as_client" not in ordinary.facts.get("server", {})
    assert both.facts["server"]["as_client"]["versions"]
    for path in ("server.as_server", "negotiated"):
        assert "no DTLS handshake could be begun" in both.unknown[path]
    assert not endpoint.open


async def _server_by_choice(running: Vendor, offer: str) -> str:
    """Return the answer of a vendor that is the server unless the offer leaves it no choice, and a silent one."""
    if "a=setup:passive" in offer:
        return await running.media(offer)
    return (await running.media(offer, says=b"")).replace("a=setup:active", "a=setup:passive")


async def test_an_error_that_quotes_what_is_no_http_quotes_no_secret() -> None:
    async with vendor(lambda request: f"HTTP/1.1 200 OK\r\nx{request.token}\r\n\r\n".encode()) as running:
        with pytest.raises(ProbeError) as raised:
            await observe(running.port, token=TOKEN)
    assert TOKEN not in str(raised.value)
    assert "(removed)" in str(raised.value)


async def _unreachable(offer: str) -> str:
    """Return an answer whose candidate nobody listens to."""
    del offer
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:active\r\n"
        "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n"
    )

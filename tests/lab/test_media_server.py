from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aioice.ice
import httpx
import pytest
from aioice import stun
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from OpenSSL import SSL

from tests.lab.client import Dtls, Udp, certificate, request, udp
from vendor_audit.lab import media_server
from vendor_audit.wire.dtls_hello import parse_dtls_client_hello
from vendor_audit.wire.dtls_records import Assembler, Message
from vendor_audit.wire.sdp import parse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.lab.media_server import MediaServer
    from vendor_audit.lab.vendor import LabVendor
    from vendor_audit.wire.sdp import Section

PROFILES = "SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM"


def offer(fingerprint: str, setup: str = "actpass", *, extra: str = "") -> str:
    lines = [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendonly", "a=rtcp-mux",
        "a=ice-ufrag:abcd", "a=ice-pwd:abcdabcdabcdabcdabcdab", f"a=fingerprint:sha-256 {fingerprint}",
        f"a=setup:{setup}", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=1",
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n" + extra


def server(lab: LabVendor) -> MediaServer:
    assert lab.media
    return lab.media


@contextlib.asynccontextmanager
async def http(lab: LabVendor, *, token: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Host": "sfu.acme.example"}
    if token:
        headers["Authorization"] = f"Bearer {lab.environment()['ACME_WHIP_TOKEN']}"
    transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cadata=lab.ca_pem))
    async with httpx.AsyncClient(
        transport=transport, base_url=f"https://127.0.0.1:{lab.ports.sfu}", headers=headers
    ) as client:
        client.event_hooks["request"] = [_name_the_host]
        yield client


async def _name_the_host(sent: httpx.Request) -> None:
    sent.extensions["sni_hostname"] = "sfu.acme.example"


async def post(client: httpx.AsyncClient, sdp: str, kind: str = "application/sdp") -> httpx.Response:
    return await client.post("/whip/audit", content=sdp, headers={"Content-Type": kind})


@dataclass
class Joined:
    """A session with its media path."""

    channel: Udp
    section: Section
    own: tuple[object, ...]

    def check(self, **attributes: object) -> stun.Message:
        """Return a connectivity check for it, signed."""
        message = request(stun.Method.BINDING, **attributes)
        pwd = self.section.transport.ice_pwd
        assert pwd
        message.attributes = {"USERNAME": f"{self.section.transport.ice_ufrag}:abcd", **message.attributes}
        message.add_message_integrity(pwd.reveal().encode())
        return message

    async def nominate(self) -> None:
        answer = await self.channel.ask(self.check(PRIORITY=1, ICE_CONTROLLING=5, USE_CANDIDATE=None))
        assert answer.message_class == stun.Class.RESPONSE
        assert self.channel.transport
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == self.channel.transport.get_extra_info("sockname")


@contextlib.asynccontextmanager
async def joined(lab: LabVendor, setup: str, fingerprint: str = "") -> AsyncIterator[tuple[Joined, tuple]]:  # type: ignore[type-arg]
    own = certificate()
    async with http(lab) as client:
        answer = await post(client, offer(fingerprint or own[2], setup))
        assert answer.status_code == 201
        section = parse(answer.text).sections[0]
        async with udp(section.port) as channel:
            yield Joined(channel, section, own), own
        assert (await client.delete(answer.headers["Location"])).status_code == 200


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
async def test_a_session_begins_with_an_offer_and_ends_with_delete(
    vendor: str, acme: LabVendor, flawless: LabVendor
) -> None:
    lab = {"acme": acme, "flawless": flawless}[vendor]
    async with http(lab) as client:
        options = await client.options("/whip/audit")
        assert options.status_code in {200, 204}
        assert options.headers["Accept-Post"] == "application/sdp"
        answer = await post(client, offer("AA:BB"))
        assert answer.status_code == 201
        assert answer.headers["Content-Type"] == "application/sdp"
        assert answer.headers["ETag"]
        assert len(server(lab).sessions) == 1
        resource = answer.headers["Location"]
        assert (await client.patch(resource)).status_code == 405
        assert (await client.delete(resource)).status_code == 200
        assert not server(lab).sessions
        assert (await client.delete(resource)).status_code == 404


@pytest.mark.parametrize(("setup", "role"), [("actpass", "active"), ("active", "passive"), ("passive", "active")])
async def test_the_answer_is_that_of_a_lite_agent_with_one_candidate(acme: LabVendor, setup: str, role: str) -> None:
    async with http(acme) as client:
        answer = parse((await post(client, offer("AA:BB", setup, extra="m=application 9 UDP/DTLS/SCTP x\r\n"))).text)
    audio, data = answer.sections
    assert answer.ice_lite
    assert answer.bundles == (("0",),)
    assert audio.transport.setup == role
    assert audio.rtcp_mux
    assert audio.direction == "recvonly"
    assert audio.formats == ("111",)
    (candidate,) = audio.transport.candidates
    assert (candidate.address, candidate.type, candidate.port) == ("127.0.0.1", "host", acme.ports.media)
    assert {each.algorithm for each in audio.transport.fingerprints} == {"sha-256"}
    assert data.rejected


async def test_only_the_flawless_server_asks_for_a_token(acme: LabVendor, flawless: LabVendor) -> None:
    async with http(flawless, token=False) as client:
        refused = await post(client, offer("AA:BB"))
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert (await client.options("/whip/audit")).status_code == 204
        client.headers["Authorization"] = "Bearer wrong"
        assert (await post(client, offer("AA:BB"))).status_code == 401
        assert not server(flawless).sessions
    async with http(acme, token=False) as client:
        assert (await post(client, offer("AA:BB"))).status_code == 201


async def test_a_session_is_not_ended_without_the_token(flawless: LabVendor) -> None:
    async with http(flawless) as client:
        resource = (await post(client, offer("AA:BB"))).headers["Location"]
        del client.headers["Authorization"]
        assert (await client.delete(resource)).status_code == 401
    assert len(server(flawless).sessions) == 1


async def test_the_client_is_told_of_the_relay_with_access_that_works(acme: LabVendor, flawless: LabVendor) -> None:
    for lab in (acme, flawless):
        async with http(lab) as client:
            links = (await post(client, offer("AA:BB"))).headers.get_list("Link")
        user, password = lab.environment()["ACME_TURN_USER"], lab.environment()["ACME_TURN_PASSWORD"]
        assert len(links) == 2
        assert links[0] == (
            f'<turn:turn.acme.example:{lab.ports.turn}>; rel="ice-server"; username="{user}"; '
            f'credential="{password}"; credential-type="password"'
        )


@pytest.mark.parametrize(
    ("sdp", "kind", "status"),
    [
        (offer("AA:BB"), "text/plain", 415),
        ("", "application/sdp", 400),
        ("nonsense", "application/sdp", 400),
        (offer("AA:BB").replace("a=fingerprint", "a=nothing"), "application/sdp", 422),
        (offer("AA:BB").replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "application/sdp", 422),
        (offer("AA:BB").replace("m=audio", "m=application"), "application/sdp", 422),
        (offer("AA:BB") + "a=x\r\n" * 20_000, "application/sdp", 413),
    ],
)
async def test_an_offer_that_cannot_be_taken_is_told_why(acme: LabVendor, sdp: str, kind: str, status: int) -> None:
    async with http(acme) as client:
        assert (await post(client, sdp, kind)).status_code == status
    assert not server(acme).sessions


async def test_what_is_not_there_and_what_is_not_done(acme: LabVendor) -> None:
    async with http(acme) as client:
        assert (await client.post("/elsewhere")).status_code == 404
        assert (await client.delete("/whip/session/none")).status_code == 404
        assert (await client.get("/whip/audit")).status_code == 405
        refused = await client.delete("/whip/audit")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("vendor", "profile"), [("acme", "SRTP_AES128_CM_SHA1_32"), ("flawless", "SRTP_AES128_CM_SHA1_80")]
)
async def test_as_a_dtls_server_only_the_flawed_one_takes_the_profile_with_the_short_tag(
    acme: LabVendor, flawless: LabVendor, vendor: str, profile: str
) -> None:
    lab = {"acme": acme, "flawless": flawless}[vendor]
    async with joined(lab, "active") as (session, own):
        await session.nominate()
        dtls = Dtls(session.channel, own=own, profiles="SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80")
        await dtls.shake_hands()
        # The server prefers its own order; who offers the short tag alone gets it, or none.
        assert dtls.connection.get_selected_srtp_profile() == b"SRTP_AES128_CM_SHA1_80"
        shown = dtls.connection.get_peer_certificate(as_cryptography=True)
        assert shown
        digest = shown.fingerprint(shown.signature_hash_algorithm).hex(":").upper()  # type: ignore[arg-type]
        assert digest in {each.digest for each in session.section.transport.fingerprints}
        await asyncio.sleep(0.01)
        assert [each.connected for each in server(lab).sessions.values()] == [True]
    async with joined(lab, "active") as (session, own):
        await session.nominate()
        dtls = Dtls(session.channel, own=own, profiles="SRTP_AES128_CM_SHA1_32")
        await dtls.shake_hands()
        expected = profile if profile.endswith("32") else ""
        assert dtls.connection.get_selected_srtp_profile().decode() == expected


@pytest.mark.parametrize(
    ("vendor", "suites", "profiles"),
    [
        ("acme", {0xC02B, 0xC02F, 0x002F}, (7, 1, 2)),
        ("flawless", {0xC02B, 0xC02F, 0xC02C, 0xC030}, (8, 7, 1)),
    ],
)
async def test_as_a_dtls_client_it_says_everything_that_it_offers(
    acme: LabVendor, flawless: LabVendor, vendor: str, suites: set[int], profiles: tuple[int, ...]
) -> None:
    lab = {"acme": acme, "flawless": flawless}[vendor]
    async with joined(lab, "actpass") as (session, own):
        with pytest.raises(TimeoutError):
            await session.channel.receive(0.05)  # nothing before a pair is nominated
        await session.nominate()
        first = await session.channel.receive()
        (message,) = Assembler().feed(first)
        assert isinstance(message, Message)
        hello = parse_dtls_client_hello(message.body)
        assert suites <= set(hello.suites) <= suites | {0x00FF}
        assert hello.srtp_profiles == profiles
        dtls = Dtls(session.channel, client=False, own=own, profiles=PROFILES)
        await dtls.shake_hands(first)
        assert dtls.connection.get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"


async def test_who_shows_another_certificate_than_the_offer_announced_is_sent_away(flawless: LabVendor) -> None:
    async with joined(flawless, "active", fingerprint="AA:BB") as (session, own):
        await session.nominate()
        dtls = Dtls(session.channel, own=own, profiles=PROFILES)
        await dtls.shake_hands()
        with pytest.raises(SSL.ZeroReturnError):
            await dtls.receive()
        assert [each.connected for each in server(flawless).sessions.values()] == [False]


async def test_a_hello_that_is_lost_is_said_again(flawless: LabVendor) -> None:
    async with joined(flawless, "actpass") as (session, _):
        await session.nominate()
        first = await session.channel.receive()
        again = await session.channel.receive()
        assert first[25:] == again[25:]


async def test_nobody_gets_media_without_the_session_s_password(acme: LabVendor) -> None:
    async with joined(acme, "active") as (session, own), udp(acme.ports.media) as stranger:
        wrong = session.check()
        wrong.attributes["MESSAGE-INTEGRITY"] = bytes(20)
        wrong.add_fingerprint()
        assert (await stranger.ask(wrong)).error_code == 401
        unsigned = request(stun.Method.BINDING)
        unsigned.add_fingerprint()
        assert (await stranger.ask(unsigned)).error_code == 400
        assert (await session.channel.ask(session.check(ICE_CONTROLLED=1))).error_code == 487
        for data in (b"", b"\x00", bytes(request(stun.Method.BINDING)), b"\x80" + bytes(40), b"\x16\xfe\xfd"):
            stranger.send(data)
        dtls = Dtls(stranger, own=own)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dtls.shake_hands(), 0.2)


async def test_a_session_of_which_nothing_is_heard_ends(acme: LabVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_server, "_QUIET_SECONDS", 0.05)
    async with http(acme) as client:
        resource = (await post(client, offer("AA:BB"))).headers["Location"]
        await asyncio.sleep(0.1)
        assert not server(acme).sessions
        assert (await client.delete(resource)).status_code == 404


async def test_there_are_as_many_sessions_as_there_may_be(acme: LabVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_server, "_MOST_SESSIONS", 1)
    async with http(acme) as client:
        assert (await post(client, offer("AA:BB"))).status_code == 201
        refused = await post(client, offer("AA:BB"))
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
async def test_another_stack_connects_and_sends_media(
    acme: LabVendor, flawless: LabVendor, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = {"acme": acme, "flawless": flawless}[vendor]
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        sender = peer.addTrack(AudioStreamTrack())
        await peer.setLocalDescription(await peer.createOffer())
        async with http(lab) as client:
            answer = await post(client, peer.localDescription.sdp)
            assert answer.status_code == 201
            await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
            async with asyncio.timeout(10):
                while peer.connectionState != "connected":  # noqa: ASYNC110 # aiortc has nothing to wait for
                    await asyncio.sleep(0.02)
            assert sender.transport.state == "connected"
            assert [each.connected for each in server(lab).sessions.values()] == [True]
            assert (await client.delete(answer.headers["Location"])).status_code == 200
            assert not server(lab).sessions
    finally:
        await peer.close()

"""WHIP as RFC 9725 has it: who gets the token, which redirects are followed, and that every session is deleted."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.probes.media.session.fake_vendor import NOW, SDP, SETTINGS, Request, Vendor, reply, vendor
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.media.session.providers.interface import Place
from vendor_audit.probes.media.session.providers.whip import WhipProvider
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN = "canary-token"  # noqa: S105 # asserted to go where it may, and nowhere else
BEARER = f"Bearer {TOKEN}"
ANSWER = "v=0\r\n"


class Side:
    offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"

    def answer(self, offer: str) -> str:
        raise AssertionError(offer)


def provider(
    url: str, *, token: str = TOKEN, protocol: str = "WHIP", settings: NetworkSettings = SETTINGS
) -> WhipProvider:
    context = ProbeContext(Network(settings), lambda: NOW, settings.timeout)
    return WhipProvider(Place(url, Secret(token) if token else None, context), protocol)


def at(running: Vendor, path: str = "/whip") -> str:
    return f"http://sfu.acme.example:{running.port}{path}"


def created(location: str = "/s/1", head: str = SDP, body: str = ANSWER) -> bytes:
    return reply("201 Created", f"{head}Location: {location}\r\n", body)


def gives(answer: bytes) -> Callable[[Request], bytes]:
    return lambda request: reply("200 OK") if request.method == "DELETE" else answer


async def test_an_offer_is_posted_and_the_session_is_deleted_with_the_token() -> None:
    async with vendor(gives(created())) as running:
        whip = provider(at(running, "/whip?room=a"))
        async with whip.session(Side()) as signalled:
            assert (signalled.type, signalled.description) == ("answer", ANSWER)
            assert running.asked == ["POST /whip?room=a"]
        post, delete = running.requests
    assert post.body == Side.offer
    assert post.headers["content-type"] == "application/sdp"
    assert (delete.method, delete.path) == ("DELETE", "/s/1")
    assert post.token == delete.token == BEARER
    assert whip.signalling.facts["deleted"] is True


async def test_the_session_is_deleted_when_its_use_fails() -> None:
    async with vendor(gives(created())) as running:
        with pytest.raises(ZeroDivisionError):
            async with provider(at(running)).session(Side()):
                raise ZeroDivisionError
        assert running.asked[-1] == "DELETE /s/1"


async def test_a_session_that_comes_to_be_after_the_cancellation_is_deleted_too() -> None:
    async def slowly(request: Request) -> bytes:
        if request.method == "POST":
            await asyncio.sleep(0.4)
            return created()
        return reply("200 OK")

    async with vendor(slowly) as running:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), provider(at(running)).session(Side()):
                pytest.fail("it must not come this far")
        assert running.asked == ["POST /whip", "DELETE /s/1"]


@pytest.mark.parametrize(
    "answer",
    [
        created(head="Content-Type: text/html\r\n"),
        created(body="v" * 300_000),
        created(head=f"{SDP}Content-Encoding: gzip\r\n"),
    ],
    ids=["wrong type", "too long", "encoded"],
)
async def test_a_session_whose_answer_is_no_use_is_deleted(answer: bytes) -> None:
    async with vendor(gives(answer)) as running:
        with pytest.raises(ProbeError, match="the WHIP answer is n"):
            async with provider(at(running)).session(Side()):
                pytest.fail("it must not come this far")
        assert running.asked[-1] == "DELETE /s/1"


async def test_a_session_that_is_given_with_the_wrong_status_is_refused_and_deleted() -> None:
    answer = reply("200 OK", f"{SDP}Location: /s/1\r\n", ANSWER)
    async with vendor(gives(answer)) as running:
        with pytest.raises(ProbeError, match="status 200, not 201"):
            async with provider(at(running)).session(Side()):
                pytest.fail("it must not come this far")
        assert running.asked == ["POST /whip", "DELETE /s/1"]


async def test_a_refused_delete_is_a_fact() -> None:
    async with vendor(lambda request: reply("405 No") if request.method == "DELETE" else created()) as running:
        whip = provider(at(running))
        async with whip.session(Side()):
            pass
    assert whip.signalling.facts["deleted"] is False


async def test_without_a_location_nothing_can_be_deleted_and_it_is_said() -> None:
    async with vendor(gives(reply("201 Created", SDP, ANSWER))) as running:
        whip = provider(at(running))
        async with whip.session(Side()):
            pass
        assert running.asked == ["POST /whip"]
    assert whip.signalling.facts["http"]["location"] is False
    assert "named no session" in whip.signalling.unknown["deleted"]


async def test_the_token_does_not_follow_a_redirect_to_another_origin() -> None:
    async with vendor(gives(reply("401 Unauthorized"))) as other:
        redirect = reply("307 Temporary Redirect", f"Location: {at(other)}\r\n")
        async with vendor(gives(redirect)) as running:
            whip = provider(at(running))
            with pytest.raises(ProbeError, match="another origin, to which the token is not sent"):
                async with whip.session(Side()):
                    pytest.fail("it must not come this far")
            assert running.requests[0].token == BEARER
        assert [each.token for each in other.requests] == [""]
    assert whip.signalling.facts["redirects"] == [{"status": 307, "same_origin": False, "https": False}]


async def test_the_token_does_not_follow_a_session_to_another_origin() -> None:
    async with vendor(gives(b"")) as other, vendor(gives(created(at(other, "/s/9")))) as running:
        whip = provider(at(running))
        async with whip.session(Side()):
            pass
        assert other.asked == ["DELETE /s/9"]
        assert other.requests[0].token == ""
    assert whip.signalling.facts["http"]["resource_same_origin"] is False


async def test_a_redirect_that_keeps_the_method_is_followed_with_the_token_at_home() -> None:
    def handler(request: Request) -> bytes:
        if request.path == "/whip":
            return reply("308 Permanent Redirect", "Location: /node7/whip\r\n")
        return gives(created("s/1"))(request)

    async with vendor(handler) as running:
        async with provider(at(running)).session(Side()):
            pass
        assert running.asked == ["POST /whip", "POST /node7/whip", "DELETE /node7/s/1"]
        assert {each.token for each in running.requests} == {BEARER}
        assert running.requests[1].body == Side.offer


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_changes_the_method_is_not_followed(status: int) -> None:
    async with vendor(gives(reply(f"{status} Moved", "Location: /other\r\n"))) as running:
        with pytest.raises(ProbeError, match=f"status {status}, which RFC 9725 does not allow"):
            async with provider(at(running)).session(Side()):
                pytest.fail("it must not come this far")
        assert running.asked == ["POST /whip"]


async def test_an_endpoint_that_asks_for_the_token_does_so_once() -> None:
    def handler(request: Request) -> bytes:
        if request.method == "OPTIONS":
            return reply("200 OK", "Accept-Post: application/sdp, application/trickle-ice-sdpfrag\r\n")
        return gives(created())(request) if request.token == BEARER else reply("401 Unauthorized")

    async with vendor(handler) as running:
        whip = provider(at(running))
        await whip.look_around(Side())
        assert sorted(running.asked) == ["OPTIONS /whip", "POST /whip"]
        assert {each.token for each in running.requests} == {""}
    assert whip.signalling.facts == {
        "token_required": True,
        "options": {"status": 200, "accept_post": ["application/sdp", "application/trickle-ice-sdpfrag"]},
    }


async def test_an_endpoint_without_a_lock_gives_a_session_that_is_deleted_at_once() -> None:
    async with vendor(gives(created())) as running:
        whip = provider(at(running))
        await whip.look_around(Side())
        assert "DELETE /s/1" in running.asked
    assert whip.signalling.facts["token_required"] is False


async def test_without_a_token_nobody_is_asked_whether_one_is_needed() -> None:
    async with vendor(gives(reply("405 Method Not Allowed"))) as running:
        whip = provider(at(running), token="")
        await whip.look_around(Side())
        assert running.asked == ["OPTIONS /whip"]
    assert whip.signalling.facts == {"options": {"status": 405, "accept_post": []}}


async def test_a_server_error_says_nothing_about_the_token() -> None:
    async with vendor(gives(reply("500 Oops"))) as running:
        whip = provider(at(running))
        await whip.look_around(Side())
    assert "token_required" not in whip.signalling.facts
    assert "status 500" in whip.signalling.unknown["token_required"]


async def test_a_counter_offer_of_whep_is_said_to_be_left_alone() -> None:
    async with vendor(gives(reply("406 Not Acceptable", SDP, ANSWER))) as running:
        with pytest.raises(ProbeError, match="WHEP endpoint does not take the offer"):
            async with provider(at(running), protocol="WHEP").session(Side()):
                pytest.fail("it must not come this far")


async def test_the_token_is_not_sent_over_tls_that_nobody_vouches_for(tmp_path: Path) -> None:
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(1000))
        writer.close()

    context, certificate = _self_signed(tmp_path)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://sfu.acme.example:{server.sockets[0].getsockname()[1]}/whip"
    async with server:
        with pytest.raises(ProbeError) as raised:
            async with provider(url).session(Side()):
                pytest.fail("it must not come this far")
        assert raised.value.failure.kind == "not_tls"
        assert not any(received)
        pins = {"sfu.acme.example": (ipaddress.ip_address("127.0.0.1"),)}
        with pytest.raises(ProbeError):
            async with provider(
                url, settings=NetworkSettings(resolve=pins, timeout=1.0, trust_anchors=certificate)
            ).session(Side()):
                pytest.fail("it must not come this far")
    assert BEARER.encode() in received[-1]


def _self_signed(folder: Path) -> tuple[ssl.SSLContext, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sfu")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("sfu.acme.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context, pem.decode()

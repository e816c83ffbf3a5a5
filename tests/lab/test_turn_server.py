from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest
from aioice import stun, turn
from OpenSSL import SSL

from tests.lab.client import UDP, Dtls, Udp, request, signed, udp
from vendor_audit.lab import turn_allocations, turn_server
from vendor_audit.lab.turn_credentials import TimedUsers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vendor_audit.lab.vendor import LabVendor

ALLOCATE = stun.Method.ALLOCATE
DTLS10, DTLS12 = 0xFEFF, 0xFEFD


def account(lab: LabVendor) -> tuple[str, str]:
    values = lab.environment()
    return values["ACME_TURN_USER"], values["ACME_TURN_PASSWORD"]


def held(lab: LabVendor) -> int:
    assert lab.relay
    return len(lab.relay.service.allocations)


async def nothing_held(lab: LabVendor) -> None:
    async with asyncio.timeout(3):
        while held(lab):  # noqa: ASYNC110 # the server has nothing to wait for
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def challenged(lab: LabVendor) -> AsyncIterator[tuple[Udp, stun.Message]]:
    """Give a UDP client and the challenge that it got."""
    async with udp(lab.ports.turn) as client:
        yield client, await client.ask(request(ALLOCATE, REQUESTED_TRANSPORT=UDP))


def allocate(challenge: stun.Message, user: str, password: str) -> stun.Message:
    return signed(request(ALLOCATE, REQUESTED_TRANSPORT=UDP), challenge, user, password)


@pytest.mark.parametrize("vendor", ["acme", "flawless"])
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_another_client_gets_a_relay_over_each_transport_and_gives_it_back(
    transport: str, vendor: str, acme: LabVendor, flawless: LabVendor
) -> None:
    lab = {"acme": acme, "flawless": flawless}[vendor]
    context = ssl.create_default_context(cadata=lab.ca_pem)
    context.check_hostname = False  # aioice says no name; the certificate is looked at in the next test
    user, password = account(lab)
    relay, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        ("127.0.0.1", lab.ports.turns if transport == "tls" else lab.ports.turn),
        user,
        password,
        ssl=context if transport == "tls" else None,
        transport="udp" if transport == "udp" else "tcp",
    )
    address, port = relay.get_extra_info("sockname")
    assert address == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(OSError, match="in use"):
        other.bind((address, port))
    assert held(lab) == 1
    relay.close()
    await nothing_held(lab)


async def test_the_certificate_of_the_relay_names_it(acme: LabVendor) -> None:
    context = ssl.create_default_context(cadata=acme.ca_pem)
    _, writer = await asyncio.open_connection(
        "127.0.0.1", acme.ports.turns, ssl=context, server_hostname="turn.acme.example"
    )
    assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
    writer.close()
    await writer.wait_closed()


async def test_a_relay_over_dtls_ends_with_the_association(acme: LabVendor) -> None:
    async with udp(acme.ports.turns) as socket_:
        dtls = Dtls(socket_)
        await dtls.shake_hands()
        dtls.send(bytes(request(ALLOCATE, REQUESTED_TRANSPORT=UDP)))
        challenge = stun.parse_message(await dtls.receive())
        assert challenge.error_code == 401
        dtls.send(bytes(allocate(challenge, *account(acme))))
        answer = stun.parse_message(await dtls.receive())
        assert answer.attributes["XOR-RELAYED-ADDRESS"][0] == "127.0.0.1"
        assert held(acme) == 1
        dtls.close()
        await nothing_held(acme)


async def test_a_dtls_client_has_to_show_first_that_it_is_where_it_says(acme: LabVendor) -> None:
    async with udp(acme.ports.turns) as socket_:
        dtls = Dtls(socket_)
        with pytest.raises(SSL.WantReadError):
            dtls.connection.do_handshake()
        hello = dtls.connection.bio_read(65_536)
        socket_.send(hello)
        answer = await socket_.receive()
        assert answer[0] == 22
        assert answer[13] == 3  # HelloVerifyRequest
        assert len(answer) < len(hello)


async def test_dtls_1_0_is_spoken_by_the_flawed_relay_only(acme: LabVendor, flawless: LabVendor) -> None:
    async with udp(acme.ports.turns) as socket_:
        dtls = Dtls(socket_, version=DTLS10)
        await dtls.shake_hands()
        assert dtls.connection.get_protocol_version_name() == "DTLSv1"
    async with udp(flawless.ports.turns) as socket_:
        with pytest.raises(SSL.Error):
            await Dtls(socket_, version=DTLS10).shake_hands()
    async with udp(flawless.ports.turns) as socket_:
        dtls = Dtls(socket_, version=DTLS12)
        await dtls.shake_hands()
        assert dtls.connection.get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"


async def test_of_too_many_dtls_clients_the_most_silent_one_is_forgotten(
    acme: LabVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_server, "_DTLS_PEERS", 1)
    async with udp(acme.ports.turns) as first, udp(acme.ports.turns) as second:
        await Dtls(first).shake_hands()
        forgotten = Dtls(second)
        await forgotten.shake_hands()
        await Dtls(first).shake_hands()
        with pytest.raises(SSL.ZeroReturnError):
            await forgotten.receive()


async def test_a_binding_tells_the_client_its_address_and_only_the_flawed_relay_its_version(
    acme: LabVendor, flawless: LabVendor
) -> None:
    for lab, software in ((acme, "AcmeRelay-4.5.1"), (flawless, None)):
        async with udp(lab.ports.turn) as client:
            answer = await client.ask(request(stun.Method.BINDING))
            assert client.transport
            assert answer.attributes["XOR-MAPPED-ADDRESS"] == client.transport.get_extra_info("sockname")
            assert answer.attributes.get("SOFTWARE") == software


async def test_a_wrong_password_and_an_unknown_user_are_refused_with_a_new_challenge(acme: LabVendor) -> None:
    user, password = account(acme)
    for name, secret in ((user, "wrong"), ("nobody", password), ("\ud7ff" * 100, password)):
        async with challenged(acme) as (client, challenge):
            answer = await client.ask(allocate(challenge, name, secret))
            assert answer.error_code == 401
            assert answer.attributes["NONCE"] != challenge.attributes["NONCE"]
    assert held(acme) == 0


async def test_only_the_flawless_relay_s_users_have_an_end(acme: LabVendor, flawless: LabVendor) -> None:
    assert account(acme)[0] == "acme-webrtc"
    expiry, _, _ = account(flawless)[0].partition(":")
    assert 0 < int(expiry) - time.time() < 24 * 3600


@pytest.mark.parametrize("user", ["1:audit", "1", "", ":", "9" * 5000 + ":x", "audit"])
def test_a_user_whose_time_is_over_or_is_none_has_no_password(user: str) -> None:
    assert TimedUsers(b"secret", 60).password_of(user) is None


def test_the_password_of_a_timed_user_is_that_of_the_draft() -> None:
    user, password = TimedUsers(b"secret", 60).account()
    assert password == base64.b64encode(hmac.new(b"secret", user.encode(), hashlib.sha1).digest()).decode()


async def test_a_nonce_that_is_not_ours_or_old_is_stale(acme: LabVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with challenged(acme) as (client, challenge):
        fresh = challenge.attributes["NONCE"]
        for nonce in (b"x", b"", fresh[:-1] + b"!", fresh + b"0"):
            challenge.attributes["NONCE"] = nonce
            assert (await client.ask(allocate(challenge, *account(acme)))).error_code == 438
        challenge.attributes["NONCE"] = fresh
        later = time.time() + 3600
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: later)
            answer = await client.ask(allocate(challenge, *account(acme)))
        assert answer.error_code == 438
        assert (await client.ask(allocate(challenge, *account(acme)))).error_code is None


async def test_one_client_has_one_relay_and_the_same_request_the_same_answer(acme: LabVendor) -> None:
    async with challenged(acme) as (client, challenge):
        first = allocate(challenge, *account(acme))
        answer = await client.ask(first)
        again = await client.ask(first)
        assert again.attributes["XOR-RELAYED-ADDRESS"] == answer.attributes["XOR-RELAYED-ADDRESS"]
        assert (await client.ask(allocate(challenge, *account(acme)))).error_code == 437
        assert held(acme) == 1


async def test_a_refresh_prolongs_and_one_to_zero_ends(acme: LabVendor) -> None:
    user, password = account(acme)
    async with challenged(acme) as (client, challenge):
        refresh = signed(request(stun.Method.REFRESH), challenge, user, password)
        assert (await client.ask(refresh)).error_code == 437
        await client.ask(allocate(challenge, user, password))
        refresh = signed(request(stun.Method.REFRESH, LIFETIME=10_000), challenge, user, password)
        assert (await client.ask(refresh)).attributes["LIFETIME"] == 3_600
        refresh = signed(request(stun.Method.REFRESH, LIFETIME=0), challenge, user, password)
        assert (await client.ask(refresh)).attributes["LIFETIME"] == 0
        assert held(acme) == 0


async def test_a_relay_ends_with_its_lifetime(acme: LabVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    user, password = account(acme)
    async with challenged(acme) as (client, challenge):
        await client.ask(allocate(challenge, user, password))
        refresh = signed(request(stun.Method.REFRESH, LIFETIME=1), challenge, user, password)
        assert (await client.ask(refresh)).attributes["LIFETIME"] == 1
        await nothing_held(acme)


async def test_a_user_and_the_server_have_as_many_relays_as_they_may(
    acme: LabVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_allocations, "_OF_A_USER", 1)
    async with challenged(acme) as (one, challenge), challenged(acme) as (other, _):
        assert (await one.ask(allocate(challenge, *account(acme)))).error_code is None
        assert (await other.ask(allocate(challenge, *account(acme)))).error_code == 486
        monkeypatch.setattr(turn_allocations, "_OF_A_USER", 5)
        monkeypatch.setattr(turn_allocations, "_IN_ALL", 1)
        assert (await other.ask(allocate(challenge, *account(acme)))).error_code == 508


@pytest.mark.parametrize(
    ("peer", "flawed", "sound"),
    [
        ("10.0.0.1", None, 403),
        ("192.168.0.1", None, 403),
        ("169.254.169.254", None, 403),
        ("100.64.0.1", None, 403),
        ("192.88.99.1", None, 403),
        ("127.0.0.1", 403, 403),
        ("0.0.0.0", 403, 403),  # noqa: S104 # a peer
        ("224.0.0.1", 403, 403),
        ("8.8.8.8", None, None),
        ("2001:4860:4860::8888", 443, 443),
    ],
)
async def test_only_the_flawed_relay_leads_into_private_networks(
    acme: LabVendor, flawless: LabVendor, peer: str, flawed: int | None, sound: int | None
) -> None:
    for lab, expected in ((acme, flawed), (flawless, sound)):
        user, password = account(lab)
        async with challenged(lab) as (client, challenge):
            await client.ask(allocate(challenge, user, password))
            permission = request(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=(peer, 9))
            assert (await client.ask(signed(permission, challenge, user, password))).error_code == expected


async def test_a_request_that_cannot_be_served_is_told_why(acme: LabVendor) -> None:
    user, password = account(acme)
    async with challenged(acme) as (client, challenge):
        for code, message in (
            (400, request(ALLOCATE)),
            (442, request(ALLOCATE, REQUESTED_TRANSPORT=6 << 24)),
            (420, request(ALLOCATE, REQUESTED_TRANSPORT=UDP, PRIORITY=1)),
            (400, request(stun.Method.SHARED_SECRET)),
            (437, request(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=("8.8.8.8", 9))),
        ):
            assert (await client.ask(signed(message, challenge, user, password))).error_code == code
        await client.ask(allocate(challenge, user, password))
        nobody = request(stun.Method.CREATE_PERMISSION)
        assert (await client.ask(signed(nobody, challenge, user, password))).error_code == 400


async def test_what_is_no_request_gets_no_answer(acme: LabVendor) -> None:
    indication = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.INDICATION)
    async with udp(acme.ports.turn) as plain, udp(acme.ports.turns) as dtls:
        for data in (b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", bytes(20), bytes(indication)):
            plain.send(data)
            dtls.send(data)
        dtls.send(b"\x16\xfe\xfd" + bytes(10))
        answer = await plain.ask(request(stun.Method.BINDING))
        assert answer.message_class == stun.Class.RESPONSE
        assert plain.arrived.empty()
        with pytest.raises(TimeoutError):
            await dtls.receive(0.1)


async def test_a_stream_of_nonsense_is_hung_up(acme: LabVendor) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", acme.ports.turn)
    writer.write(b"SSH-2.0-nonsense\r\n")
    async with asyncio.timeout(3):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()

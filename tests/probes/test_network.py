"""The network policy: which addresses may be contacted, how many connections at once, and what goes wrong how."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from vendor_audit.lab.dns_server import LabDnsServer, LabFault
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.network import Network, NetworkSettings, literal, names_of_this_machine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOOPBACK = ipaddress.ip_address("127.0.0.1")
ZONE = """$TTL 60
@ IN SOA ns1 host 1 2 3 4 5
@ IN NS ns1
public IN A 93.184.215.14
public IN AAAA 2606:2800:21f:cb07:6820:80da:af6b:8b2c
private IN A 10.0.0.1
private IN AAAA ::1
mixed IN A 10.0.0.1
mixed IN A 93.184.215.14
half IN A 93.184.215.14
none IN TXT "x"
alias IN CNAME public
silent IN A 93.184.215.14
"""


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "192.0.0.9",
        "2001:4860:4860::8888",
    ],
)
def test_a_public_address_may_be_contacted(address: str) -> None:
    assert Network(NetworkSettings()).is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        # IPv4
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 # nothing is bound to it
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.1",
        "192.88.99.1",
        # multicast, also what Python calls global
        "224.0.0.1",
        "239.255.255.250",
        "233.252.0.1",
        "ff02::1",
        "ff0e::1",
        # IPv6
        "::",
        "::1",
        "fe80::1",
        "fe80::1%lo",
        "fc00::1",
        "fd00::1",
        "fec0::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        # IPv4 within IPv6
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "64:ff9b::e000:1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:a9fe:a9fe::1",
        # Teredo: private client, private server
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:0:a00:1:8000:63bf:3fff:fdd2",
    ],
)
def test_no_other_address_may_be_contacted(address: str) -> None:
    assert not Network(NetworkSettings()).is_allowed(ipaddress.ip_address(address))


def test_an_allowed_network_opens_only_itself() -> None:
    network = Network(NetworkSettings(allow=(ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("::1/128"))))
    assert network.is_allowed(ipaddress.ip_address("10.1.2.3"))
    assert network.is_allowed(ipaddress.ip_address("::1"))
    assert not network.is_allowed(ipaddress.ip_address("10.2.0.1"))
    assert not network.is_allowed(ipaddress.ip_address("::ffff:10.1.2.3"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", True),
        ("[::1]", True),
        ("::1", True),
        ("127.1", False),
        ("0x7f.1", False),
        ("2130706433", False),
        ("a.example", False),
    ],
)
def test_only_canonical_spellings_are_addresses(text: str, *, expected: bool) -> None:
    assert (literal(text) is not None) is expected


async def test_an_address_that_the_operator_wrote_is_allowed() -> None:
    assert await Network(NetworkSettings()).addresses("127.0.0.1") == (LOOPBACK,)


async def test_an_address_that_the_vendor_names_is_held_to_the_policy() -> None:
    for host in ("127.0.0.1", "[::1]", "::ffff:10.0.0.1"):
        with pytest.raises(ProbeError, match="not a public address") as caught:
            await Network(NetworkSettings()).addresses(host, named_by_vendor=True)
        assert caught.value.failure.kind == "address_not_allowed"


async def test_a_pin_is_the_operators_wherever_the_name_stands() -> None:
    network = Network(NetworkSettings(resolve={"meet.acme.example": (LOOPBACK,)}))
    assert await network.addresses("MEET.acme.example.", named_by_vendor=True) == (LOOPBACK,)


@pytest.fixture
async def resolver() -> AsyncIterator[LabDnsServer]:
    faults = {
        "silent.acme.example": LabFault.SILENT,
        "half.acme.example/AAAA": LabFault.SERVFAIL,
        "broken.acme.example": LabFault.SERVFAIL,
    }
    async with LabDnsServer({"acme.example.": ZONE}, faults=faults) as server:
        yield server


@pytest.fixture
def network(resolver: LabDnsServer) -> Network:
    nameservers = ((ipaddress.ip_address(resolver.address), resolver.port),)
    return Network(NetworkSettings(nameservers=nameservers, timeout=0.3))


async def test_a_name_leads_to_its_public_addresses_ipv4_first(network: Network) -> None:
    for name in ("public.acme.example", "alias.acme.example"):
        found = await network.addresses(name)
        assert [each.version for each in found] == [4, 6]


async def test_of_mixed_addresses_only_the_public_are_used(network: Network) -> None:
    assert await network.addresses("mixed.acme.example") == (ipaddress.ip_address("93.184.215.14"),)


async def test_one_family_that_fails_does_not_hide_the_other(network: Network) -> None:
    assert await network.addresses("half.acme.example") == (ipaddress.ip_address("93.184.215.14"),)
    found = await network.lookup("half.acme.example")
    assert found.ipv6 is None
    assert found.errors[6].failure.kind == "dns_failure"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        (
            "private.acme.example",
            "address_not_allowed",
            "private.acme.example leads to 10.0.0.1, ::1, which is not a public",
        ),
        ("gone.acme.example", "dns_nxdomain", "does not exist"),
        ("none.acme.example", "dns_failure", "exists but has no address"),
        ("silent.acme.example", "dns_timeout", "no DNS server answered"),
        ("broken.acme.example", "dns_failure", "SERVFAIL"),
        ("outside.example", "dns_failure", "REFUSED"),
        ("a..example", "dns_failure", "DNS failed"),
        (f"{'x' * 70}.example", "dns_failure", "DNS failed"),
    ],
)
async def test_what_goes_wrong_with_a_name_has_its_kind(network: Network, name: str, kind: str, words: str) -> None:
    with pytest.raises(ProbeError) as caught:
        await network.addresses(name)
    assert caught.value.failure.kind == kind
    assert words in caught.value.failure.message


async def test_a_name_is_asked_for_once(network: Network, resolver: LabDnsServer) -> None:
    await asyncio.gather(*(network.addresses("public.acme.example") for _ in range(5)))
    assert sorted(resolver.questions) == [("public.acme.example", "A", "udp"), ("public.acme.example", "AAAA", "udp")]


async def test_two_resolvers_on_one_address_are_told_apart(resolver: LabDnsServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        dead = unused.getsockname()[1]
    settings = NetworkSettings(nameservers=((LOOPBACK, dead), (LOOPBACK, resolver.port)), timeout=0.5)
    assert await Network(settings).addresses("public.acme.example")


async def test_who_stops_waiting_for_a_name_leaves_no_warning(network: Network) -> None:
    waiting = asyncio.create_task(network.addresses("silent.acme.example"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.8)


async def test_no_more_connections_than_the_limit_are_open_at_once() -> None:
    open_now = most = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await reader.read()
        open_now -= 1
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    network = Network(NetworkSettings(connections_per_host=3))

    async def visit() -> None:
        async with network.connection(LOOPBACK, port):
            await asyncio.sleep(0.03)

    await asyncio.gather(*(visit() for _ in range(12)))
    server.close()
    await server.wait_closed()
    assert network.connections_opened == 12
    # The server sees the end of a connection a moment after the client has made room for the next.
    assert 2 <= most <= 4


async def test_a_failed_connection_gives_its_place_back() -> None:
    network = Network(NetworkSettings(connections_per_host=1))
    for _ in range(3):
        with pytest.raises(ProbeError) as caught:
            async with network.connection(LOOPBACK, 1):
                pass
        assert caught.value.failure.kind == "connection_refused"


async def test_a_server_that_does_not_speak_tls_is_not_tls() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.acme.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    context = ssl.create_default_context()
    with pytest.raises(ProbeError) as caught:
        async with Network(NetworkSettings()).connection(LOOPBACK, port, tls=context, server_name="x.example"):
            pass
    server.close()
    assert caught.value.failure.kind == "not_tls"


async def test_a_server_that_is_silent_in_the_handshake_is_a_time_out() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        network = Network(NetworkSettings(timeout=0.2))
        with pytest.raises(ProbeError, match=r"did not answer within 0\.2 s") as caught:
            async with network.connection(LOOPBACK, port, tls=ssl.create_default_context(), server_name="x.example"):
                pass
    assert caught.value.failure.kind == "connection_timeout"


async def test_an_address_without_a_route_is_unreachable() -> None:
    # Of the documentation's IPv6 range no machine has a route, or it has none for IPv6 at all; the port is loopback's.
    with pytest.raises(ProbeError) as caught:
        async with Network(NetworkSettings(timeout=0.5)).connection(ipaddress.ip_address("::ffff:255.255.255.255"), 9):
            pass
    assert caught.value.failure.kind == "unreachable"


def test_what_the_hosts_file_says_of_names_that_the_operator_wrote_is_a_pin(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text(
        "127.0.0.1 localhost\n10.0.0.5 Meet.Acme.test other # meet2.acme.test\nnonsense x\n\n::5 meet.acme.test\n",
        encoding="utf-8",
    )
    found = names_of_this_machine(["meet.acme.test", "meet2.acme.test", "x", "", "api.localhost"], hosts)
    assert found == {
        "meet.acme.test": (ipaddress.ip_address("10.0.0.5"), ipaddress.ip_address("::5")),
        "api.localhost": (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")),
    }
    assert names_of_this_machine(["a.example"], tmp_path / "missing") == {}

"""What a hostile zone or resolver may answer: each ends in its bound, with its own reason."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from datetime import UTC, datetime
from typing import cast

import dns.flags
import dns.message
import dns.rrset
import pytest

from vendor_audit.lab.dns_server import LabDnsServer, read_zone, sign_zone
from vendor_audit.observation import Sight, Target
from vendor_audit.probes.dns import DnsProbe
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings

APEX = "$TTL 60\n@ IN SOA ns1 host 1 2 3 4 5\n@ IN NS ns1\n"


async def look(port: int, host: str) -> Sight:
    nameservers = ((ipaddress.ip_address("127.0.0.1"), port),)
    network = Network(NetworkSettings(nameservers=nameservers, timeout=0.4))
    context = ProbeContext(network, lambda: datetime.now(UTC), 1)
    return await DnsProbe().observe(Target("host", host, host), context)


async def test_hundreds_of_records_are_cut_and_it_is_said() -> None:
    records = "".join(
        f"@ IN A 192.0.{number // 250}.{number % 250}\n@ IN MX {number} m{number}\n" for number in range(700)
    )
    caa = "".join(f'@ IN CAA 0 issue "ca{number}.example"\n' for number in range(300))
    async with LabDnsServer({"many.example.": APEX + records + caa}) as server:
        sight = await look(server.port, "many.example")
    assert len(sight.facts["addresses"]["ipv4"]) == 100
    assert sight.unknown["addresses.ipv4"] == "only the first 100 of 700 were kept"
    assert sight.unknown["mx"] == "only the first 100 of 700 were kept"
    assert len(sight.facts["caa"]["issue"]) == 100
    assert sum(len(each.content) for each in sight.evidence) < 300_000


async def test_a_long_chain_of_aliases_ends() -> None:
    chain = "".join(f"a{number} IN CNAME a{number + 1}\n" for number in range(100))
    async with LabDnsServer({"chain.example.": APEX + chain}) as server:
        sight = await look(server.port, "a0.chain.example")
    assert "more than 16 aliases in a row" in sight.unknown["addresses.ipv4"]
    assert "dangling_cname" not in sight.facts


async def test_an_alias_of_itself_ends() -> None:
    async with LabDnsServer({"self.example.": APEX + "me IN CNAME me\n"}) as server:
        with pytest.raises(ProbeError) as caught:
            await look(server.port, "me.self.example")
    assert caught.value.failure.kind == "dns_failure"


async def test_names_with_escapes_stay_escaped() -> None:
    zone = APEX + "@ IN MX 1 a\\000b\\027[31m\\;\\032c.evil.example.\nwww IN CNAME \\226\\128\\174x\n"
    async with LabDnsServer({"evil.example.": zone}) as server:
        sight = await look(server.port, "www.evil.example")
    assert sight.facts["mx"][0]["host"] == "a\\000b\\027[31m\\;\\032c.evil.example"
    assert sight.facts["cname_chain"] == ["\\226\\128\\174x.evil.example"]
    assert all(each >= " " or each in "\n\t" for each in sight.evidence[0].content.decode())


async def test_many_keys_with_signatures_are_not_all_tried() -> None:
    parent = read_zone("example.", APEX + "keys IN NS ns1.keys\n")
    zone = read_zone("keys.example.", APEX + "www IN A 192.0.2.1\n")
    for _ in range(30):
        sign_zone(zone, parent)
    sign_zone(parent)
    async with LabDnsServer({"example.": parent, "keys.example.": zone}) as server:
        begin = time.perf_counter()
        sight = await look(server.port, "www.keys.example")
    assert time.perf_counter() - begin < 3
    assert "state" not in sight.facts["dnssec"]
    assert "more than" in sight.unknown["dnssec.state"]


class _Junk(asyncio.DatagramProtocol):
    """Answers every question with what a test makes of it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        response = dns.message.make_response(query, recursion_available=True)
        name = query.question[0].name
        if self.kind == "noise":
            wire = b"\xff" * 600
        elif self.kind == "other id":
            response.id ^= 1
            wire = response.to_wire()
        elif self.kind == "query":
            wire = data
        elif self.kind == "unrelated records":
            response.answer.append(dns.rrset.from_text("other.example.", 60, "IN", "A", "192.0.2.66"))
            wire = response.to_wire()
        elif self.kind == "truncated":
            response.flags |= dns.flags.TC
            wire = response.to_wire()
        else:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", "x"))
            wire = response.to_wire()[:-4]
        assert self.transport is not None
        self.transport.sendto(wire, addr)


@pytest.mark.parametrize("kind", ["noise", "other id", "query", "truncated", "cut"])
async def test_an_answer_that_is_none_is_an_error_in_time(kind: str) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Junk(kind), local_addr=("127.0.0.1", 0))
    begin = time.perf_counter()
    try:
        with pytest.raises(ProbeError) as caught:
            await look(transport.get_extra_info("sockname")[1], "www.acme.example")
    finally:
        transport.close()
    assert time.perf_counter() - begin < 5
    assert caught.value.failure.kind in {"dns_timeout", "dns_failure"}


async def test_records_of_another_name_are_not_the_names_own() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Junk("unrelated records"), local_addr=("127.0.0.1", 0))
    try:
        sight = await look(transport.get_extra_info("sockname")[1], "www.acme.example")
    finally:
        transport.close()
    assert "192.0.2.66" not in str(sight.facts)
    assert "zone" not in sight.facts

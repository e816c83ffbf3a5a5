"""Whether an address in a notice accepts mail: asked of a real name server on loopback."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.lab.dns_server import LabDnsServer, LabFault, read_zone
from vendor_audit.probes.document.mailboxes import look_up_mail
from vendor_audit.probes.network import Network, NetworkSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOOPBACK = ipaddress.ip_address("127.0.0.1")
ZONE = """\
$TTL 60
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 127.0.0.1
mail IN MX 10 ns1
null IN MX 0 .
web IN A 127.0.0.1
"""


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """Give a network whose only name server serves the zone above."""
    server = await LabDnsServer({"acme.example": read_zone("acme.example", ZONE)}, address="127.0.0.1", port=0).start()
    yield Network(NetworkSettings(nameservers=((LOOPBACK, server.port),), timeout=1))
    await server.stop()


def contacts(*domains: str) -> list[dict[str, Any]]:
    return [{"address": f"dpo@{each}", "domain": each} for each in domains]


async def test_mail_hosts_are_found_and_a_null_mx_is_none(network: Network) -> None:
    given = contacts("mail.acme.example", "null.acme.example", "web.acme.example", "gone.acme.example")
    assert await look_up_mail(given, network) == {}
    assert [each["has_mx"] for each in given] == [True, False, False, False]


async def test_only_the_first_domains_are_asked_for_and_the_others_are_not_known(network: Network) -> None:
    given = contacts(*(f"n{index}.acme.example" for index in range(7)), "n0.acme.example")
    unknown = await look_up_mail(given, network)
    assert list(unknown) == ["contacts[5].has_mx", "contacts[6].has_mx"]
    assert given[7]["has_mx"] is False


async def test_a_name_server_that_does_not_answer_leaves_it_unknown() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        dead = Network(NetworkSettings(nameservers=((LOOPBACK, silent.getsockname()[1]),), timeout=0.3))
        given = contacts("mail.acme.example")
        unknown = await look_up_mail(given, dead)
    assert list(unknown) == ["contacts[0].has_mx"]
    assert "has_mx" not in given[0]


@pytest.fixture
async def server() -> AsyncIterator[LabDnsServer]:
    """Give a name server that fails for some names in the ways servers do."""
    faults = {"servfail": LabFault.SERVFAIL, "refused": LabFault.REFUSED, "lame": LabFault.LAME}
    planted = {f"{name}.acme.example": fault for name, fault in faults.items()}
    zones = {"acme.example": read_zone("acme.example", ZONE)}
    async with LabDnsServer(zones, faults=planted, address="127.0.0.1", port=0) as made:
        yield made


def asking(server: LabDnsServer) -> Network:
    return Network(NetworkSettings(nameservers=((LOOPBACK, server.port),), timeout=1))


@pytest.mark.parametrize("name", ["servfail", "refused", "lame"])
async def test_a_name_server_that_fails_does_not_say_that_there_is_no_mail(server: LabDnsServer, name: str) -> None:
    given = contacts(f"{name}.acme.example", "mail.acme.example")
    unknown = await look_up_mail(given, asking(server))
    assert list(unknown) == ["contacts[0].has_mx"]
    assert f"{name}.acme.example MX" in unknown["contacts[0].has_mx"]
    assert "has_mx" not in given[0]
    # One domain that fails takes nothing away from another.
    assert given[1]["has_mx"] is True


async def test_no_more_than_five_questions_are_asked_and_each_domain_once(server: LabDnsServer) -> None:
    given = contacts(*["mail.acme.example"] * 3, *(f"n{index}.acme.example" for index in range(50)))
    unknown = await look_up_mail(given, asking(server))
    asked = [(name, kind) for name, kind, _ in server.questions]
    assert sorted(asked) == sorted(
        [("mail.acme.example", "MX"), *((f"n{index}.acme.example", "MX") for index in range(4))]
    )
    assert [each["has_mx"] for each in given[:3]] == [True, True, True]
    assert len(unknown) == 46
    assert set(unknown.values()) == {"only the first domains are asked for"}


@pytest.mark.parametrize("domain", ["a..b", "x" * 64 + ".example", "ü" * 80 + ".example", "\ud800.example", "." * 3])
async def test_what_is_no_name_is_not_asked_for(server: LabDnsServer, domain: str) -> None:
    given = contacts(domain)
    unknown = await look_up_mail(given, asking(server))
    assert list(unknown) == ["contacts[0].has_mx"]
    assert len(unknown["contacts[0].has_mx"]) <= 300
    assert server.questions == []


async def test_a_notice_without_contacts_asks_nothing(server: LabDnsServer) -> None:
    assert await look_up_mail([], asking(server)) == {}
    assert server.questions == []

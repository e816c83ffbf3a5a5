from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest

from vendor_audit.errors import UsageError
from vendor_audit.lab.names import start_names
from vendor_audit.lab.site import HOSTS

if TYPE_CHECKING:
    from vendor_audit.lab.vendor import LabVendor


async def ask(lab: LabVendor, name: str, kind: str, *, dnssec: bool = False) -> dns.message.Message:
    query = dns.message.make_query(name, kind, want_dnssec=dnssec)
    return await dns.asyncquery.udp(query, "127.0.0.1", port=lab.ports.dns, timeout=5)


async def test_every_host_has_an_address_on_loopback_and_the_domain_takes_mail(acme: LabVendor) -> None:
    for host in HOSTS:
        assert (await ask(acme, f"{host}.acme.example", "A")).answer[0][0].address == "127.0.0.1"
    assert (await ask(acme, "acme.example", "MX")).answer


async def test_the_forgotten_alias_leads_to_a_name_that_does_not_exist(acme: LabVendor, flawless: LabVendor) -> None:
    answer = await ask(acme, "old-status.acme.example", "A")
    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert answer.answer[0][0].target.to_text() == "acme-status.cloudhost.example."
    answer = await ask(flawless, "old-status.acme.example", "A")
    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert not answer.answer


async def test_only_the_flawless_zone_has_caa_records_and_is_signed(acme: LabVendor, flawless: LabVendor) -> None:
    assert not (await ask(acme, "acme.example", "CAA")).answer
    assert not (await ask(acme, "acme.example", "DS", dnssec=True)).answer
    answer = await ask(flawless, "acme.example", "CAA", dnssec=True)
    assert answer.flags & dns.flags.AD
    assert len(answer.answer) == 2  # the records and their signature
    assert (await ask(flawless, "acme.example", "DS")).answer


async def test_a_name_of_somebody_else_is_refused_and_nobody_is_asked_for_it(acme: LabVendor) -> None:
    for name in ("stun.l.google.com", "acme-status.cloudhost.test"):
        answer = await ask(acme, name, "A")
        assert answer.rcode() == dns.rcode.REFUSED
        assert not answer.answer


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"needs 127.0.0.1:{port} for 'dns'"):
            await start_names(port, flawless=False)


async def test_a_port_that_is_taken_for_udp_alone_is_named_too() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"needs 127.0.0.1:{port} for 'dns'"):
            await start_names(port, flawless=False)

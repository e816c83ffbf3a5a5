"""The lab's DNS server, which the dns probe is tested with, as BIND's own tools see it: dig and delv."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING

import dns.rdatatype
import pytest

from vendor_audit.lab.dns_server import LabDnsServer, LabFault, read_zone, sign_zone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.live

APEX = "$TTL 60\n@ IN SOA ns1 host 1 2 3 4 5\n@ IN NS ns1\nns1 IN A 192.0.2.53\n"


async def run(*command: str) -> str:
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


async def test_dig_gets_what_the_zone_says(need_program: Callable[[str], str]) -> None:
    dig = need_program("dig")
    zone = APEX + "www IN CNAME real\nreal IN A 192.0.2.1\ncut IN A 192.0.2.2\n"
    faults = {"cut.acme.example": LabFault.TRUNCATED}
    async with LabDnsServer({"acme.example.": zone}, faults=faults) as server:
        to = (dig, "@127.0.0.1", "-p", str(server.port), "+tries=1", "+time=2")
        assert "real.acme.example." in await run(*to, "+short", "www.acme.example", "A")
        assert "192.0.2.2" in await run(*to, "+short", "cut.acme.example", "A")
        assert "status: NXDOMAIN" in await run(*to, "gone.acme.example", "A")
        assert "status: REFUSED" in await run(*to, "elsewhere.example", "A")
    assert ("cut.acme.example", "A", "tcp") in server.questions


@pytest.mark.parametrize(("lifetime", "verdict"), [(14 * 86400, "fully validated"), (-86400, "resolution failed")])
async def test_delv_judges_the_signatures_as_we_do(
    need_program: Callable[[str], str], tmp_path: Path, lifetime: int, verdict: str
) -> None:
    delv = need_program("delv")
    parent = read_zone("example.", APEX + "acme IN NS ns1.acme\n")
    zone = read_zone("acme.example.", APEX + "www IN A 192.0.2.1\n")
    sign_zone(zone, parent, lifetime=lifetime)
    sign_zone(parent)
    key = next(iter(parent.find_rdataset("example.", dns.rdatatype.DNSKEY)))
    flags, protocol, algorithm, *parts = key.to_text().split(" ")
    anchor = tmp_path / "anchor"
    anchor.write_text(
        f'trust-anchors {{ example. static-key {flags} {protocol} {algorithm} "{"".join(parts)}"; }};\n',
        encoding="utf-8",
    )
    async with LabDnsServer({"example.": parent, "acme.example.": zone}) as server:
        said = await run(
            delv, "@127.0.0.1", "-p", str(server.port), "-a", str(anchor), "+root=example", "www.acme.example", "A"
        )
    assert verdict in said

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

import pytest
from aioice import stun

from tests.lab.client import UDP, Dtls, request, signed, udp
from vendor_audit.errors import UsageError
from vendor_audit.lab.ports import Ports, bind_datagrams, listen
from vendor_audit.lab.vendor import LabVendor
from vendor_audit.vendor.credentials import credentials_of
from vendor_audit.vendor.file import read_vendor_file
from vendor_audit.vendor.targets import targets_of

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = r"refused|Connect call failed"


@pytest.mark.parametrize("flawless", [False, True])
async def test_it_starts_quickly(*, flawless: bool) -> None:
    took = []
    for _ in range(3):
        started = time.perf_counter()
        async with LabVendor(flawless=flawless):
            took.append(time.perf_counter() - started)
    assert min(took) < 0.5  # making an RSA key takes a varying time


async def test_it_leaves_nothing_open() -> None:
    tasks = asyncio.all_tasks()
    async with LabVendor() as lab:
        ports = lab.ports.items()
        # One client in the middle of a handshake, one in the middle of nothing.
        _, silent = await asyncio.open_connection("127.0.0.1", lab.ports.meet)
        _, plain = await asyncio.open_connection("127.0.0.1", lab.ports.plain)
        _, relay = await asyncio.open_connection("127.0.0.1", lab.ports.turns)
        # And one with a relay, and one that has begun with DTLS.
        async with udp(lab.ports.turn) as client, udp(lab.ports.turns) as begun:
            challenge = await client.ask(request(stun.Method.ALLOCATE, REQUESTED_TRANSPORT=UDP))
            user, password, _ = lab.environment().values()
            allocate = request(stun.Method.ALLOCATE, REQUESTED_TRANSPORT=UDP)
            assert (await client.ask(signed(allocate, challenge, user, password))).error_code is None
            await Dtls(begun).shake_hands()
        await asyncio.sleep(0.05)
    assert asyncio.all_tasks() == tasks
    for name, port in ports.items():
        with pytest.raises(OSError, match=REFUSED):
            await asyncio.open_connection("127.0.0.1", port)
        listen(name, port).close()
        bind_datagrams(name, port).close()
    for writer in (silent, plain, relay):
        writer.transport.abort()
    await asyncio.sleep(0.01)
    gc.collect()  # what was left open would warn here, and a warning fails the test


async def test_a_taken_port_ends_the_start_with_one_sentence_and_nothing_stays_open() -> None:
    async with LabVendor() as first:
        ports = first.ports
        with pytest.raises(UsageError, match=f"127.0.0.1:{ports.meet} for 'meet'"):
            await LabVendor(ports=ports).__aenter__()
        only_dns = Ports(dns=ports.dns)
        with pytest.raises(UsageError, match=f"127.0.0.1:{ports.dns} for 'dns'"):
            await LabVendor(ports=only_dns).__aenter__()
    gc.collect()


@pytest.mark.parametrize("flawless", [False, True])
async def test_the_written_vendor_file_is_valid_and_names_the_ports_in_use(*, flawless: bool, tmp_path: Path) -> None:
    async with LabVendor(flawless=flawless) as lab:
        path = lab.write_vendor_file(tmp_path / "copy")
    vendor = read_vendor_file(path)
    assert not vendor.warnings
    assert vendor.name == "Acme Video"
    ports = {target.port for target in targets_of(vendor) if target.kind in {"endpoint", "turn", "session"}}
    assert ports - {443} == set(lab.ports.items().values()) - {lab.ports.dns, lab.ports.media}
    assert vendor.data["network"]["nameservers"] == [f"127.0.0.1:{lab.ports.dns}"]
    assert (path.parent / vendor.data["network"]["trust"][0]).read_text(encoding="ascii") == lab.ca_pem


@pytest.mark.parametrize("flawless", [False, True])
async def test_the_written_capture_names_the_ports_in_use(*, flawless: bool, tmp_path: Path) -> None:
    async with LabVendor(flawless=flawless) as lab:
        path = lab.write_vendor_file(tmp_path / "copy")
    text = (path.parent / "captures" / "webrtc-internals.json").read_text(encoding="utf-8")
    assert f"turn:turn.acme.example:{lab.ports.turn}" in text
    assert f"turns:turn.acme.example:{lab.ports.turns}?transport=tcp" in text
    assert f":{lab.written.turn}" not in text


@pytest.mark.parametrize("flawless", [False, True])
async def test_the_access_data_that_the_vendor_file_asks_for_are_given(*, flawless: bool, tmp_path: Path) -> None:
    async with LabVendor(flawless=flawless) as lab:
        vendor = read_vendor_file(lab.write_vendor_file(tmp_path))
        found = credentials_of(vendor, lab.environment())
    asking = {target.name for target in targets_of(vendor) if target.kind in {"turn", "session"}}
    assert set(found) == asking
    with pytest.raises(UsageError, match="ACME_TURN_USER"):
        credentials_of(vendor, {})


async def test_a_port_that_is_taken_for_udp_alone_is_named_too() -> None:
    with bind_datagrams("test", 0) as taken:
        port = taken.getsockname()[1]
        for name in ("turn", "turns", "media"):
            with pytest.raises(UsageError, match=f"127.0.0.1:{port} for '{name}'"):
                await LabVendor(ports=Ports(**{name: port})).__aenter__()
    gc.collect()


async def test_the_vendor_file_can_be_written_twice_and_a_bad_folder_is_told(acme: LabVendor, tmp_path: Path) -> None:
    assert acme.write_vendor_file(tmp_path) == acme.write_vendor_file(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot write the demonstration's files"):
        acme.write_vendor_file(tmp_path / "file")


@pytest.mark.parametrize("name", ["acme", "flawless"])
def test_the_committed_vendor_file_is_valid(name: str) -> None:
    lab = LabVendor(flawless=name == "flawless")
    vendor = read_vendor_file(lab.folder / "acme.yaml")
    assert vendor.slug == "acme-video"
    assert not vendor.warnings

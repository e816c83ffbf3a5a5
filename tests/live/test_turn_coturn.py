"""The turn probe against coturn: every fact as coturn was told to be, and nothing left on it."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import itertools
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.live.coturn import LONG_TERM, PASSWORD, USER, Coturn, running_coturn
from tests.live.namespaces import bad_wire
from vendor_audit.observation import Sight, Target
from vendor_audit.probes.datagrams import UdpChannel
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.turn.probe import TurnProbe
from vendor_audit.resources import shipped
from vendor_audit.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.live.conftest import Authority

pytestmark = pytest.mark.live

IPV4, IPV6 = "127.0.0.1", "::1"
SHARED = "canary-shared-secret-20e1"
# As the threat model of coturn-secure-config has it: everything special is denied, each block by its range.
HARDENED = (
    "--no-multicast-peers",
    *(
        f"--denied-peer-ip={block}"
        for block in (
            "0.0.0.0-0.255.255.255", "10.0.0.0-10.255.255.255", "100.64.0.0-100.127.255.255",
            "127.0.0.0-127.255.255.255",
            "169.254.0.0-169.254.255.255", "172.16.0.0-172.31.255.255", "192.0.0.0-192.0.0.255",
            "192.0.2.0-192.0.2.255",
            "192.88.99.0-192.88.99.255", "192.168.0.0-192.168.255.255", "198.18.0.0-198.19.255.255",
            "198.51.100.0-198.51.100.255", "203.0.113.0-203.0.113.255", "240.0.0.0-255.255.255.255",
            "::-::ffff:ffff:ffff", "64:ff9b::-64:ff9b:ffff:ffff:ffff:ffff:ffff:ffff", "100::-100::ffff:ffff:ffff:ffff",
            "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::-3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "5f00::-5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fe80::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        )
    ),
)  # fmt: skip


@pytest.fixture
def turnserver(need_program: Callable[[str], str]) -> str:
    """Return the path of coturn."""
    return need_program("turnserver")


def context_for(
    uri: str, login: tuple[str, str] | None, permitted: ProbeClass, addresses: tuple[str, ...]
) -> ProbeContext:
    pins = tuple(ipaddress.ip_address(each) for each in addresses)
    network = Network(NetworkSettings(resolve={"localhost": pins}, timeout=3))
    credentials = {uri: Credentials(Secret(login[0]), Secret(login[1]))} if login else {}
    return ProbeContext(network, lambda: dt.datetime.now(dt.UTC), 3, credentials=credentials, permitted=permitted)


async def observe(
    uri: str,
    port: int,
    login: tuple[str, str] | None = (USER, PASSWORD),
    permitted: ProbeClass = ProbeClass.NORMAL,
    addresses: tuple[str, ...] = (IPV4,),
) -> Sight:
    """Run the probe on ``scheme:localhost?query`` at a port, and hold what it gives against schema and canaries."""
    scheme, rest = uri.split(":", 1)
    host, _, query = rest.partition("?")
    whole = f"{scheme}:{host}:{port}" + (f"?{query}" if query else "")
    target = Target("turn", whole, "localhost", port, ("turn",))
    sight = await TurnProbe().observe(target, context_for(whole, login, permitted, addresses))
    check(sight.facts, sight.unknown, [each.content.decode() for each in sight.evidence])
    return sight


def check(facts: Any, unknown: dict[str, str], evidence: list[str]) -> None:
    schema = json.loads((shipped("schemas") / "facts" / "turn.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(facts)
    kept = json.dumps([facts, unknown, evidence])
    assert "canary" not in kept


def closed_sessions(server: Coturn) -> tuple[int, int]:
    """Return how many allocations coturn's log says that it made, and how many it deleted; whole once it has ended."""
    made = set(re.findall(r"session (\d+): new, realm", server.log))
    deleted = set(re.findall(r"session (\d+): delete: realm", server.log))
    return len(made), len(made & deleted)


async def test_every_transport_and_family_is_told_and_nothing_is_left(
    turnserver: str, tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    issued = authority.issue()
    tls = ("--cert", str(issued.certificate_file), "--pkey", str(issued.key_file))
    with running_coturn(turnserver, tmp_path, *LONG_TERM, *tls, addresses=(IPV4, IPV6)) as server:
        plain = await observe("turn:localhost", server.port, addresses=(IPV4, IPV6))
        secure = await observe("turns:localhost", server.tls_port, addresses=(IPV4, IPV6))
        server.wait_for_no_sessions()
    assert closed_sessions(server) == (16, 16)
    listeners = plain.facts["listeners"] + secure.facts["listeners"]
    assert [(each["transport"], each["address"]) for each in listeners] == [
        (transport, address)
        for pair in (("udp", "tcp"), ("tls", "dtls"))
        for address in (IPV4, IPV6)
        for transport in pair
    ]
    for each in listeners:
        assert each["state"] == "open"
        assert each["binding"]["outcome"] == "success"
        assert each["binding"]["mapped_address_family"] == each["family"]
        assert each["binding"]["software"].startswith("Coturn-")
        assert each["unauthenticated_allocate"]["outcome"] == "challenged"
        assert each["realm"] == "example.org"
        assert each["nonce"]["changes"] is True
        assert each["third_party_authorization"] is False
        assert [(one["family"], one["outcome"], one["relayed_address"]) for one in each["allocations"]] == [
            ("ipv4", "allocated", IPV4),
            ("ipv6", "allocated", IPV6),
        ]
        assert all(one["authenticated"] and one["deleted"] and not one["relayed_public"] for one in each["allocations"])
        assert all(one["lifetime_seconds"] == 600 for one in each["allocations"])
        assert each["rtt_ms"]["samples"] == 5
        assert each["rtt_ms"]["authenticated"] is True
        assert 0 < each["rtt_ms"]["least"] < 1_000
    assert {each.get("protocol", "") for each in plain.facts["listeners"]} == {""}
    assert {each["protocol"].split("v")[0] for each in secure.facts["listeners"]} == {"TLS", "DTLS"}
    assert set(plain.unknown) == {"wrong_password", "peer_policy"}
    assert "canary" not in caplog.text


def rest_login(expires: dt.datetime) -> tuple[str, str]:
    """Return user name and password of the TURN REST form for the shared secret."""
    name = f"{int(expires.timestamp())}:canary-participant"
    return name, base64.b64encode(hmac.digest(SHARED.encode(), name.encode(), hashlib.sha1)).decode()


async def test_time_limited_credentials_say_how_long_they_are_good_for(turnserver: str, tmp_path: Path) -> None:
    arguments = ("--use-auth-secret", f"--static-auth-secret={SHARED}")
    now = dt.datetime.now(dt.UTC)
    with running_coturn(turnserver, tmp_path, *arguments) as server:
        good = await observe("turn:localhost?transport=udp", server.port, rest_login(now + dt.timedelta(hours=12)))
        late = await observe("turn:localhost?transport=udp", server.port, rest_login(now - dt.timedelta(hours=2)))
        server.wait_for_no_sessions()
    assert good.facts["credentials"]["form"] == "time_limited"
    assert good.facts["credentials"]["hours_left"] == pytest.approx(12, abs=0.05)
    assert good.facts["credentials_accepted"] is True
    assert late.facts["credentials"]["hours_left"] == pytest.approx(-2, abs=0.05)
    assert late.facts["credentials_accepted"] is False
    assert late.facts["listeners"][0]["allocations"][0]["outcome"] == "credentials_rejected"


async def test_a_wrong_password_is_told_apart_from_the_challenge(turnserver: str, tmp_path: Path) -> None:
    with running_coturn(turnserver, tmp_path, *LONG_TERM) as server:
        wrong = await observe("turn:localhost", server.port, (USER, "canary-wrong"))
        assert server.sessions() == 0
        right = await observe("turn:localhost", server.port, permitted=ProbeClass.ACTIVE)
        server.wait_for_no_sessions()
    assert wrong.facts["credentials_accepted"] is False
    assert wrong.facts["open_relay"] is False
    for each in wrong.facts["listeners"]:
        assert each["unauthenticated_allocate"]["outcome"] == "challenged"
        assert each["allocations"][0]["outcome"] == "credentials_rejected"
    assert right.facts["wrong_password"] == "rejected"  # noqa: S105 # an outcome
    assert right.facts["credentials_accepted"] is True


async def test_the_default_peer_policy_lets_private_addresses_through_and_a_hardened_one_does_not(
    turnserver: str, tmp_path: Path
) -> None:
    policies = []
    for name, arguments in (("default", ()), ("hardened", HARDENED)):
        folder = tmp_path / name
        folder.mkdir()
        with running_coturn(turnserver, folder, *LONG_TERM, *arguments, addresses=(IPV4, IPV6)) as server:
            sight = await observe("turn:localhost", server.port, permitted=ProbeClass.INTRUSIVE)
            server.wait_for_no_sessions()
            assert "peer_policy.allowed" not in sight.unknown
        # Permissions, and not a byte to a peer: coturn counts what it sent to and received from peers.
        sent = re.findall(r"peer usage: .* rp=(\d+), rb=\d+, sp=(\d+)", server.log)
        assert sent
        assert set(sent) == {("0", "0")}
        policies.append(sight.facts["peer_policy"])
    default, hardened = policies
    allowed = {each["address"] for each in default["allowed"]}
    assert {"10.0.0.1", "192.168.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fc00::1"} <= allowed
    assert {each["address"] for each in default["refused"]} == {"0.0.0.0", "127.0.0.1", "::", "::1"}  # noqa: S104 # no binding
    assert hardened["allowed"] == []
    assert {each["error"]["code"] for each in hardened["refused"]} == {403}


async def test_an_open_relay_is_told_and_left_as_it_was(turnserver: str, tmp_path: Path) -> None:
    with running_coturn(turnserver, tmp_path, "--no-auth") as server:
        sight = await observe("turn:localhost", server.port, None)
        server.wait_for_no_sessions()
    assert sight.facts["open_relay"] is True
    assert sight.facts["relayed_addresses"] == [IPV4]
    assert sight.facts["allocations"]["made"] == sight.facts["allocations"]["deleted"] == 4
    assert sight.facts["credentials"] == {"given": False}


async def test_a_server_that_says_little_is_not_made_to_say_more(turnserver: str, tmp_path: Path) -> None:
    with running_coturn(
        turnserver, tmp_path, *LONG_TERM, "--no-software-attribute", "--no-rfc5780", "--no-udp"
    ) as server:
        sight = await observe("turn:localhost", server.port, None)
        with pytest.raises(ProbeError) as caught:
            await observe("stun:localhost", server.port, None)
    closed, tcp = sight.facts["listeners"]
    assert (closed["state"], tcp["state"]) == ("closed", "open")
    assert sight.facts["transports"] == {"answering": ["tcp"], "closed": ["udp"], "undetermined": []}
    assert not {"software", "other_address"} & set(tcp["binding"])
    assert "software" not in tcp
    assert caught.value.failure.kind == "connection_refused"


async def test_a_stun_server_is_asked_for_no_allocation(turnserver: str, tmp_path: Path, authority: Authority) -> None:
    issued = authority.issue()
    tls = ("--cert", str(issued.certificate_file), "--pkey", str(issued.key_file))
    with running_coturn(turnserver, tmp_path, *tls, "--stun-only") as server:
        plain = await observe("stun:localhost", server.port, None)
        secure = await observe("stuns:localhost", server.tls_port, None)
        assert "ALLOCATE" not in server.log
    for sight, transport in ((plain, "udp"), (secure, "tls")):
        (listener,) = sight.facts["listeners"]
        assert (listener["transport"], listener["state"]) == (transport, "open")
        assert listener["rtt_ms"]["authenticated"] is False
        assert sight.unknown == {}


async def test_nothing_is_left_by_looks_that_are_cut_off(
    turnserver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off after each of the datagrams that a look sends, before its answer and a moment after it."""
    send = UdpChannel.send
    with running_coturn(turnserver, tmp_path, *LONG_TERM) as server:
        for number in range(1, 26):
            for moment in (0.0, 0.0003):
                task = asyncio.ensure_future(
                    observe("turn:localhost?transport=udp", server.port, permitted=ProbeClass.INTRUSIVE)
                )
                count = itertools.count(1)

                async def cut(
                    channel: UdpChannel,
                    data: bytes,
                    *,
                    end: tuple[int, float, asyncio.Task[Sight]] = (number, moment, task),
                    sent: itertools.count[int] = count,
                ) -> None:
                    await send(channel, data)
                    if next(sent) == end[0]:
                        asyncio.get_running_loop().call_later(end[1], end[2].cancel)

                monkeypatch.setattr(UdpChannel, "send", cut)
                with pytest.raises(asyncio.CancelledError):
                    await task
        server.wait_for_no_sessions()
    made, deleted = closed_sessions(server)
    assert made == deleted > 0


@pytest.mark.parametrize("uri", ["turn:turn.example?transport=udp", "turns:turn.example?transport=udp"])
def test_a_bad_wire_changes_no_fact(
    turnserver: str, tmp_path: Path, authority: Authority, need_program: Callable[[str], str], uri: str
) -> None:
    issued = authority.issue("turn.example")
    arguments = (*LONG_TERM, "--cert", str(issued.certificate_file), "--pkey", str(issued.key_file))
    with (
        bad_wire(need_program, loss=0.2, delay=0.1) as wire,
        running_coturn(
            turnserver,
            tmp_path,
            *arguments,
            addresses=(wire.vendor.address,),
            prefix=tuple(wire.vendor.command()),
        ) as server,
    ):
        port = server.tls_port if uri.startswith("turns") else server.port
        command = [sys.executable, "-m", "tests.live.turn_runner", uri, wire.vendor.address, str(port), "5"]
        done = subprocess.run(wire.auditor.command(*command), capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr[-2_000:]
        assert "canary" not in done.stdout + done.stderr
        found = json.loads(done.stdout)
        server.wait_for_no_sessions()
    check(found["facts"], found["unknown"], found["evidence"])
    (listener,) = found["facts"]["listeners"]
    assert listener["state"] == "open"
    assert listener["unauthenticated_allocate"]["outcome"] == "challenged"
    assert listener["allocations"][0]["relayed_address"] == wire.vendor.address
    assert listener["rtt_ms"]["least"] >= 200
    assert found["facts"]["open_relay"] is False
    assert found["facts"]["credentials_accepted"] is True
    assert found["facts"]["wrong_password"] == "rejected"  # noqa: S105 # an outcome
    assert {each["address"] for each in found["facts"]["peer_policy"]["refused"]} == {"0.0.0.0", "127.0.0.1"}  # noqa: S104 # no binding
    # coturn itself counted none in the end; that every one was confirmed to us is not to be had on such a wire, for it
    # ends a DTLS session a second after the Refresh to zero, and then repeats no answer that was lost.
    assert found["facts"]["allocations"]["made"] >= found["facts"]["allocations"]["deleted"] >= 1

"""The dtls probe against coturn: the same as offering each suite, version and group by hand, one at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.live.coturn import LONG_TERM, Coturn, running_coturn
from tests.live.namespaces import bad_wire
from vendor_audit.observation import Sight, Target
from vendor_audit.probes.dtls.hellos import dtls_hello, ordinary_groups
from vendor_audit.probes.dtls.model import hello_is_enough, key_exchange_is_needed
from vendor_audit.probes.dtls.peer import DtlsPeer
from vendor_audit.probes.dtls.probe import DtlsProbe
from vendor_audit.probes.interface import ProbeClass, ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.tls.ciphers import key_exchange_of
from vendor_audit.resources import shipped
from vendor_audit.wire.cipher_suites import cipher_suite, suites_of
from vendor_audit.wire.registry import groups
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import rsa

    from tests.live.conftest import Authority
    from vendor_audit.probes.datagrams import DatagramChannel

pytestmark = pytest.mark.live

LOOPBACK = ipaddress.ip_address("127.0.0.1")


@pytest.fixture
def turnserver(need_program: Callable[[str], str]) -> str:
    """Return the path of coturn."""
    return need_program("turnserver")


@contextlib.contextmanager
def coturn(program: str, folder: Path, authority: Authority, *more: str, key: Any = None) -> Iterator[Coturn]:
    issued = authority.issue("turn.acme.example", key=key)
    certificate = (f"--cert={issued.certificate_file}", f"--pkey={issued.key_file}")
    with running_coturn(program, folder, *LONG_TERM, *certificate, *more) as server:
        yield server


async def observe(port: int, permitted: ProbeClass = ProbeClass.ACTIVE, seconds: float = 5) -> Sight:
    network = Network(NetworkSettings(resolve={"turn.acme.example": (LOOPBACK,)}, timeout=seconds))
    context = ProbeContext(network, lambda: dt.datetime.now(dt.UTC), seconds, permitted=permitted)
    uri = f"turns:turn.acme.example:{port}?transport=udp"
    sight = await DtlsProbe().observe(Target("turn", uri, "turn.acme.example", port, ("turn",)), context)
    schema = json.loads((shipped("schemas") / "facts" / "dtls.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(sight.facts, schema)
    return sight


def peer_at(port: int) -> DtlsPeer:
    network = Network(NetworkSettings(connections_per_host=8))

    @contextlib.asynccontextmanager
    async def open_channel() -> AsyncIterator[DatagramChannel]:
        async with network.datagrams(LOOPBACK, port) as channel:
            yield channel

    return DtlsPeer(open_channel, 5, budget=5_000, at_once=4)


async def by_hand(port: int, version: DtlsVersion) -> set[str]:
    """Return the suites that the server takes when each is offered alone."""
    peer = peer_at(port)
    found = set()
    for code in suites_of(version.tls):
        answer = await peer.ask(dtls_hello(version, (code,), ""), hello_is_enough)
        if answer.hello is not None:
            assert answer.hello.suite == code
            found.add(cipher_suite(code).name)
    return found


@pytest.mark.parametrize("ciphers", ["DEFAULT", "ALL", "ALL:@SECLEVEL=0"])
async def test_the_suites_are_those_that_are_taken_one_by_one(
    turnserver: str, tmp_path: Path, authority: Authority, ciphers: str
) -> None:
    with coturn(turnserver, tmp_path, authority, f"--cipher-list={ciphers}") as server:
        sight = await observe(server.tls_port)
        accepted = sight.facts["versions"]["accepted"]
        assert accepted == (["DTLSv1.0", "DTLSv1.2"] if "SECLEVEL=0" in ciphers else ["DTLSv1.2"])
        for version in (DtlsVersion.DTLS10, DtlsVersion.DTLS12):
            suites = [each for each in sight.facts["cipher_suites"]["accepted"] if each["version"] == version.label]
            assert {each["name"] for each in suites} == await by_hand(server.tls_port, version)
        assert sight.unknown == {}
        assert sight.facts["handshakes"] <= (60 if "SECLEVEL=0" in ciphers else 40)
        assert sight.facts["features"] == {
            "cookie_exchange": True,
            "secure_renegotiation": True,
            "extended_master_secret": True,
        }
        certificate = sight.facts["certificate"]
        assert (certificate["name_matches"], certificate["self_signed"], certificate["key"]["type"]) == (
            True,
            True,
            "EC",
        )


async def test_an_rsa_certificate_brings_its_own_suites_and_finite_fields(
    turnserver: str, tmp_path: Path, authority: Authority, rsa_key: rsa.RSAPrivateKey
) -> None:
    with coturn(turnserver, tmp_path, authority, "--cipher-list=ALL", key=rsa_key) as server:
        sight = await observe(server.tls_port)
        suites = sight.facts["cipher_suites"]["accepted"]
        assert {each["name"] for each in suites} == await by_hand(server.tls_port, DtlsVersion.DTLS12)
        assert {each["authentication"] for each in suites} == {"RSA"}
        uses_dhe = any(each["key_exchange"] == "DHE" for each in suites)
        assert ("finite_field" in sight.facts["groups"]) == uses_dhe


async def test_the_groups_are_those_that_are_taken_one_by_one(
    turnserver: str, tmp_path: Path, authority: Authority, rsa_key: rsa.RSAPrivateKey
) -> None:
    # With an RSA certificate no curve has to be in every hello, so that each can be offered alone.
    with coturn(turnserver, tmp_path, authority, key=rsa_key) as server:
        sight = await observe(server.tls_port)
        suites = tuple(
            each for each in suites_of(DtlsVersion.DTLS12.tls) if cipher_suite(each).key_exchange == "ECDHE"
        )[:60]
        peer = peer_at(server.tls_port)
        found = set()
        for code in ordinary_groups(DtlsVersion.DTLS12):
            hello = dtls_hello(DtlsVersion.DTLS12, suites, "", groups=(code,))
            answer = await peer.ask(hello, key_exchange_is_needed)
            if answer.hello is not None and key_exchange_of(answer).group == code:
                found.add(groups()[code].name)
        curves = {each for each in sight.facts["groups"]["accepted"] if not each.startswith("ffdhe")}
        assert curves == found
        assert "x25519" in curves


async def test_without_active_one_ordinary_handshake_is_made_and_the_rest_is_unknown(
    turnserver: str, tmp_path: Path, authority: Authority
) -> None:
    with coturn(turnserver, tmp_path, authority) as server:
        sight = await observe(server.tls_port, ProbeClass.NORMAL)
    assert sight.facts["handshakes"] == 1
    assert sight.facts["versions"] == {"accepted": ["DTLSv1.2"], "rejected": []}
    assert len(sight.facts["cipher_suites"]["accepted"]) == 1
    assert sight.facts["certificate"]["name_matches"] is True
    assert {"versions.accepted", "cipher_suites.accepted", "groups.accepted"} <= set(sight.unknown)


async def test_nothing_is_left_on_the_server(turnserver: str, tmp_path: Path, authority: Authority) -> None:
    with coturn(turnserver, tmp_path, authority) as server:
        sight = await observe(server.tls_port)
        server.wait_for_no_sessions()
        opened, closed = server.log.count("Accepted connection from"), server.log.count("closed (2nd stage)")
        # At once, because of our alert, and not after a minute, because of coturn's patience.
        assert opened == closed == sight.facts["handshakes"]


def test_the_inventory_is_right_on_a_wire_that_loses_a_fifth_and_takes_its_time(
    turnserver: str, need_program: Callable[[str], str], tmp_path: Path, authority: Authority
) -> None:
    issued = authority.issue("turn.acme.example")
    certificate = (f"--cert={issued.certificate_file}", f"--pkey={issued.key_file}")
    with bad_wire(need_program, loss=0.2, delay=0.1) as made:
        arguments = {"addresses": (made.vendor.address,), "prefix": tuple(made.vendor.command())}
        with running_coturn(turnserver, tmp_path, *LONG_TERM, *certificate, **arguments) as server:
            command = [
                sys.executable,
                "-m",
                "vendor_audit",
                "probe",
                "dtls",
                f"{made.vendor.address}:{server.tls_port}",
            ]
            begin = time.monotonic()
            run = subprocess.run(
                made.auditor.command(*command, "--json", "--timeout=10"), capture_output=True, check=False, timeout=100
            )
            assert time.monotonic() - begin < 90
    assert run.returncode == 0, run.stderr.decode()
    observation = json.loads(run.stdout)
    facts = observation["facts"]
    assert observation.get("unknown", {}) == {}
    assert facts["versions"] == {"accepted": ["DTLSv1.2"], "rejected": ["DTLSv1.0", "DTLSv1.3"]}
    assert len(facts["cipher_suites"]["accepted"]) == 7

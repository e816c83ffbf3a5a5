"""The media probe against a real WHIP and WHEP server (aiortc), in network namespaces of the test's own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.live.namespaces import Wire, wire
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
TOKEN, USER, PASSWORD = "canary-whip-token", "canary-turn-user", "canary-turn-password"
LINK = (
    f'<turn:turn.acme.example:3478?transport=udp>; rel="ice-server"; username="{USER}"; credential="{PASSWORD}"; '
    'credential-type="password", <stun:stun.acme.example>; rel="ice-server"'
)
THREE_PROFILES = ["SRTP_AEAD_AES_256_GCM", "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_HMAC_SHA1_80"]
FOUR_SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
}
ASK = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode())"
PLUG_IN = '''
"""A provider of a service that makes the offer itself: POST gives it, PATCH on the session answers it."""

import contextlib

from vendor_audit.probes.media.session.ending import kept
from vendor_audit.probes.media.session.providers.http import Ask, SignallingHttp, joined
from vendor_audit.probes.media.session.providers.interface import Signalled, Signalling


class AcmeProvider:
    def __init__(self, place):
        self.signalling = Signalling()
        self.http = SignallingHttp(place, self.signalling)

    async def look_around(self, client):
        pass

    @contextlib.asynccontextmanager
    async def session(self, client):
        async with kept(self.http.ask(Ask("POST", self.http.url)), self.leave, seconds=10) as answer:
            offer = answer.body.decode()
            await self.http.ask(Ask("PATCH", self.place_of(answer), client.answer(offer).encode(), "application/sdp"))
            yield Signalled("offer", offer)

    async def leave(self, answer):
        await self.http.ask(Ask("DELETE", self.place_of(answer)))

    def place_of(self, answer):
        return joined(self.http.url, answer.values("location")[0])
'''


@dataclass
class Server:
    """A running server and the wire to it."""

    wire: Wire
    token: str = TOKEN

    def observe(self, provider: str, path: str, *flags: str, packages: Path | None = None) -> dict[str, Any]:
        """Run the probe on the auditor's side; returns all that leaves it."""
        command = [sys.executable, "-m", "tests.live.media_runner", provider, f"{self._base}{path}"]
        environment = {**os.environ, "MEDIA_TOKEN": self.token}
        if packages is not None:
            environment["PYTHONPATH"] = str(packages)
        done = subprocess.run(
            self.wire.auditor.command(*command, "--allow", "10.99.0.0/24", *flags),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        for secret in (TOKEN, USER, PASSWORD):
            assert secret not in done.stdout + done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        schema = json.loads((shipped("schemas") / "facts" / "media.schema.json").read_text(encoding="utf-8"))
        if seen["facts"]:
            jsonschema.validate(seen["facts"], schema, cls=jsonschema.Draft202012Validator)
        assert seen["tasks_left"] == 0
        return seen

    def state(self) -> dict[str, int]:
        """Return what the server itself counts."""
        command = self.wire.vendor.command(sys.executable, "-c", ASK, f"{self._base}/state")
        state: dict[str, int] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return state

    @property
    def _base(self) -> str:
        return f"http://{self.wire.vendor.address}:8000"


@pytest.fixture
def server(need_program: Callable[[str], str], tmp_path: Path) -> Iterator[Server]:
    pytest.importorskip("aiortc")
    with wire(need_program) as made, (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "tests.live.whip_server", made.vendor.address, "8000"]
        process = subprocess.Popen(
            made.vendor.command(*command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env={**os.environ, "WHIP_TOKEN": TOKEN, "WHIP_LINK": LINK},
        )
        running = Server(made)
        try:
            _wait(running)
            yield running
        finally:
            process.kill()
            process.wait(5)
        assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def _wait(running: Server) -> None:
    for _ in range(100):
        with contextlib.suppress(subprocess.CalledProcessError):
            running.state()
            return
        time.sleep(0.1)
    pytest.fail("the WHIP server does not answer")


@pytest.mark.parametrize("provider", ["whip", "whep"])
def test_an_ordinary_session_reads_the_hello_and_is_deleted(server: Server, provider: str) -> None:
    seen = server.observe(provider, f"/{provider}")
    facts = seen["facts"]
    assert facts["server"]["as_client"]["srtp_profiles"] == THREE_PROFILES
    assert {each["name"] for each in facts["server"]["as_client"]["cipher_suites"]} == FOUR_SUITES
    assert facts["signalling"]["token_required"] is True
    assert facts["signalling"]["options"] == {"status": 204, "accept_post": ["application/sdp"]}
    assert facts["signalling"]["deleted"] is True
    assert server.state() == {"open": 0, "deleted": 1, "refused": 1}


def test_every_offer_apart_finds_what_it_accepts_as_a_server(server: Server) -> None:
    seen = server.observe("whip", "/whip", "--active")
    accepts = seen["facts"]["server"]["as_server"]
    assert accepts["versions"] == {"accepted": ["DTLSv1.2"], "rejected": ["DTLSv1.0", "DTLSv1.3"]}
    assert accepts["srtp_profiles"]["accepted"] == THREE_PROFILES
    assert "SRTP_AES128_CM_HMAC_SHA1_32" in accepts["srtp_profiles"]["rejected"]
    assert {each["name"] for each in accepts["cipher_suites"]["accepted"]} == FOUR_SUITES
    # It makes a certificate for each session, and each is the one that its description promised.
    assert seen["facts"]["server"]["fingerprint_matches"] is True
    state = server.state()
    assert state["open"] == 0
    assert 10 < state["deleted"] <= 20


def test_ice_servers_of_the_link_header_become_leads(server: Server) -> None:
    seen = server.observe("whip", "/whip")
    assert [each["uri"] for each in seen["facts"]["ice_servers"]] == [
        "turn:turn.acme.example:3478?transport=udp",
        "stun:stun.acme.example",
    ]
    turn, stun = seen["leads"]
    assert turn["target"]["roles"] == ["turn", "named_by_vendor"]
    assert (turn["with_credentials"], stun["with_credentials"]) == (True, False)


def test_a_wrong_token_is_told_from_none(server: Server) -> None:
    server.token = "wrong-token"  # noqa: S105 # it opens nothing
    seen = server.observe("whip", "/whip")
    assert seen["facts"]["signalling"]["token_required"] is True
    assert "refuses the token" in seen["unknown"]["server"]
    assert server.state() == {"open": 0, "deleted": 0, "refused": 2}


def test_a_look_that_is_cut_short_leaves_nothing(server: Server) -> None:
    for deadline in ("0.1", "0.3", "0.6", "1"):
        server.observe("whip", "/whip", "--active", "--deadline", deadline)
        assert server.state()["open"] == 0
    assert server.state()["deleted"] > 0


@pytest.mark.parametrize("flags", [(), ("--active",)])
def test_a_plug_in_brings_a_service_that_makes_the_offer_itself(
    server: Server, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    (tmp_path / "acme_audit.py").write_text(PLUG_IN, encoding="utf-8")
    information = tmp_path / "acme_audit-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-audit\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(
        "[vendor_audit.session_providers]\nacme = acme_audit:AcmeProvider\n", encoding="utf-8"
    )
    seen = server.observe("acme", "/offer", *flags, packages=tmp_path)
    facts = seen["facts"]
    assert facts["source"]["provider"] == "acme"
    assert [(each["by"], each["type"]) for each in facts["descriptions"]][:2] == [
        ("vendor", "offer"),
        ("client", "answer"),
    ]
    assert facts["server"]["as_client"]["srtp_profiles"] == THREE_PROFILES
    if flags:
        assert facts["server"]["as_server"]["srtp_profiles"]["accepted"] == THREE_PROFILES
        assert facts["server"]["fingerprint_matches"] is True
    assert server.state()["open"] == 0

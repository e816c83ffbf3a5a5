"""The media probe against the EchoTest of a real Janus, in network namespaces of the test's own."""

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

from tests.live.namespaces import Wire, bad_wire, wire
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
SECRET, ADMIN = "canary-janus-secret", "admin-secret"
FOUR_PROFILES = [
    "SRTP_AEAD_AES_256_GCM",
    "SRTP_AEAD_AES_128_GCM",
    "SRTP_AES128_CM_HMAC_SHA1_80",
    "SRTP_AES128_CM_HMAC_SHA1_32",
]
NULL_PROFILES = {"SRTP_NULL_HMAC_SHA1_80", "SRTP_NULL_HMAC_SHA1_32"}
SUITES_OF_THE_SERVER = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
}
"""Of those that Janus offers as a client, the ones for which its ECDSA certificate is of use."""
GENERAL = """
general: {{ configs_folder = "{folder}"; log_to_stdout = true; debug_level = 4; api_secret = "{secret}";
  admin_secret = "{admin}"; }}
nat: {{ ice_enforce_list = "10.99."; full_trickle = false; ice_lite = {lite}; }}
media: {{}}
plugins: {{ disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_lua.so,libjanus_nosip.so,\
libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,\
libjanus_videoroom.so,libjanus_voicemail.so" }}
transports: {{ disable = "libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so,\
libjanus_websockets.so" }}
loggers: {{ disable = "libjanus_jsonlog.so" }}
events: {{ broadcast = false }}
"""
HTTP = """
general: {{ json = "plain"; base_path = "/janus"; http = true; port = 8088; ip = "{address}"; https = false }}
admin: {{ admin_base_path = "/admin"; admin_http = true; admin_port = 7088; admin_ip = "{address}" }}
"""
ASK = (
    "import sys, urllib.request as u; "
    "print(u.urlopen(u.Request(sys.argv[1], sys.argv[2].encode()), timeout=5).read().decode())"
)


@dataclass
class Janus:
    """A running Janus and the wire to it."""

    wire: Wire
    log: Path

    def observe(self, *flags: str) -> dict[str, Any]:
        """Run the probe on the auditor's side; returns all that leaves it."""
        command = [sys.executable, "-m", "tests.live.media_runner", "janus", f"http://{self._address}:8088/janus"]
        done = subprocess.run(
            self.wire.auditor.command(*command, "--allow", "10.99.0.0/24", *flags),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, "MEDIA_TOKEN": SECRET},
        )
        assert done.returncode == 0, done.stderr
        assert SECRET not in done.stdout + done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        schema = json.loads((shipped("schemas") / "facts" / "media.schema.json").read_text(encoding="utf-8"))
        if seen["facts"]:
            jsonschema.validate(seen["facts"], schema, cls=jsonschema.Draft202012Validator)
        assert seen["tasks_left"] == 0
        return seen

    def sessions(self) -> list[int]:
        """Return the sessions that Janus itself says are there."""
        question = json.dumps({"janus": "list_sessions", "transaction": "x", "admin_secret": ADMIN})
        sessions: list[int] = json.loads(self._ask(f"http://{self._address}:7088/admin", question))["sessions"]
        return sessions

    def count(self, words: str) -> int:
        """Return how often something stands in the log of Janus."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(words)

    def wait(self) -> None:
        """Wait until it answers."""
        question = json.dumps({"janus": "ping", "transaction": "x"})
        for _ in range(100):
            try:
                if "pong" in self._ask(f"http://{self._address}:8088/janus", question):
                    return
            except subprocess.CalledProcessError:
                time.sleep(0.1)
        pytest.fail(f"Janus does not answer:\n{self.log.read_text(encoding='utf-8', errors='replace')[-3000:]}")

    @property
    def _address(self) -> str:
        return self.wire.vendor.address

    def _ask(self, url: str, question: str) -> str:
        command = self.wire.vendor.command(sys.executable, "-c", ASK, url, question)
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextlib.contextmanager
def _running(program: str, made: Wire, folder: Path, *, lite: bool = False) -> Iterator[Janus]:
    values = {
        "lite": str(lite).lower(),
        "folder": folder,
        "secret": SECRET,
        "admin": ADMIN,
        "address": made.vendor.address,
    }
    (folder / "janus.jcfg").write_text(GENERAL.format(**values), encoding="utf-8")
    (folder / "janus.transport.http.jcfg").write_text(HTTP.format(**values), encoding="utf-8")
    (folder / "janus.plugin.echotest.jcfg").write_text("general: {}\n", encoding="utf-8")
    log = folder / "janus.log"
    command = made.vendor.command(program, "-F", str(folder))
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    running = Janus(made, log)
    try:
        running.wait()
        yield running
    finally:
        process.kill()
        process.wait(5)


@pytest.fixture
def janus(need_program: Callable[[str], str], tmp_path: Path) -> Iterator[Janus]:
    program = need_program("janus")
    with wire(need_program) as made, _running(program, made, tmp_path) as running:
        yield running


def test_an_ordinary_session_reads_the_whole_hello_of_janus(janus: Janus) -> None:
    seen = janus.observe()
    client = seen["facts"]["server"]["as_client"]
    assert client["srtp_profiles"] == FOUR_PROFILES
    names = [each["name"] for each in client["cipher_suites"]]
    assert len(names) == 15
    assert {"TLS_RSA_WITH_AES_128_CBC_SHA", *SUITES_OF_THE_SERVER} <= set(names)
    assert client["groups"] == ["secp256r1"]
    assert "as_server" not in seen["facts"]["server"]
    assert "negotiated" not in seen["facts"]
    assert seen["facts"]["signalling"]["token_required"] is True
    assert janus.count("Creating new session") == 1
    assert janus.sessions() == []


def test_every_offer_apart_finds_what_janus_accepts_as_a_server(janus: Janus) -> None:
    seen = janus.observe("--active")
    server = seen["facts"]["server"]["as_server"]
    assert server["versions"] == {"accepted": ["DTLSv1.2"], "rejected": ["DTLSv1.0", "DTLSv1.3"]}
    assert server["srtp_profiles"]["accepted"] == FOUR_PROFILES
    assert set(server["srtp_profiles"]["rejected"]) >= NULL_PROFILES
    assert {each["name"] for each in server["cipher_suites"]["accepted"]} == SUITES_OF_THE_SERVER
    assert server["groups"]["accepted"] == ["secp256r1"]
    assert server["features"] == {
        "cookie_exchange": False,
        "secure_renegotiation": True,
        "extended_master_secret": True,
    }
    assert seen["facts"]["server"]["fingerprint_matches"] is True
    assert seen["facts"]["server"]["certificate"]["self_signed"] is True
    (negotiated,) = seen["facts"]["negotiated"]
    assert negotiated["srtp_profile"] == "SRTP_AEAD_AES_256_GCM"
    assert (negotiated["version"], negotiated["dtls_role"], negotiated["peer"]) == ("DTLSv1.2", "server", "vendor")
    assert seen["facts"]["server"]["as_client"]["srtp_profiles"] == FOUR_PROFILES
    assert set(seen["unknown"]) == {"relayed_addresses", "ice_servers"}


def test_no_session_and_no_handle_is_left_and_there_are_no_more_than_twenty(janus: Janus) -> None:
    seen = janus.observe("--active")
    created = janus.count("Creating new session")
    assert 10 < created <= 20
    assert janus.count("Destroying session") == created
    assert janus.count("Creating new handle") == janus.count("Detaching handle") == created
    assert janus.sessions() == []
    assert seen["facts"]["signalling"]["deleted"] is True


def test_a_look_that_is_cut_short_leaves_nothing(janus: Janus) -> None:
    for deadline in ("0.1", "0.2", "0.4", "0.8"):
        seen = janus.observe("--active", "--deadline", deadline)
        assert seen["tasks_left"] == 0
        assert janus.sessions() == []
    assert janus.count("Creating new session") > 0


def test_a_lite_agent_is_controlled_by_us_in_both_directions(
    need_program: Callable[[str], str], tmp_path: Path
) -> None:
    program = need_program("janus")
    with wire(need_program) as made, _running(program, made, tmp_path, lite=True) as running:
        seen = running.observe("--active")
    vendor = [each for each in seen["facts"]["descriptions"] if each["by"] == "vendor"]
    assert all(each["sections"][0]["ice_lite"] for each in vendor)
    assert seen["facts"]["server"]["as_client"]["srtp_profiles"] == FOUR_PROFILES
    assert seen["facts"]["server"]["as_server"]["srtp_profiles"]["accepted"] == FOUR_PROFILES


def test_a_fifth_of_the_packets_lost_and_a_tenth_of_a_second_more_change_no_fact(
    need_program: Callable[[str], str], tmp_path: Path
) -> None:
    program = need_program("janus")
    with (
        bad_wire(need_program, loss=0.2, delay=0.05) as made,
        _running(program, made, tmp_path) as running,
    ):
        seen = running.observe("--active")
        assert running.sessions() == []
    server = seen["facts"]["server"]["as_server"]
    assert server["versions"]["accepted"] == ["DTLSv1.2"]
    assert not NULL_PROFILES & set(server["srtp_profiles"]["accepted"])
    assert {each["name"] for each in server["cipher_suites"]["accepted"]} <= SUITES_OF_THE_SERVER
    # What packets that got lost did not let us see is unknown, and never refused.
    for found, all_of_it, path in (
        (server["srtp_profiles"]["accepted"], FOUR_PROFILES, "server.as_server.srtp_profiles.accepted"),
        (server["cipher_suites"]["accepted"], SUITES_OF_THE_SERVER, "server.as_server.cipher_suites.accepted"),
    ):
        assert len(found) == len(all_of_it) or path in seen["unknown"]
    assert "DTLSv1.2" not in server["versions"]["rejected"]
    assert seen["facts"]["server"]["as_client"]["srtp_profiles"] == FOUR_PROFILES

"""Captures made anew of real calls: what Chromium dumps, and the packets of OpenSSL's own DTLS."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.probes.media.capture.chromium import CANARIES, dumps_of_a_call
from tests.probes.media.capture.packet_files import packet, pcap, pcapng
from vendor_audit.probes.media.capture.facts import Facts, extract, facts_of
from vendor_audit.probes.media.capture.sniff import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.live
LOOPBACK = "127.0.0.1"


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reserved:
        reserved.bind((LOOPBACK, 0))
        port: int = reserved.getsockname()[1]
        return port


@pytest.fixture
def turn(
    need_program: Callable[[str], str],
    start_program: Callable[[list[str], int], None],
    free_port: Callable[[], int],
    tmp_path: Path,
) -> str:
    """Start a TURN server on loopback and return its URI."""
    port = free_port()
    command = [
        *(need_program("turnserver"), "-n", "--no-cli", "--no-tls", "--no-dtls", "-L", LOOPBACK, "-p", str(port)),
        *("--lt-cred-mech", "-u", "canary-user:canary-password", "-r", "acme.example", "--allow-loopback-peers"),
        *("--pidfile", str(tmp_path / "pid"), "--log-file", "stdout", "--userdb", str(tmp_path / "users")),
    ]
    start_program(command, port)
    return f"turn:{LOOPBACK}:{port}?transport=udp"


def told(content: bytes) -> tuple[Facts, str]:
    capture = read(content)
    found = facts_of(capture, "00")
    return found, repr(found) + extract(capture, found).decode()


async def test_both_dumps_of_a_call_tell_what_chromium_negotiated(
    need_program: Callable[[str], str], turn: str, tmp_path: Path
) -> None:
    internals, rtcstats = await dumps_of_a_call(need_program("chromium"), turn, tmp_path)
    for content, name in ((internals, "webrtc-internals"), (rtcstats, "rtcstats")):
        found, kept = told(content)
        facts = found.facts
        assert facts["source"]["format"] == name
        assert facts["source"]["browser"].startswith("Chromium ")
        peers = [each["peer"] for each in facts["negotiated"]]
        assert peers == ["unknown", "unknown", "vendor"]
        one, other, server = facts["negotiated"]
        assert {one["dtls_role"], other["dtls_role"]} == {"client", "server"}
        assert {one["version"], other["version"]} <= {"DTLSv1.2", "DTLSv1.3"}
        assert one["version"] == other["version"]
        assert one["srtp_profile"] == other["srtp_profile"]
        # The agent that plays the server has OpenSSL behind it, which speaks no DTLS 1.3.
        assert server["version"] == "DTLSv1.2"
        assert server["cipher_suite"].startswith("TLS_ECDHE_ECDSA_")
        assert all(each["fingerprint_matches"] for each in facts["negotiated"])
        assert facts["selected_pairs"][2]["local"] == {"type": "relay", "relay_protocol": "udp"}
        assert facts["relayed_addresses"] == [LOOPBACK]
        assert facts["ice_servers"] == [{"uri": turn}]
        assert facts["frame_encryption"] == {"encoded_insertable_streams": True}
        assert facts["keying"]["plain_rtp"] is False
        for canary in CANARIES:
            assert canary not in kept


class Tap:
    """A relay between a DTLS client and a server that keeps every datagram."""

    def __init__(self, server: int) -> None:
        self.packets: list[bytes] = []
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind((LOOPBACK, 0))
        self._far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._far.connect((LOOPBACK, server))
        self.port: int = self._near.getsockname()[1]
        self._server = (LOOPBACK, server)
        self._client = ("", 0)
        self._stopping = False
        for source in (self._near, self._far):
            source.settimeout(0.1)
        self._threads = [threading.Thread(target=each) for each in (self._forth, self._back)]
        for thread in self._threads:
            thread.start()

    def _forth(self) -> None:
        while not self._stopping:
            with contextlib.suppress(OSError):
                payload, self._client = self._near.recvfrom(65_536)
                self.packets.append(packet(self._client, self._server, payload))
                self._far.send(payload)

    def _back(self) -> None:
        while not self._stopping:
            with contextlib.suppress(OSError):
                payload = self._far.recv(65_536)
                self.packets.append(packet(self._server, self._client, payload))
                self._near.sendto(payload, self._client)

    def stop(self) -> None:
        self._stopping = True
        for thread in self._threads:
            thread.join()
        self._near.close()
        self._far.close()


@pytest.mark.parametrize("profile", ["SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_32", "SRTP_AEAD_AES_128_GCM", ""])
def test_the_packets_of_a_dtls_handshake_tell_what_openssl_says(
    need_program: Callable[[str], str], tmp_path: Path, profile: str
) -> None:
    openssl = need_program("openssl")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=a"]
    subprocess.run([openssl, *making, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    port = free_udp_port()
    srtp = ["-use_srtp", profile] if profile else []
    serving = [openssl, "s_server", "-dtls", "-port", str(port), "-key", key, "-cert", certificate, "-quiet", *srtp]
    with subprocess.Popen(
        serving, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        tap = Tap(port)
        try:
            time.sleep(0.3)
            asking = [openssl, "s_client", "-dtls", "-connect", f"{LOOPBACK}:{tap.port}", *srtp]
            client = subprocess.run(asking, input=b"", capture_output=True, check=False, timeout=20)
        finally:
            tap.stop()
            server.kill()
    said = client.stdout.decode(errors="replace")
    assert "Cipher is ECDHE-ECDSA-AES256-GCM-SHA384" in said
    for content in (pcap(tap.packets), pcapng(tap.packets, ("sll2", "null"))):
        (entry,) = told(content)[0].facts["negotiated"]
        assert entry["version"] == "DTLSv1.2"
        assert entry["cipher_suite"] == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        named = {
            "SRTP_AES128_CM_SHA1_80": "SRTP_AES128_CM_HMAC_SHA1_80",
            "SRTP_AES128_CM_SHA1_32": "SRTP_AES128_CM_HMAC_SHA1_32",
        }
        assert entry.get("srtp_profile", "") == named.get(profile, profile)


def test_what_tcpdump_writes_is_read(need_program: Callable[[str], str], tmp_path: Path) -> None:
    tcpdump = need_program("tcpdump")
    source = tmp_path / "one.pcap"
    source.write_bytes(pcap([packet((LOOPBACK, 5), (LOOPBACK, 6), b"\x16" * 20)]))
    copy = tmp_path / "two.pcap"
    subprocess.run([tcpdump, "-r", str(source), "-w", str(copy)], check=True, capture_output=True)
    found, _ = told(copy.read_bytes())
    assert found.facts["source"]["captured"] == "2020-09-13T12:26:40Z"

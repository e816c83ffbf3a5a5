"""The tls probe against real servers: what it finds is what the servers were told to offer, and what sslscan finds."""

from __future__ import annotations

import base64
import json
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.observation import Sight

pytestmark = pytest.mark.live


def check_schema(sight: Sight) -> None:
    schema = json.loads((shipped("schemas") / "facts" / "tls.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(sight.facts)


def run(command: list[str]) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def dh_parameters(prime: int) -> str:
    """Return PKCS #3 parameters with generator 2: SEQUENCE {INTEGER, INTEGER}."""
    number = prime.to_bytes(prime.bit_length() // 8 + 1)
    body = b"\x02\x81" + bytes([len(number)]) + number + b"\x02\x01\x02"
    der = base64.encodebytes(b"\x30\x81" + bytes([len(body)]) + body).decode()
    return f"-----BEGIN DH PARAMETERS-----\n{der}-----END DH PARAMETERS-----\n"


def suites(sight: Sight, version: str) -> set[int]:
    return {int(each["code"], 16) for each in sight.facts["cipher_suites"]["accepted"] if each["version"] == version}


def sslscan(program: str, port: int) -> tuple[dict[str, set[int]], set[str]]:
    """Return suites by version and groups, as sslscan sees them."""
    command = [program, "--no-colour", "--xml=-", "--no-heartbleed", "--sni-name=localhost", f"127.0.0.1:{port}"]
    report = run(command)
    found: dict[str, set[int]] = {}
    root = ET.fromstring(report)  # noqa: S314 # our own program's output
    for each in root.iter("cipher"):
        found.setdefault(each.attrib["sslversion"], set()).add(int(each.attrib["id"], 16))
    return found, {each.attrib["name"] for each in root.iter("group")}


SSLSCAN_GROUPS = {"secp256r1 (NIST P-256)": "secp256r1", "secp384r1 (NIST P-384)": "secp384r1"} | {
    "secp521r1 (NIST P-521)": "secp521r1"
}


async def test_nginx_with_rsa_is_seen_as_sslscan_sees_it(
    authority: Any, rsa_key: rsa.RSAPrivateKey, start_nginx: Any, observe_tls: Any, need_program: Callable[[str], str]
) -> None:
    port = start_nginx(authority.issue(key=rsa_key))
    sight, network = await observe_tls(port)
    check_schema(sight)
    peers_suites, peers_groups = sslscan(need_program("sslscan"), port)

    assert sight.facts["versions"] == {"accepted": ["TLSv1.2", "TLSv1.3"], "rejected": ["SSLv3", "TLSv1.0", "TLSv1.1"]}
    assert suites(sight, "TLSv1.2") == peers_suites["TLSv1.2"]
    assert suites(sight, "TLSv1.3") == peers_suites["TLSv1.3"]
    ours = {name.lower() for name in sight.facts["groups"]["accepted"]}
    theirs = {SSLSCAN_GROUPS.get(name, name).lower() for name in peers_groups}
    assert theirs <= ours
    # Not every sslscan knows the hybrids that an OpenSSL of 3.5 or newer offers.
    assert {name for name in ours - theirs if "mlkem" not in name} == set()
    assert {"secp256r1", "secp384r1", "x25519", "ffdhe2048"} <= ours
    assert len(suites(sight, "TLSv1.2")) >= 25
    assert sight.unknown == {}
    assert network.connections_opened <= 76


async def test_a_server_with_ecdsa_and_its_own_order_is_seen(
    authority: Any, start_nginx: Any, observe_tls: Any
) -> None:
    lines = "ssl_protocols TLSv1.2; ssl_prefer_server_ciphers on; ssl_ecdh_curve secp384r1:prime256v1:X25519;"
    sight, _ = await observe_tls(start_nginx(authority.issue(key=ec.generate_private_key(ec.SECP256R1())), lines))
    assert sight.facts["versions"]["accepted"] == ["TLSv1.2"]
    assert "TLSv1.3" in sight.facts["versions"]["rejected"]
    assert {each["authentication"] for each in sight.facts["cipher_suites"]["accepted"]} == {"ECDSA"}
    assert sight.facts["cipher_suites"]["server_preference"] == {"TLSv1.2": True}
    # Every client must list secp256r1, the certificate's own curve; this server prefers it to x25519.
    assert set(sight.facts["groups"]["accepted"]) >= {"secp256r1", "secp384r1"}


async def test_a_server_with_nothing_but_tls_13_is_seen(authority: Any, start_nginx: Any, observe_tls: Any) -> None:
    sight, network = await observe_tls(start_nginx(authority.issue(), "ssl_protocols TLSv1.3;"))
    check_schema(sight)
    assert sight.facts["versions"]["accepted"] == ["TLSv1.3"]
    assert len(suites(sight, "TLSv1.3")) == 3
    assert sight.facts["features"] == {
        "alpn": ["http/1.1"],
        "compression": False,
        "secure_renegotiation": True,
        "extended_master_secret": True,
        "ocsp_stapled": False,
    }
    assert sight.facts["certificate"]["names"] == ["localhost"]
    assert sight.unknown == {}
    assert network.connections_opened < 40


async def test_http2_is_seen_beside_http11(authority: Any, start_nginx: Any, observe_tls: Any) -> None:
    for version in ("TLSv1.2", "TLSv1.3"):
        sight, _ = await observe_tls(start_nginx(authority.issue(), f"ssl_protocols {version};", listen="ssl http2"))
        assert sight.facts["features"]["alpn"] == ["h2", "http/1.1"]


async def test_a_weak_server_shows_all_its_suites(
    authority: Any, start_openssl: Any, observe_tls: Any, need_program: Callable[[str], str]
) -> None:
    issued = authority.issue(key=rsa.generate_private_key(65537, 1024))  # noqa: S505 # weak on purpose
    arguments = ["-cipher", "ALL:eNULL:aNULL:@SECLEVEL=0", "-min_protocol", "TLSv1", "-max_protocol", "TLSv1.2"]
    port = start_openssl(issued, arguments)
    sight, _ = await observe_tls(port)
    check_schema(sight)
    assert sight.facts["versions"]["accepted"] == ["TLSv1.0", "TLSv1.1", "TLSv1.2"]
    assert sight.facts["versions"]["rejected"] == ["SSLv3", "TLSv1.3"]
    assert [len(suites(sight, version)) for version in ("TLSv1.0", "TLSv1.1", "TLSv1.2")] == [20, 20, 61]
    names = {each["name"] for each in sight.facts["cipher_suites"]["accepted"]}
    assert {"TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256", "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256"} <= names
    assert sight.facts["groups"]["finite_field"]["bits"] == 1024
    assert sight.facts["certificate"]["key"] == {"type": "RSA", "bits": 1024}
    assert sight.facts["certificate"]["trusted"] is False
    assert sight.facts["features"]["compression"] is False

    peers_suites, _ = sslscan(need_program("sslscan"), port)
    for version in ("TLSv1.0", "TLSv1.1", "TLSv1.2"):
        assert suites(sight, version) == peers_suites[version]


async def test_a_prime_of_the_servers_own_is_not_named(
    authority: Any, rsa_key: rsa.RSAPrivateKey, start_openssl: Any, observe_tls: Any, tmp_path: Any
) -> None:
    parameters = tmp_path / "dh.pem"
    prime = int(run(["openssl", "prime", "-generate", "-bits", "1024"]))
    parameters.write_text(dh_parameters(prime), encoding="ascii")
    arguments = ["-cipher", "DHE-RSA-AES128-SHA:@SECLEVEL=0", "-tls1_2", "-dhparam", str(parameters)]
    sight, _ = await observe_tls(start_openssl(authority.issue(key=rsa_key), arguments))
    assert sight.facts["groups"]["finite_field"] == {"bits": 1024, "named": False}
    assert sight.facts["groups"]["accepted"] == []
    assert sight.facts["cipher_suites"]["server_preference"] == {}


async def test_a_staple_is_seen(authority: Any, start_openssl: Any, observe_tls: Any, tmp_path: Any) -> None:
    root = authority.issue("Test Root", is_ca=True)
    issued = authority.issue(by=root)
    index = tmp_path / "index.txt"
    index.write_text("", encoding="ascii")
    response = tmp_path / "ocsp.der"
    command = ["openssl", "ocsp", "-issuer", str(root.certificate_file), "-cert", str(issued.certificate_file)]
    command += ["-index", str(index), "-CA", str(root.certificate_file), "-rsigner", str(root.certificate_file)]
    command += ["-rkey", str(root.key_file), "-respout", str(response), "-noverify"]
    run(command)
    for version in ("-tls1_2", "-tls1_3"):
        port = start_openssl(issued, [version, "-status_file", str(response)])
        sight, _ = await observe_tls(port)
        assert sight.facts["features"]["ocsp_stapled"] is True, version

"""What can go wrong on the way to a vendor: each has its own finding, none passes, nothing is established."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.audit.run import RunSettings, run_audit
from vendor_audit.checklist.load import load_catalogue
from vendor_audit.lab.dns_server import LabDnsServer
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = """
vendor: {{name: Nobody}}
product: {{name: Nothing, features: {{recording: false}}}}
customer: {{name: Us}}
endpoints: [{{url: "https://{host}:{port}/", role: join_page}}]
network: {{{network}}}
"""
PINNED = "resolve: {gone.example: 127.0.0.1}"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on with no time: close() sends a reset."""


@contextlib.contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server on loopback that does this with each connection; give its port."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    held: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                held.append(connection)
                with contextlib.suppress(OSError):
                    serve(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for each in held:
            each.close()
        thread.join(5)


def reset(connection: socket.socket) -> None:
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def speak_http(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    connection.close()


def audit(folder: Path, port: int, network: str = PINNED, host: str = "gone.example") -> dict[str, Any]:
    path = folder / "acme.yaml"
    path.write_text(FILE.format(host=host, port=port, network=network), encoding="utf-8")
    settings = RunSettings(deadline=30, timeout=0.4)
    return run_audit(read_vendor_file(path), load_catalogue(), settings, folder / "audit")


def errors(document: dict[str, Any], probe: str) -> set[str]:
    return {each["error"]["kind"] for each in document["observations"] if each["probe"] == probe and "error" in each}


def assert_not_established(document: dict[str, Any], said: str) -> None:
    assert document["gate"]["exit_code"] == 3, document["gate"]
    assert not document["gate"]["passed"]
    seen = {each["id"] for each in document["observations"] if each["probe"] in {"tls", "http"}}
    judged = [each for each in document["findings"] if seen & set(each["observations"])]
    assert judged
    assert {each["verdict"] for each in judged} <= {"inconclusive", "not_applicable"}
    tls = [each["reason"] for each in judged if each["check"] == "art32.tls-version"]
    assert tls
    assert all(said in each for each in tls), tls


def test_a_closed_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    document = audit(tmp_path, port)
    assert errors(document, "tls") == {"connection_refused"}
    assert_not_established(document, "refused the connection")


def test_a_port_that_speaks_something_else(tmp_path: Path) -> None:
    with listener(speak_http) as port:
        document = audit(tmp_path, port)
    assert errors(document, "tls") == {"not_tls"}
    assert_not_established(document, "speaks no TLS")


def test_a_reset_in_the_middle_of_the_handshake(tmp_path: Path) -> None:
    with listener(reset) as port:
        document = audit(tmp_path, port)
    assert errors(document, "tls") == {"connection_reset"}
    assert_not_established(document, "resets the connection")


def test_a_host_that_takes_connections_and_says_nothing(tmp_path: Path) -> None:
    with listener(lambda _: None) as port:
        document = audit(tmp_path, port)
    assert errors(document, "tls") == {"connection_timeout"}
    assert_not_established(document, "takes connections, but")


def test_a_private_address_that_nobody_allowed(tmp_path: Path) -> None:
    document = served(tmp_path, "gone 300 IN A 10.1.2.3")
    assert errors(document, "tls") == {"address_not_allowed"}
    assert_not_established(document, "not a public address")


def test_a_name_that_does_not_exist(tmp_path: Path) -> None:
    document = served(tmp_path, "other 300 IN A 127.0.0.1")
    assert errors(document, "tls") == {"dns_nxdomain"}
    assert_not_established(document, "does not exist")


def test_a_resolver_that_does_not_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        network = f'nameservers: ["127.0.0.1:{silent.getsockname()[1]}"]'
        document = audit(tmp_path, 443, network)
    assert errors(document, "tls") == {"dns_timeout"}
    assert_not_established(document, "no DNS server answered")


def served(folder: Path, line: str) -> dict[str, Any]:
    """Return the audit of gone.example with a zone that has this line."""
    zone = f"@ 300 IN SOA ns admin 1 2 3 4 5\n@ 300 IN NS ns\nns 300 IN A 127.0.0.1\n{line}\n"
    ready, stop = threading.Event(), threading.Event()
    port: list[int] = []

    async def run() -> None:
        server = LabDnsServer({"example": zone})
        await server.start()
        port.append(server.port)
        ready.set()
        await asyncio.to_thread(stop.wait)
        await server.stop()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    ready.wait(5)
    try:
        return audit(folder, 443, f'nameservers: ["127.0.0.1:{port[0]}"]')
    finally:
        stop.set()
        thread.join(5)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_the_operator_wrote_is_looked_at_and_localhost_is_not_what_dns_says(tmp_path: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    network = PINNED if host == "127.0.0.1" else "resolve: {localhost: 127.0.0.1}"
    assert errors(audit(tmp_path, port, network, host), "tls") == {"connection_refused"}

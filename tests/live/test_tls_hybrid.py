"""Post-quantum groups of a server with a recent OpenSSL."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.live


def serve(listener: socket.socket, context: Any, ssl_module: Any) -> None:
    """Shake hands with whoever comes, one at a time, until the listener is closed."""
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        peer.settimeout(5)
        connection = ssl_module.Connection(context, None)
        connection.set_accept_state()
        with peer:
            shake_hands(peer, connection, ssl_module)


def shake_hands(peer: socket.socket, connection: Any, ssl_module: Any) -> None:
    while True:
        failed = finished = False
        try:
            connection.do_handshake()
            finished = True
        except ssl_module.WantReadError:
            pass
        except ssl_module.Error:
            failed = True
        try:
            peer.sendall(connection.bio_read(1 << 17))
        except ssl_module.WantReadError:
            pass
        except OSError:
            return
        if finished or failed:
            return
        try:
            data = peer.recv(1 << 16)
        except OSError:
            return
        if not data:
            return
        connection.bio_write(data)


@pytest.fixture
def start_hybrid(authority: Any) -> Iterator[Callable[[], int]]:
    """Return a function that starts a server with the OpenSSL that comes with the `cryptography` wheel."""
    try:
        from OpenSSL import SSL  # noqa: PLC0415 # a tool of the tests, that may be missing
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail("pyOpenSSL is missing: with CI=true a skipped live test is a failure")
        pytest.skip("pyOpenSSL is not installed")
    listeners: list[socket.socket] = []

    def start() -> int:
        issued = authority.issue()
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.use_certificate_file(str(issued.certificate_file))
        context.use_privatekey_file(str(issued.key_file))
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, context, SSL), daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


async def test_the_hybrid_groups_are_seen(start_hybrid: Any, observe_tls: Any) -> None:
    sight, _ = await observe_tls(start_hybrid())
    assert {"X25519MLKEM768", "x25519", "secp256r1"} <= set(sight.facts["groups"]["accepted"])
    assert sight.facts["versions"]["accepted"] == ["TLSv1.2", "TLSv1.3"]
    assert "groups.accepted" not in sight.unknown

from __future__ import annotations

import socket
import threading

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.lab.background import running_vendor


def test_the_vendor_runs_beside_the_block_and_stops_with_it() -> None:
    with running_vendor() as lab:
        port = lab.ports.meet
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
    assert "demonstration vendor" not in {each.name for each in threading.enumerate()}


def test_a_taken_port_ends_the_start_with_its_sentence() -> None:
    with running_vendor(fixed_ports=True) as lab:
        said = str(lab.ports.meet)
        with pytest.raises(UsageError, match=said), running_vendor(fixed_ports=True):
            pass

"""coturn on free loopback ports, for tests of what a real TURN server does."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "canary-user-7f3a", "canary-password-91bc"
LONG_TERM = ("-a", "-u", f"{USER}:{PASSWORD}")


@dataclass
class Coturn:
    """A running coturn."""

    port: int
    tls_port: int
    cli_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = dataclasses.field(default=None, repr=False)

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self.folder / "turn.log").read_text(encoding="utf-8", errors="replace")

    prefix: tuple[str, ...] = ()
    """The command in front of its own: where it is not in this network namespace."""

    def sessions(self) -> int:
        """Return how many allocations it has now, by its own count on its command line interface."""
        if not self.prefix:
            return sessions_at(self.cli_port)
        command = [*self.prefix, sys.executable, "-m", "tests.live.coturn", str(self.cli_port)]
        return int(subprocess.run(command, capture_output=True, check=True, timeout=20).stdout)

    def wait_for_no_sessions(self) -> None:
        """Return when it counts no allocation; fail after five seconds: they would last ten minutes."""
        deadline = time.monotonic() + 5
        while (count := self.sessions()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert count == 0, self.log[-3_000:]


def sessions_at(port: int) -> int:
    """Return the count of allocations that coturn's command line interface gives."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.settimeout(5)
        text = b""
        sent = 0
        commands = [b"secret\n", b"ps\n", b"quit\n"]
        with contextlib.suppress(OSError):
            while data := line.recv(65_536):
                text += data
                if text.rstrip().endswith((b"password:", b">")) and sent < len(commands):
                    line.sendall(commands[sent])
                    sent += 1
    found = re.search(rb"Total sessions: (\d+)", text)
    assert found, text
    return int(found[1])


def free_ports(count: int) -> list[int]:
    """Return ports that are free for UDP and TCP with their successors, which coturn takes for RFC 5780."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
        if port < 65_000 and all(abs(port - each) > 1 for each in found) and _all_free(port):
            found.append(port)
    return found


def _all_free(port: int) -> bool:
    for number in (port, port + 1):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(type=kind) as one:
                try:
                    one.bind(("127.0.0.1", number))
                except OSError:
                    return False
    return True


@contextlib.contextmanager
def running_coturn(
    program: str,
    folder: Path,
    *arguments: str,
    addresses: tuple[str, ...] = ("127.0.0.1",),
    prefix: tuple[str, ...] = (),
) -> Iterator[Coturn]:
    """Start coturn, wait until it listens, and end it afterwards.

    Args:
        program: the path of turnserver.
        folder: for its log, database and pid file.
        arguments: beyond ports and addresses.
        addresses: to listen on and to relay from.
        prefix: a command that runs it, such as ``ip netns exec NAME``.
    """
    port, tls_port, cli_port = free_ports(3)
    server = Coturn(port, tls_port, cli_port, folder, prefix=prefix)
    command = [*prefix, program, "-n", "--cli-password=secret", f"--cli-port={cli_port}", "-r", "example.org", "-v"]
    command += [f"--listening-port={port}", f"--tls-listening-port={tls_port}", "-m", "1"]
    command += [f"--log-file={folder / 'turn.log'}", "--simple-log", "--no-stdout-log", f"--pidfile={folder / 'pid'}"]
    command += [f"--userdb={folder / 'turndb'}", "--min-port=50000", "--max-port=59999"]
    for each in addresses:
        command += [f"--listening-ip={each}", f"--relay-ip={each}"]
    output = (folder / "output.txt").open("wb")
    with output:
        process = subprocess.Popen([*command, *arguments], stdout=output, stderr=subprocess.STDOUT)
        server.process = process
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def _wait(server: Coturn, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if "CLI listener opened" in server.log:
                server.sessions()
                return
        time.sleep(0.05)
    shown = (server.folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2_000:]
    pytest.fail(f"coturn does not listen (exit code {process.poll()}): {shown}")


if __name__ == "__main__":
    sys.stdout.write(str(sessions_at(int(sys.argv[1]))))

"""Two network namespaces with a wire between them: ICE stacks leave loopback out, and only here can a wire be bad."""

from __future__ import annotations

import contextlib
import fcntl
import heapq
import itertools
import os
import random
import select
import signal
import struct
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_counter = itertools.count()
_TUNSETIFF = 0x400454CA
_TUN, _NO_HEADER = 0x0001, 0x1000
_UDP = 17
_PACKET = 65_536


@dataclass(frozen=True)
class Side:
    """One end of the wire."""

    namespace: str
    device: str
    address: str
    """IPv4, on the wire."""

    def command(self, *arguments: str) -> list[str]:
        """Return the command that runs another one in this namespace."""
        return ["ip", "netns", "exec", self.namespace, *arguments]


@dataclass(frozen=True)
class Wire:
    """Both ends."""

    vendor: Side
    auditor: Side


@contextlib.contextmanager
def wire(need_program: Callable[[str], str]) -> Iterator[Wire]:
    """Make two namespaces that see each other and nothing else, joined by veth.

    Whatever runs in them at the end is ended. Skips the test where that is not possible: no `ip`, or not the rights.
    """
    with _namespaces(need_program) as made:
        peer = ["peer", "name", made.auditor.device, "netns", made.auditor.namespace]
        _run("ip", "-n", made.vendor.namespace, "link", "add", made.vendor.device, "type", "veth", *peer)
        _set_up(made.vendor)
        _set_up(made.auditor)
        yield made


@contextlib.contextmanager
def bad_wire(need_program: Callable[[str], str], *, loss: float, delay: float, seed: int = 1) -> Iterator[Wire]:
    """Make two namespaces as `wire` does, but lose this share of the UDP packets and hold the others for so long.

    Not every kernel has netem, so the wire is two TUN devices with a thread of this process between them. TCP is spared
    the loss, not the delay: what is tried is DTLS over a bad wire, and not the kernel's TCP.

    Args:
        need_program: the fixture.
        loss: share of the UDP packets of each direction, 0 to 1.
        delay: seconds that every packet is held, in each direction.
        seed: which packets are lost.
    """
    with _namespaces(need_program) as made, contextlib.ExitStack() as stack:
        handles = []
        for side in (made.vendor, made.auditor):
            try:
                handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
                stack.callback(os.close, handle)
                # Made in our own namespace, under a name that is this test's alone, and moved at once.
                fcntl.ioctl(handle, _TUNSETIFF, struct.pack("16sH22x", side.namespace.encode(), _TUN | _NO_HEADER))
            except OSError as error:
                pytest.skip(f"TUN devices do not work here: {error}")
            _run("ip", "link", "set", side.namespace, "netns", side.namespace, "name", side.device)
            _set_up(side)
            handles.append(handle)
        stop = threading.Event()
        carrier = threading.Thread(target=_carry, args=(handles, loss, delay, random.Random(seed), stop))  # noqa: S311 # no secret
        carrier.start()
        try:
            yield made
        finally:
            stop.set()
            carrier.join()


@contextlib.contextmanager
def _namespaces(need_program: Callable[[str], str]) -> Iterator[Wire]:
    need_program("ip")
    if os.geteuid() != 0:
        pytest.skip("making network namespaces needs root")
    stem = f"va{os.getpid()}x{next(_counter)}"
    made = Wire(Side(f"{stem}v", "wire", "10.99.0.1"), Side(f"{stem}a", "wire", "10.99.0.2"))
    try:
        for side in (made.vendor, made.auditor):
            _run("ip", "netns", "add", side.namespace)
            _run("ip", "-n", side.namespace, "link", "set", "lo", "up")
        yield made
    finally:
        for side in (made.vendor, made.auditor):
            _end(side.namespace)


def _set_up(side: Side) -> None:
    _run("ip", "-n", side.namespace, "addr", "add", f"{side.address}/24", "dev", side.device)
    _run("ip", "-n", side.namespace, "link", "set", side.device, "up")


def _carry(handles: list[int], loss: float, delay: float, chance: random.Random, stop: threading.Event) -> None:
    """Carry packets from one TUN device to the other until told to stop."""
    held: list[tuple[float, int, int, bytes]] = []
    count = itertools.count()
    while not stop.is_set():
        wait = max(0.0, min(0.05, held[0][0] - time.monotonic())) if held else 0.05
        for handle in select.select(handles, [], [], wait)[0]:
            packet = os.read(handle, _PACKET)
            is_udp = packet[0] >> 4 == 4 and packet[9] == _UDP
            if not (is_udp and chance.random() < loss):
                other = handles[1 - handles.index(handle)]
                heapq.heappush(held, (time.monotonic() + delay, next(count), other, packet))
        while held and held[0][0] <= time.monotonic():
            _, _, other, packet = heapq.heappop(held)
            with contextlib.suppress(OSError):
                os.write(other, packet)


def _end(namespace: str) -> None:
    """End what runs in a namespace of our own, and take the namespace away."""
    found = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=False)
    for number in found.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)
    subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"'{' '.join(command)}' does not work here: {done.stderr.strip()}")

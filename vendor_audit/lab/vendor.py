"""The demonstration vendor "Acme Video" as a whole: names, certificates, web hosts, signalling and media on loopback.

Two decisions: each virtual host has its own port, because TLS versions cannot differ behind one; and the committed
vendor files name fixed ports, so that ``vendor-audit run examples/acme/acme.yaml`` works as it stands while the vendor
is served on them. On other ports (tests, the one-shot demonstration) `LabVendor.write_vendor_file` writes a copy of
the vendor file with the ports that are in use.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vendor_audit.errors import UsageError
from vendor_audit.lab.certificates import LabAuthority, ec_key, rsa_key, validity
from vendor_audit.lab.media_hosts import MediaHosts
from vendor_audit.lab.media_server import METHODS, MediaServer
from vendor_audit.lab.names import start_names
from vendor_audit.lab.ports import FIXED, FIXED_FLAWLESS, FREE, Ports, bind_datagrams, listen, listen_on_both
from vendor_audit.lab.site import DOMAIN, HOSTS, Site, rewrite_ports
from vendor_audit.lab.tls import TlsProfile, server_context
from vendor_audit.lab.turn_server import TurnServer, TurnSockets
from vendor_audit.lab.web import WebServer
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    import socket
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric import rsa

    from vendor_audit.lab.certificates import Issued

VENDOR_FILE = "acme.yaml"
_COPIED = (VENDOR_FILE, "lab-ca.pem", "documents", "captures")
_WITH_PORTS = frozenset({".yaml", ".json"})
"""Endings of the files in which ports are rewritten."""


@dataclass(frozen=True, slots=True)
class _Host:
    """How a virtual host speaks TLS."""

    profile: TlsProfile = TlsProfile.SOUND
    days_left: int = 80
    certified_name: str = ""
    """The label that the certificate names; empty: the host's own."""
    rsa: bool = False


_FLAWED = {
    "api": _Host(TlsProfile.OLD_SUITES, rsa=True),
    "signal": _Host(TlsProfile.OLD_VERSIONS, rsa=True),
    "recordings": _Host(days_left=9),
    "files": _Host(certified_name="meet"),
}
"""The hosts with planted flaws; examples/acme/planted.yaml says what is to be found there."""


_ON_BOTH = frozenset({"turn", "turns"})
"""Ports with a TCP and a UDP socket."""


@dataclass(frozen=True, slots=True)
class _Sockets:
    """By the names of `Ports`."""

    tcp: dict[str, socket.socket] = field(default_factory=dict)
    udp: dict[str, socket.socket] = field(default_factory=dict)


class LabVendor:
    """``async with LabVendor() as lab:`` runs the vendor; everything is closed at the end."""

    def __init__(self, *, flawless: bool = False, ports: Ports = FREE) -> None:
        """Take which of the two vendors to run, and where; nothing is opened yet."""
        self.flawless = flawless
        self.ports = ports
        self.folder = shipped("examples") / ("flawless" if flawless else "acme")
        """Where the committed vendor file and its documents stand."""
        self.written = FIXED_FLAWLESS if flawless else FIXED
        """The ports in the committed vendor file."""
        self.relay: TurnServer | None = None
        """The TURN server, once it runs."""
        self.media: MediaServer | None = None
        """The media server, once it runs."""
        self._media = MediaHosts(flawless=flawless)
        self._running = contextlib.AsyncExitStack()

    def environment(self) -> dict[str, str]:
        """Return the values of the environment variables that the vendor file names: a test account's access data.

        The flawless vendor's TURN user is made at each call and lives for half a day.
        """
        return self._media.environment()

    @property
    def ca_pem(self) -> str:
        """The certificate that a client of the lab trusts, PEM."""
        return (self.folder / "lab-ca.pem").read_text(encoding="ascii")

    async def __aenter__(self) -> Self:
        """Open all ports, then serve.

        Raises:
            UsageError: a port is taken; names it.
        """
        async with contextlib.AsyncExitStack() as stack:
            # All sockets first: the pages name the ports.
            sockets = self._open_sockets(stack)
            names = await start_names(self.ports.dns, flawless=self.flawless)
            stack.push_async_callback(names.stop)
            taken = {name: each.getsockname()[1] for name, each in {**sockets.tcp, **sockets.udp}.items()}
            self.ports = self.ports.taken({**taken, "dns": names.port})
            now = datetime.now(UTC)
            # One RSA key for all, made only where it is needed: it takes a tenth of a second.
            shared = None if self.flawless else rsa_key()
            issued = self._issue(now, shared)
            handlers = Site(self.flawless, self.folder / "site", self.written, self.ports, now).handlers()
            for name, handle in handlers.items():
                tls = server_context(self._host(name).profile, issued[name]) if name in issued else None
                await stack.enter_async_context(WebServer(sockets.tcp[name], handle, tls))
            turn = TurnSockets(sockets.udp["turn"], sockets.tcp["turn"], sockets.tcp["turns"], sockets.udp["turns"])
            self.relay = await stack.enter_async_context(self._media.turn_server(turn, issued["turn"]))
            media = self._media.media_server(sockets.udp["media"], self.ports, now)
            self.media = await stack.enter_async_context(media)
            whip = WebServer(sockets.tcp["sfu"], media.handle, server_context(TlsProfile.SOUND, issued["sfu"]), METHODS)
            await stack.enter_async_context(whip)
            self._running = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and close every socket."""
        await self._running.aclose()

    def write_vendor_file(self, folder: Path) -> Path:
        """Write the vendor file with the ports in use, its documents and the lab's CA into a folder.

        Returns:
            The path of the vendor file. What stood there under the same names is replaced.

        Raises:
            UsageError: the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in _COPIED:
                source = self.folder / name
                if source.is_dir():
                    shutil.copytree(source, folder / name, dirs_exist_ok=True, copy_function=self._copy)
                else:
                    self._copy(str(source), str(folder / name))
        except OSError as error:
            raise UsageError(f"cannot write the demonstration's files to {folder}: {error.strerror}") from error
        return folder / VENDOR_FILE

    def _copy(self, source: str, target: str) -> None:
        """Copy a file, with the ports in use where it names some."""
        content = Path(source).read_bytes()
        if Path(source).suffix in _WITH_PORTS:
            content = rewrite_ports(content.decode("utf-8"), self.written, self.ports).encode("utf-8")
        Path(target).write_bytes(content)

    def _open_sockets(self, stack: contextlib.AsyncExitStack) -> _Sockets:
        """Open every socket but those of the names, and let the stack close them."""
        found = _Sockets()
        for name, port in self.ports.items().items():
            if name in _ON_BOTH:
                found.tcp[name], found.udp[name] = listen_on_both(name, port)
            elif name == "media":
                found.udp[name] = bind_datagrams(name, port)
            elif name != "dns":
                found.tcp[name] = listen(name, port)
            for each in (found.tcp.get(name), found.udp.get(name)):
                if each:
                    stack.callback(each.close)
        return found

    def _host(self, name: str) -> _Host:
        return _Host() if self.flawless else _FLAWED.get(name, _Host())

    def _issue(self, now: datetime, shared: rsa.RSAPrivateKey | None) -> dict[str, Issued]:
        """Return the certificate of every host that speaks TLS."""
        authority = LabAuthority()
        found = {}
        for name in HOSTS:
            host = self._host(name)
            key = shared if host.rsa and shared else ec_key()
            begin, end = validity(now, days_left=host.days_left)
            found[name] = authority.issue([f"{host.certified_name or name}.{DOMAIN}"], key, begin, end)
        return found

"""The demonstration vendor "Acme Video" as a whole: names, certificates, web hosts and signalling on loopback.

Two decisions: each virtual host has its own port, because TLS versions cannot differ behind one; and the committed
vendor files name fixed ports, so that ``vendor-audit run examples/acme/acme.yaml`` works as it stands while the vendor
is served on them. On other ports (tests, the one-shot demonstration) `LabVendor.write_vendor_file` writes a copy of
the vendor file with the ports that are in use.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from vendor_audit.errors import UsageError
from vendor_audit.lab.certificates import LabAuthority, ec_key, rsa_key, validity
from vendor_audit.lab.names import start_names
from vendor_audit.lab.ports import FIXED, FIXED_FLAWLESS, FREE, Ports, listen
from vendor_audit.lab.site import DOMAIN, WEB_HOSTS, Site, rewrite_ports
from vendor_audit.lab.tls import TlsProfile, server_context
from vendor_audit.lab.web import WebServer
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    import ssl
    from pathlib import Path
    from types import TracebackType

VENDOR_FILE = "acme.yaml"
_COPIED = (VENDOR_FILE, "lab-ca.pem", "documents")


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
        self._running = contextlib.AsyncExitStack()

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
            sockets = {name: listen(name, port) for name, port in self.ports.items().items() if name != "dns"}
            for each in sockets.values():
                stack.callback(each.close)
            names = await start_names(self.ports.dns, flawless=self.flawless)
            stack.push_async_callback(names.stop)
            taken = {name: each.getsockname()[1] for name, each in sockets.items()}
            self.ports = self.ports.taken({**taken, "dns": names.port})
            now = datetime.now(UTC)
            handlers = Site(self.flawless, self.folder / "site", self.written, self.ports, now).handlers()
            contexts = self._contexts(now)
            for name, listening in sockets.items():
                await stack.enter_async_context(WebServer(listening, handlers[name], contexts.get(name)))
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
                    shutil.copytree(source, folder / name, dirs_exist_ok=True)
                else:
                    text = source.read_text(encoding="utf-8")
                    (folder / name).write_text(rewrite_ports(text, self.written, self.ports), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write the demonstration's files to {folder}: {error.strerror}") from error
        return folder / VENDOR_FILE

    def _contexts(self, now: datetime) -> dict[str, ssl.SSLContext]:
        authority = LabAuthority()
        # One RSA key for all, made only where it is needed: it takes a tenth of a second.
        shared = None if self.flawless else rsa_key()
        contexts = {}
        for name in WEB_HOSTS:
            host = _Host() if self.flawless else _FLAWED.get(name, _Host())
            key = shared if host.rsa and shared else ec_key()
            begin, end = validity(now, days_left=host.days_left)
            issued = authority.issue([f"{host.certified_name or name}.{DOMAIN}"], key, begin, end)
            contexts[name] = server_context(host.profile, issued)
        return contexts

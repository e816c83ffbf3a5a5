"""The only way from a probe to a socket or a resolver.

It enforces what no probe may forget: which addresses may be contacted, how many connections a host gets at once, and
that every wait ends. What the operator wrote is allowed: an address literal, or a name with a pin. Where a vendor's
data leads (DNS answers, redirects, pages) only public addresses are, unless the vendor file allows the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver

from vendor_audit.probes.datagrams import UdpChannel
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.public import Address, carried, is_public

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

AddressNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_IPV4 = 4
_MESSAGE = 500
"""Characters of a library's message that are passed on."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The addresses of a name, each family for itself, before the address policy."""

    ipv4: tuple[Address, ...] | None
    """Sorted; empty: the name has none. None: unknown."""
    ipv6: tuple[Address, ...] | None
    """Sorted; empty: the name has none. None: unknown."""
    errors: Mapping[int, ProbeError] = field(default_factory=dict)
    """Version (4, 6) -> why that family is unknown, or empty because the name does not exist."""
    pinned: bool = False
    """Whether the operator wrote the addresses: a literal or a pin."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """What the operator says about the network, from ``network:`` in the vendor file and from the command line."""

    allow: tuple[AddressNetwork, ...] = ()
    """Networks that may be contacted although they are not public."""
    resolve: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    """Names with pinned addresses (lower-case A-labels); DNS is not asked for them."""
    nameservers: tuple[tuple[Address, int], ...] = ()
    """Recursive resolvers to ask; empty: those of the machine."""
    trust_anchors: str = ""
    """PEM certificates that are trusted besides the public ones; empty: none."""
    connections_per_host: int = 10
    """How many connections one address gets at the same time."""
    timeout: float = 5.0
    """Seconds for a connection, an exchange or a DNS answer."""


def names_of_this_machine(
    names: Iterable[str], hosts_file: Path = Path("/etc/hosts")
) -> dict[str, tuple[Address, ...]]:
    """Return the addresses that this machine itself gives to names that the operator wrote: as good as pins.

    That is what its hosts file says and, by RFC 6761 section 6.3, ``localhost`` and the names below it.
    """
    wanted = {each for each in names if each}
    found: dict[str, list[Address]] = {}
    try:
        lines = hosts_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # no such file, as on other systems: then it says nothing
        lines = []
    for line in lines:
        address, *aliases = line.split("#")[0].split() or [""]
        written = literal(address)
        for alias in aliases:
            if written is not None and alias.lower() in wanted:
                found.setdefault(alias.lower(), []).append(written)
    for name in wanted:
        if name == "localhost" or name.endswith(".localhost"):
            found[name] = [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")]
    return {name: tuple(dict.fromkeys(addresses)) for name, addresses in found.items()}


class Network:
    """Resolves names and opens connections within the operator's settings. One for the whole audit."""

    def __init__(self, settings: NetworkSettings) -> None:
        """Take the settings; nothing is opened yet."""
        self.settings = settings
        self.connections_opened = 0
        self._slots: dict[Address, asyncio.Semaphore] = {}
        self._lookups: dict[str, asyncio.Task[Lookup]] = {}

    def resolver(self) -> dns.asyncresolver.Resolver:
        """Return a resolver with the operator's nameservers and time limits. Its answers are the vendor's data.

        Raises:
            ProbeError: no nameserver is given and the machine has none.
        """
        nameservers = self.settings.nameservers
        try:
            resolver = dns.asyncresolver.Resolver(configure=not nameservers)
        except dns.resolver.NoResolverConfiguration as error:
            raise ProbeError("dns_failure", "this machine has no DNS resolver configured") from error
        if nameservers:
            # Not `nameserver_ports`: it cannot tell two servers on one address apart.
            resolver.nameservers = [dns.nameserver.Do53Nameserver(str(address), port) for address, port in nameservers]
        resolver.timeout = self.settings.timeout
        resolver.lifetime = self.settings.timeout * 2
        # 1232 bytes pass any IPv6 path unfragmented; longer answers come over TCP.
        resolver.use_edns(0, ednsflags=0, payload=1232)
        return resolver

    async def addresses(self, host: str, *, named_by_vendor: bool = False) -> tuple[Address, ...]:
        """Return the addresses of a host that may be contacted, IPv4 first, at least one.

        Args:
            host: a name or an address literal.
            named_by_vendor: the host stands in the vendor's data (a redirect, a page), not in the vendor file: an
                address literal is then held to the address policy too. A pinned name is the operator's either way.

        Raises:
            ProbeError: the name does not exist, has no address, was not answered in time, or leads only to addresses
                that are not allowed.
        """
        found = await self.lookup(host)
        both = (*(found.ipv4 or ()), *(found.ipv6 or ()))
        if not both:
            raise _no_address(host, found)
        if found.pinned and not (named_by_vendor and literal(host) is not None):
            return both
        allowed = tuple(each for each in both if self.is_allowed(each))
        if not allowed:
            refused = ", ".join(str(each) for each in both[:5])
            leads = "" if found.pinned else f"{host} leads to "
            raise ProbeError(
                "address_not_allowed",
                f"{leads}{refused}{', which' if leads else ''} is not a public address; if it is meant, allow it with "
                f"'network: {{allow: [{both[0]}/{both[0].max_prefixlen}]}}' in the vendor file",
            )
        return allowed

    async def lookup(self, host: str) -> Lookup:
        """Return the addresses of a host as the DNS, the pin or the literal says, without the address policy.

        A name is asked for once in an audit. Nothing is raised for a name: what went wrong stands in the result.

        Raises:
            ProbeError: this machine has no resolver.
        """
        host = host.lower().rstrip(".")
        written = literal(host)
        pins = (written,) if written is not None else self.settings.resolve.get(host)
        if pins is not None:
            return Lookup(_of_version(pins, 4), _of_version(pins, 6), pinned=True)
        if host not in self._lookups:
            task = asyncio.ensure_future(self._look_up(host))
            # Who asked may have been cancelled: an error that nobody awaits any more is not worth a warning.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._lookups[host] = task
        return await asyncio.shield(self._lookups[host])

    def is_allowed(self, address: Address) -> bool:
        """Return whether an address that the vendor's data names may be contacted."""
        if any(address in network for network in self.settings.allow if network.version == address.version):
            return True
        return all(is_public(each) for each in carried(address))

    @contextlib.asynccontextmanager
    async def connection(
        self,
        address: Address,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a TCP connection, or a TLS one, within the limit per host, and close it at the end.

        The address comes from `addresses`, or the operator wrote it.

        Raises:
            ProbeError: refused, unreachable, timed out, reset, or no TLS where TLS was asked for.
        """
        slots = self._slots.setdefault(address, asyncio.Semaphore(self.settings.connections_per_host))
        async with slots:
            where = _where(address, port)
            try:
                async with asyncio.timeout(self.settings.timeout):
                    self.connections_opened += 1
                    reader, writer = await asyncio.open_connection(
                        str(address), port, ssl=tls, server_hostname=server_name, limit=1 << 20
                    )
            except TimeoutError as error:
                raise ProbeError(
                    "connection_timeout", f"{where} did not answer within {self.settings.timeout:g} s"
                ) from error
            except ssl.SSLError as error:
                raise ProbeError("not_tls", f"{where}: TLS failed: {error.reason or error}") from error
            except OSError as error:
                raise _connection_error(error, where) from error
            try:
                yield reader, writer
            finally:
                # A second close() makes the TLS transport of CPython 3.11.2 and older forget what abort() needs.
                if not writer.transport.is_closing():
                    writer.close()
                # A vendor that does not answer our close has nothing more to tell.
                with contextlib.suppress(OSError, TimeoutError):
                    async with asyncio.timeout(0.2):
                        await writer.wait_closed()
                # Without this TLS would wait half a minute more for the peer, outside of the limit per host.
                with contextlib.suppress(AttributeError):  # that very TLS transport, where somebody closed it twice
                    writer.transport.abort()

    @contextlib.asynccontextmanager
    async def datagrams(self, address: Address, port: int) -> AsyncIterator[UdpChannel]:
        """Open a UDP socket to one peer, within the limit per host, and close it at the end.

        The address comes from `addresses`, or the operator wrote it.

        Raises:
            ProbeError: this machine has no way there.
        """
        slots = self._slots.setdefault(address, asyncio.Semaphore(self.settings.connections_per_host))
        async with slots:
            where = _where(address, port)
            try:
                self.connections_opened += 1
                _, channel = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: UdpChannel(where), remote_addr=(str(address), port)
                )
            except OSError as error:
                raise _connection_error(error, where) from error
            try:
                yield channel
            finally:
                channel.close()

    async def _look_up(self, host: str) -> Lookup:
        resolver = self.resolver()
        async with asyncio.TaskGroup() as group:
            ipv4 = group.create_task(self._look_up_family(resolver, host, 4))
            ipv6 = group.create_task(self._look_up_family(resolver, host, 6))
        found: dict[int, tuple[Address, ...] | None] = {}
        errors: dict[int, ProbeError] = {}
        for version, answer in ((4, ipv4.result()), (6, ipv6.result())):
            if isinstance(answer, ProbeError):
                errors[version] = answer
                found[version] = () if answer.failure.kind == "dns_nxdomain" else None
            else:
                found[version] = answer
        return Lookup(found[4], found[6], errors)

    async def _look_up_family(
        self, resolver: dns.asyncresolver.Resolver, host: str, version: int
    ) -> tuple[Address, ...] | ProbeError:
        kind = dns.rdatatype.A if version == _IPV4 else dns.rdatatype.AAAA
        try:
            answer = await resolver.resolve(host, kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return ProbeError("dns_nxdomain", f"the name {host} does not exist (NXDOMAIN)")
        except dns.exception.Timeout:
            return ProbeError(
                "dns_timeout", f"no DNS server answered for {host} within {self.settings.timeout * 2:g} s"
            )
        except dns.exception.DNSException as error:
            return ProbeError("dns_failure", f"DNS failed for {host}: {error}"[:_MESSAGE])
        found = {ipaddress.ip_address(each.address) for each in answer.rrset or ()}
        return tuple(sorted(found, key=int))


def literal(host: str) -> Address | None:
    """Return the address that a host is written as, with or without brackets; None: it is a name."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _where(address: Address, port: int) -> str:
    return f"{address}:{port}" if address.version == _IPV4 else f"[{address}]:{port}"


def _of_version(addresses: tuple[Address, ...], version: int) -> tuple[Address, ...]:
    return tuple(each for each in addresses if each.version == version)


def _no_address(host: str, found: Lookup) -> ProbeError:
    """Return why there is no address: the worst of what the two families said."""
    if len(found.errors) > 1:
        return found.errors[4]
    for error in found.errors.values():
        return error
    return ProbeError("dns_failure", f"the name {host} exists but has no address")


def _connection_error(error: OSError, where: str) -> ProbeError:
    if isinstance(error, ConnectionRefusedError):
        return ProbeError("connection_refused", f"{where} refused the connection")
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return ProbeError("connection_reset", f"{where} reset the connection")
    if error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}:
        return ProbeError("unreachable", f"{where} is not reachable from here: {error.strerror or error}")
    return ProbeError("unreachable", f"{where}: {error.strerror or error}")

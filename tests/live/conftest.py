"""Real servers on free loopback ports, with certificates of their own making. Any live test may use them."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.tls.probe import TlsProbe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

LOOPBACK = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True)
class Issued:
    """A certificate with its key and the files that servers read."""

    certificate: x509.Certificate
    key: PrivateKey
    certificate_file: Path
    """PEM, with the issuer's certificate after it where there is one."""
    key_file: Path

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


class Authority:
    """Makes certificates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def issue(
        self,
        name: str = "localhost",
        *,
        by: Issued | None = None,
        key: PrivateKey | None = None,
        days: tuple[int, int] = (-1, 89),
        is_ca: bool = False,
    ) -> Issued:
        """Issue a certificate for a name, valid between two days counted from now; self-signed without ``by``."""
        self._count += 1
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(by.certificate.subject if by else subject)
            .public_key(key.public_key())
            .serial_number(0x1000 + self._count)
            .not_valid_before(now + dt.timedelta(days=days[0]))
            .not_valid_after(now + dt.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        certificate = builder.sign(by.key if by else key, hashes.SHA256())
        stem = self._folder / f"{self._count}"
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        if by:
            pem += by.certificate.public_bytes(serialization.Encoding.PEM)
        stem.with_suffix(".pem").write_bytes(pem)
        stem.with_suffix(".key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Issued(certificate, key, stem.with_suffix(".pem"), stem.with_suffix(".key"))


class Observe(Protocol):
    """Runs the tls probe."""

    async def __call__(
        self, port: int, host: str = "localhost", *, seconds: float = 5.0, anchors: str = ""
    ) -> tuple[Sight, Network]: ...


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return what makes certificates."""
    return Authority(tmp_path)


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    """Return an RSA key of 2048 bits."""
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def observe_tls() -> Observe:
    """Return a function that runs the tls probe on a loopback port and gives what it saw and the network it used."""

    async def observe(
        port: int, host: str = "localhost", *, seconds: float = 5.0, anchors: str = ""
    ) -> tuple[Sight, Network]:
        network = Network(NetworkSettings(resolve={host: (LOOPBACK,)}, timeout=seconds, trust_anchors=anchors))
        context = ProbeContext(network, lambda: dt.datetime.now(dt.UTC), seconds)
        sight = await TlsProbe().observe(Target("endpoint", f"https://{host}:{port}", host=host, port=port), context)
        return sight, network

    return observe


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Return a function that gives a TCP port that nobody listened to a moment ago."""
    return _free_port


@pytest.fixture
def start_program() -> Iterator[Callable[[list[str], int], None]]:
    """Return a function that starts a server program and waits until its port answers; it is ended after the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(command: list[str], port: int) -> None:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.append(process)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
                return
            time.sleep(0.05)
        pytest.fail(f"{command[0]} does not listen on port {port} (exit code {process.poll()})")

    yield start
    for process in running:
        if process.stdin:
            process.stdin.close()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


@pytest.fixture
def start_nginx(
    tmp_path: Path, need_program: Callable[[str], str], start_program: Callable[[list[str], int], None]
) -> Callable[..., int]:
    """Return a function that starts nginx with a certificate and further lines for its server block; gives the port."""

    def start(issued: Issued, lines: str = "ssl_protocols TLSv1.2 TLSv1.3;", *, listen: str = "ssl") -> int:
        port = _free_port()
        folder = tmp_path / f"nginx-{port}"
        folder.mkdir()
        temporary = "\n".join(
            f"{each}_temp_path {folder};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {temporary}\n"
            f"server {{ listen 127.0.0.1:{port} {listen}; ssl_certificate {issued.certificate_file};\n"
            f"ssl_certificate_key {issued.key_file}; {lines} location / {{ return 200 ok; }} }} }}\n",
            encoding="ascii",
        )
        command = [need_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        start_program([*command, "-e", str(folder / "error.log")], port)
        return port

    return start


@pytest.fixture
def start_openssl(
    need_program: Callable[[str], str], start_program: Callable[[list[str], int], None]
) -> Callable[[Issued, list[str]], int]:
    """Return a function that starts `openssl s_server` with further arguments; gives the port.

    It serves one connection at a time: others wait their turn in the kernel.
    """

    def start(issued: Issued, arguments: list[str]) -> int:
        port = _free_port()
        command = [need_program("openssl"), "s_server", "-quiet", "-accept", f"127.0.0.1:{port}"]
        command += ["-cert", str(issued.certificate_file), "-key", str(issued.key_file)]
        start_program([*command, *arguments], port)
        return port

    return start

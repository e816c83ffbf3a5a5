"""DTLS for the lab (RFC 6347, RFC 5764), by OpenSSL over memory buffers: datagrams in, datagrams out, no socket."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import SSL

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.lab.certificates import Issued

_MTU = 1_200
"""Bytes of a datagram that pass every path."""
_RECORD_HEADER = 13
"""Bytes before the content of a record, the last two of which say how long that is (RFC 6347, 4.1)."""
_MOST = 65_536
_DTLS10, _DTLS12 = 0xFEFF, 0xFEFD
_SOUND_SUITES = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
)
"""Written out, so that the audit is the same with every OpenSSL."""
_OLD_SUITES = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA")
_OLD_VERSION_SUITES = (*_SOUND_SUITES, "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "@SECLEVEL=0")
"""DTLS 1.0 has no AEAD suites, and its signatures need security level 0."""
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha-256": hashes.SHA256(),
    "sha-384": hashes.SHA384(),
    "sha-512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class DtlsSettings:
    """How a service speaks DTLS: 1.2 with forward-secret AEAD suites on P-256, unless it says otherwise."""

    old_version: bool = False
    """Whether DTLS 1.0 is spoken too, and a CBC suite, which it needs."""
    old_suites: bool = False
    """Whether a suite with RSA key exchange and CBC is offered too; a server takes it only with an RSA key."""
    srtp_profiles: tuple[str, ...] = ()
    """SRTP protection profiles by OpenSSL's names, preferred first; empty: no use_srtp extension."""
    client_certificate: bool = False
    """Whether a server asks its client for a certificate, any one: WebRTC has its fingerprint (RFC 8827, 6.5)."""


def dtls_context(settings: DtlsSettings, issued: Issued, cookie_secret: bytes = b"") -> SSL.Context:
    """Return a context for either side.

    Args:
        settings: what is offered.
        issued: certificate and key.
        cookie_secret: for servers: by which it is shown that a client is where it says (RFC 6347, 4.2.1); empty: that
            is known already, as with ICE.

    Raises:
        TypeError: the key is neither EC nor RSA.
    """
    context = SSL.Context(SSL.DTLS_METHOD)
    key = serialization.load_pem_private_key(issued.private_key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("neither an EC nor an RSA key")
    context.use_certificate(x509.load_pem_x509_certificate(issued.certificate))
    context.use_privatekey(key)
    context.set_min_proto_version(_DTLS10 if settings.old_version else _DTLS12)
    suites = _OLD_VERSION_SUITES if settings.old_version else _OLD_SUITES if settings.old_suites else _SOUND_SUITES
    context.set_cipher_list(":".join(suites).encode())
    # One group, as the web hosts have it.
    context.set_tmp_ecdh(ec.SECP256R1())
    context.set_options(
        SSL.OP_NO_QUERY_MTU | SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE
    )
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    if settings.client_certificate:
        # Whose it is, is judged by who knows the fingerprint: `DtlsEnd.peer_digest`.
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    else:
        context.set_verify(SSL.VERIFY_NONE)
    if settings.srtp_profiles:
        context.set_tlsext_use_srtp(":".join(settings.srtp_profiles).encode())
    if cookie_secret:

        def cookie(connection: SSL.Connection) -> bytes:
            return hmac.digest(cookie_secret, connection.get_app_data(), "sha256")

        context.set_cookie_generate_callback(cookie)
        context.set_cookie_verify_callback(lambda connection, given: hmac.compare_digest(cookie(connection), given))
    return context


class DtlsEnd:
    """One side of one association. Who makes it feeds it datagrams, and ends it."""

    def __init__(
        self,
        context: SSL.Context,
        send: Callable[[bytes], None],
        deliver: Callable[[bytes], None],
        *,
        client: bool = False,
        cookie_for: bytes = b"",
    ) -> None:
        """Take settings and ways out; a client's hello goes out with `start`.

        Args:
            context: of `dtls_context`.
            send: sends a datagram to the peer.
            deliver: takes what the peer sent, decrypted.
            client: whether it says hello; else it waits for one.
            cookie_for: for servers: what the cookie proves, the peer's address; empty: no cookie is asked for.
        """
        self.established = False
        self.ended = False
        """Whether nothing more can come of it: an alert, a failure, or `end`."""
        self._send = send
        self._deliver = deliver
        self._connection = SSL.Connection(context, None)
        self._connection.set_app_data(cookie_for)
        self._connection.set_ciphertext_mtu(_MTU)
        self._listening = bool(cookie_for)
        self._timer: asyncio.TimerHandle | None = None
        if client:
            self._connection.set_connect_state()
        else:
            self._connection.set_accept_state()

    @property
    def srtp_profile(self) -> str:
        """The SRTP protection profile that was agreed on, by OpenSSL's name; empty: none."""
        return self._connection.get_selected_srtp_profile().decode()

    def peer_digest(self, algorithm: str) -> str:
        """Return a digest of the certificate that the peer showed, as ``AB:CD:...``; empty: it showed none.

        Args:
            algorithm: as a session description calls it (RFC 8122, 5): ``sha-256``. Unknown ones give an empty text.
        """
        shown = self._connection.get_peer_certificate(as_cryptography=True)
        known = _HASHES.get(algorithm)
        return digest_of(shown, known) if shown and known else ""

    def start(self) -> None:
        """Say hello, as a client."""
        self._go_on()

    def take(self, datagram: bytes) -> None:
        """Take a datagram of the peer."""
        if not self.ended:
            self._connection.bio_write(datagram)
            self._go_on()

    def send(self, data: bytes) -> None:
        """Encrypt and send; before the handshake is done, and after the end, nothing."""
        if self.established and not self.ended:
            with contextlib.suppress(SSL.Error):
                self._connection.send(data)
            self._flush()

    def end(self) -> None:
        """Say goodbye (close_notify), where there is somebody to say it to, and stop every timer."""
        if self.established and not self.ended:
            with contextlib.suppress(SSL.Error):
                self._connection.shutdown()
            self._flush()
        self._stop()

    def _go_on(self) -> None:
        """Do what OpenSSL can do with what has come."""
        try:
            if self._listening:
                self._connection.DTLSv1_listen()
                self._listening = False
            if not self.established:
                self._connection.do_handshake()
                self.established = True
            while True:
                self._deliver(self._connection.recv(_MOST))
        except SSL.WantReadError:
            self._flush()
            self._set_timer()
        except SSL.ZeroReturnError:
            self.end()
        except SSL.Error:
            self._flush()
            self._stop()

    def _set_timer(self) -> None:
        """Let the last flight be sent again when OpenSSL wants that (RFC 6347, 4.2.4)."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        seconds = self._connection.DTLSv1_get_timeout()
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._again)

    def _again(self) -> None:
        self._timer = None
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error:  # too often without an answer
            self._stop()
            return
        self._flush()
        self._set_timer()

    def _flush(self) -> None:
        try:
            data = self._connection.bio_read(_MOST)
        except SSL.Error:  # nothing is there
            return
        for each in datagrams_of(data):
            self._send(each)

    def _stop(self) -> None:
        self.ended = True
        if self._timer:
            self._timer.cancel()
            self._timer = None


def digest_of(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> str:
    """Return a certificate's digest as a session description has it (RFC 8122, 5): ``AB:CD:...``."""
    return certificate.fingerprint(algorithm).hex(":").upper()


def datagrams_of(data: bytes) -> list[bytes]:
    """Return records, one after the other, as datagrams: OpenSSL's buffer keeps no bounds between them."""
    found: list[bytes] = []
    while data:
        size = _RECORD_HEADER + int.from_bytes(data[_RECORD_HEADER - 2 : _RECORD_HEADER])
        if found and len(found[-1]) + size <= _MTU:
            found[-1] += data[:size]
        else:
            found.append(data[:size])
        data = data[size:]
    return found

"""The demonstration vendor's relay and media server: how they are set up, with flaws and without."""

from __future__ import annotations

import ipaddress
import secrets
from typing import TYPE_CHECKING

from vendor_audit.lab.certificates import ec_key, self_signed, validity
from vendor_audit.lab.dtls import DtlsSettings
from vendor_audit.lab.media_server import MediaServer
from vendor_audit.lab.site import DOMAIN
from vendor_audit.lab.tls import TlsProfile, server_context
from vendor_audit.lab.turn_credentials import FixedUser, TimedUsers
from vendor_audit.lab.turn_server import TurnServer, TurnSockets
from vendor_audit.lab.turn_service import TurnService

if TYPE_CHECKING:
    import socket
    from datetime import datetime

    from vendor_audit.lab.certificates import Issued
    from vendor_audit.lab.ports import Ports
    from vendor_audit.lab.turn_credentials import TurnUsers
    from vendor_audit.wire.stun_attributes import Address

TURN_USER, TURN_PASSWORD, WHIP_TOKEN = "ACME_TURN_USER", "ACME_TURN_PASSWORD", "ACME_WHIP_TOKEN"
"""The environment variables that the committed vendor files name."""

_ACCOUNT_SECONDS = 12 * 3_600
"""For which the flawless vendor's TURN users live: half a day."""
_SIX_TO4_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")
"""Not global either (RFC 7526), though Python calls it so."""
_SOUND_MEDIA = DtlsSettings(
    srtp_profiles=("SRTP_AEAD_AES_256_GCM", "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"),
    client_certificate=True,
)
_FLAWED_MEDIA = DtlsSettings(
    old_suites=True,
    srtp_profiles=("SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_32"),
    client_certificate=True,
)


class MediaHosts:
    """Both, with the access data of a test account."""

    def __init__(self, *, flawless: bool) -> None:
        """Make the secrets afresh; nothing is opened."""
        self._flawless = flawless
        self._users: TurnUsers = (
            TimedUsers(secrets.token_bytes(32), _ACCOUNT_SECONDS)
            if flawless
            else FixedUser("acme-webrtc", secrets.token_urlsafe(12))
        )
        self._token = secrets.token_urlsafe(24)

    def environment(self) -> dict[str, str]:
        """Return the values of the variables that the vendor file names; users with an end are made at each call."""
        user, password = self._users.account()
        return {TURN_USER: user, TURN_PASSWORD: password, WHIP_TOKEN: self._token}

    def turn_server(self, sockets: TurnSockets, issued: Issued) -> TurnServer:
        """Return the relay."""
        service = TurnService(
            self._users,
            DOMAIN,
            permits=_only_public if self._flawless else _nearly_all,
            software="" if self._flawless else "AcmeRelay-4.5.1",
        )
        tls = server_context(TlsProfile.SOUND, issued, protocols=("stun.turn",))
        return TurnServer(service, sockets, tls, issued, DtlsSettings(old_version=not self._flawless))

    def media_server(self, media: socket.socket, ports: Ports, now: datetime) -> MediaServer:
        """Return the media server, which asks for no token if it is the flawed one.

        Args:
            media: the UDP socket.
            ports: where the relay is, of which it tells its clients.
            now: from when its certificate is valid.
        """

        def ice_servers() -> tuple[str, ...]:
            user, password = self._users.account()
            uris = (f"turn:turn.{DOMAIN}:{ports.turn}", f"turns:turn.{DOMAIN}:{ports.turns}?transport=tcp")
            login = f'username="{user}"; credential="{password}"; credential-type="password"'
            return tuple(f'<{uri}>; rel="ice-server"; {login}' for uri in uris)

        return MediaServer(
            media,
            self_signed(ec_key(), *validity(now, days_left=30, lifetime_days=31)),
            _SOUND_MEDIA if self._flawless else _FLAWED_MEDIA,
            token=self._token if self._flawless else "",
            ice_servers=ice_servers,
        )


def _only_public(address: Address) -> bool:
    """Return whether an address is a public one: a relay must not lead into the vendor's own network."""
    return address.is_global and not address.is_multicast and address not in _SIX_TO4_RELAYS


def _nearly_all(address: Address) -> bool:
    """Permit what relays permit as they come: everything but the machine itself and groups."""
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)

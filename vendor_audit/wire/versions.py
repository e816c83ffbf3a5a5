"""The protocol versions of TLS (RFC 6101, 2246, 4346, 5246, 8446) and of DTLS (RFC 4347, 6347, 9147)."""

from __future__ import annotations

from enum import IntEnum


class TlsVersion(IntEnum):
    """A version by its number on the wire; newer is greater."""

    SSL3 = 0x0300
    TLS10 = 0x0301
    TLS11 = 0x0302
    TLS12 = 0x0303
    TLS13 = 0x0304

    @property
    def label(self) -> str:
        """What the facts call it: ``SSLv3``, ``TLSv1.2``."""
        return "SSLv3" if self is TlsVersion.SSL3 else f"TLSv1.{self.value - 0x0301}"


class DtlsVersion(IntEnum):
    """A version of DTLS by its number on the wire, oldest first; newer is smaller there."""

    DTLS10 = 0xFEFF
    DTLS12 = 0xFEFD
    DTLS13 = 0xFEFC

    @property
    def label(self) -> str:
        """What the facts call it: ``DTLSv1.2``."""
        return f"DTLSv1.{0xFEFF - self.value}"

    @property
    def tls(self) -> TlsVersion:
        """The version of TLS that it carries over to datagrams: there was no DTLS 1.1, and DTLS 1.0 goes by TLS 1.1."""
        return {DtlsVersion.DTLS10: TlsVersion.TLS11, DtlsVersion.DTLS12: TlsVersion.TLS12}.get(self, TlsVersion.TLS13)


def version_label(number: int) -> str:
    """Return the label of a version number, or the number itself where it is none that we know."""
    for versions in (TlsVersion, DtlsVersion):
        for each in versions:
            if each.value == number:
                return each.label
    return f"0x{number:04X}"

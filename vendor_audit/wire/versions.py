"""The protocol versions (RFC 6101, 2246, 4346, 5246, 8446)."""

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


def version_label(number: int) -> str:
    """Return the label of a version number, or the number itself where it is none that we know."""
    try:
        return TlsVersion(number).label
    except ValueError:
        return f"0x{number:04X}"

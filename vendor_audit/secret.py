"""Secret values in memory: no log, no report and no traceback's ``repr`` can spill them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import NoReturn

_HIDDEN = "***"


class Secret:
    """A secret value. `reveal` is the only way to it: text, format, copy to a file or process, and JSON refuse."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        """Take the value."""
        self.__value = value

    def reveal(self) -> str:
        """Return the value. Hand it to the connection that needs it, and to nothing that keeps it."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN})"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, format_spec: str) -> str:
        return _HIDDEN

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode("utf-8", "surrogatepass"), _bytes(other))

    __hash__ = None  # type: ignore[assignment]  # a hash would tell equal secrets apart from others in what is printed

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError("a secret is not to be copied, stored or sent")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a target asks of who uses it."""

    username: Secret | None = None
    password: Secret | None = None
    token: Secret | None = None
    """A bearer token (RFC 6750)."""


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")

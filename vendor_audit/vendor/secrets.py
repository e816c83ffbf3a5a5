"""Secrets: named in the vendor file, held in the environment, resolved at the last moment, never shown.

The vendor file says ``${ACME_TURN_PASSWORD}``. Only who opens the connection asks for the value, and gets it in a
`Secret` that no log, no report and no traceback's ``repr`` can spill.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, NoReturn

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.source.diagnostic import Place

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
"""How the vendor file names a secret, the whole text: ``${NAME}``."""

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


def resolve_secret(placeholder: str, environ: Mapping[str, str], place: Place | None = None) -> Secret:
    """Return the secret that a placeholder such as ``${ACME_TURN_PASSWORD}`` names.

    Args:
        placeholder: as it stands in the vendor file.
        environ: the environment; `os.environ`.
        place: where the placeholder stands, for the message.

    Raises:
        UsageError: it is no placeholder, or the variable is not set or empty. Its text names the variable, never a
            value.
    """
    where = f"{place}: " if place else ""
    match = PLACEHOLDER.fullmatch(placeholder)
    if not match:
        raise UsageError(f"{where}a secret is written as ${{NAME}}, the name of an environment variable")
    name = match.group(1)
    if not environ.get(name):
        state = "empty" if name in environ else "not set"
        raise UsageError(f"{where}the environment variable {name} is {state}: export it before the audit")
    return Secret(environ[name])


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")

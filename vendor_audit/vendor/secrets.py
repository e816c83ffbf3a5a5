"""Secrets: named in the vendor file, held in the environment, resolved at the last moment, never shown.

The vendor file says ``${ACME_TURN_PASSWORD}``. Only who opens the connection asks for the value, and gets it in a
`Secret` that no log, no report and no traceback's ``repr`` can spill.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError
from vendor_audit.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.source.diagnostic import Place

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
"""How the vendor file names a secret, the whole text: ``${NAME}``."""


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

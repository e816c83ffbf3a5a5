"""``vendor-audit keygen``: a key pair that signs bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def keygen(
    out: Annotated[
        str,
        typer.Option(
            metavar="FOLDER|FILE",
            help="Where to: a folder (signing-key.pem and signing-key.pub.pem are made in it), or the private key's "
            "file, such as keys/audits.pem (beside it audits.pub.pem).",
            show_default=False,
        ),
    ],
    passphrase_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The environment variable that holds a passphrase for the key.", show_default=False
        ),
    ] = None,
) -> None:
    """Make an Ed25519 key pair. The private key is for its owner alone (mode 0600); no key is ever overwritten."""
    from vendor_audit.cli.output import shown, standard_error, standard_output
    from vendor_audit.evidence.keys import make_key_pair

    private = Path(out)
    if out.endswith(("/", "\\")) or private.is_dir() or not private.suffix:
        private /= "signing-key.pem"
    public = private.with_suffix(".pub.pem")
    key = make_key_pair(private, public, passphrase(passphrase_env))
    output = standard_output()
    output.print(f"fingerprint  {key.fingerprint}", markup=False, soft_wrap=True)
    errors = standard_error()
    errors.print(f"wrote {shown(private)}: the private key; keep it to yourself", markup=False, soft_wrap=True)
    errors.print(f"wrote {shown(public)}: the public key; give it to who verifies", markup=False, soft_wrap=True)


def passphrase(variable: str | None) -> bytes | None:
    """Return the passphrase in an environment variable; None: no variable is named.

    Raises:
        UsageError: the variable is not set, or empty.
    """
    import os

    from vendor_audit.errors import UsageError

    if variable is None:
        return None
    value = os.environ.get(variable)
    if not value:
        raise UsageError(f"--passphrase-env: the environment variable {variable} is not set, or empty")
    return value.encode("utf-8", "surrogateescape")

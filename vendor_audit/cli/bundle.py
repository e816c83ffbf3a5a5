"""``vendor-audit bundle``: an audit and its evidence in one signed file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def bundle(
    file: Annotated[
        Path, typer.Argument(metavar="AUDIT.JSON", help="A finished audit; its evidence stands beside it.")
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="The private key to sign with, as 'vendor-audit keygen' makes it.", show_default=False),
    ] = None,
    passphrase_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The environment variable that holds the key's passphrase.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The bundle. Default: audit.bundle.zip beside the audit.", show_default=False)
    ] = None,
) -> None:
    """Put an audit and its evidence into one file whose every byte 'vendor-audit verify' checks.

    The same audit and key give the same bytes. The bundle is an ordinary zip that any program opens.
    """
    from vendor_audit.audit.document import parse_document
    from vendor_audit.audit.run import EVIDENCE_FOLDER
    from vendor_audit.cli.keygen import passphrase
    from vendor_audit.cli.output import shown, standard_error, standard_output
    from vendor_audit.errors import UsageError
    from vendor_audit.evidence.bundle import write_bundle
    from vendor_audit.evidence.keys import PublicKey, read_private_key
    from vendor_audit.evidence.store import EvidenceStore

    if passphrase_env is not None and key is None:
        raise UsageError("--passphrase-env: there is no --key that it could be for")
    try:
        audit = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from error
    document = parse_document(audit, str(file))
    signer = read_private_key(key, passphrase(passphrase_env)) if key else None
    path = out or file.with_name(f"{file.stem}.bundle.zip")
    count = write_bundle(path, audit, document, EvidenceStore(file.parent / EVIDENCE_FOLDER).get, signer)
    signed = (
        f"signed by {PublicKey(signer.public_key()).fingerprint}"
        if signer
        else "not signed: who changes it can make it anew. --key signs it, 'vendor-audit keygen' makes a key"
    )
    standard_output().print(
        f"audit {document['id']} and {count} pieces of evidence, {signed}", markup=False, soft_wrap=True
    )
    standard_error().print(f"wrote {shown(path)}", markup=False, soft_wrap=True)

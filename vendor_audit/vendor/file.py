"""The vendor file, read and validated: whoever holds a `VendorFile` need not doubt its shape."""

from __future__ import annotations

import re
import unicodedata
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import parse_yaml, read_text
from vendor_audit.vendor.masking import literal_secrets, mask, mask_unreadable
from vendor_audit.vendor.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from vendor_audit.source.strict_yaml import Json, SourceDocument

_LISTS = ("endpoints", "statements", "exceptions", "reviews")
_SLUG = 60
"""Characters of the name of a folder."""
_MISTAKES = 1000
"""Mistakes of one kind that are gathered; nobody mends more of them by hand."""
_NOT_IN_THE_FILE = (
    "a secret must not stand in the file: put it into an environment variable "
    "and write here the variable's name, such as ${ACME_SECRET}"
)


@dataclass(frozen=True)
class VendorFile:
    """A vendor file without mistakes."""

    source: SourceDocument
    """With the place of everything in it."""
    path: Path
    """Paths in the file are relative to its folder."""
    data: dict[str, Json]
    """As the file says it, secrets as their placeholders; ``endpoints``, ``statements``, ``exceptions`` and
    ``reviews`` are there even if the file leaves them out."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is no mistake but will surprise: a permission or an exception that has expired."""

    @property
    def sha256(self) -> str:
        """The lower-case hexadecimal SHA-256 of the file, as ``sha256sum`` prints it."""
        return self.source.sha256

    @property
    def name(self) -> str:
        """The vendor's name."""
        return str(self.data["vendor"]["name"])

    @property
    def slug(self) -> str:
        """The vendor's name for a folder: ``acme-video``. Letters a-z, digits and single hyphens; never empty."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode("ascii").lower()
        return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-") or "vendor"


def read_vendor_file(
    path: Path, *, known_checks: Collection[str] | None = None, today: date | None = None
) -> VendorFile:
    """Return a vendor file that satisfies the schema and the rules that a schema cannot express.

    Args:
        path: the file.
        known_checks: the ids that statements, exceptions and reviews may name; None: any.
        today: the day, UTC, with which dates are compared; None: today.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        InvalidFileError: it has mistakes; all of them at once, with no literal secret in their text.
    """
    text = read_text(path)
    try:
        source = parse_yaml(text, str(path))
    except InvalidFileError as error:
        raise InvalidFileError(mask_unreadable(error.diagnostics)) from None
    rules = Rules(source, path.parent, known_checks, today or datetime.now(UTC).date())
    found = list(source.mistakes)
    # What strict YAML refuses, or the schema, is told once: that an alias is no text either follows from it.
    for stage in (_against_schema(source), list(islice(rules.mistakes(), _MISTAKES))):
        told = {each.place for each in found}
        found += [each for each in stage if each.place not in told]
    if found:
        raise InvalidFileError(mask(found, source))
    data = deepcopy(source.data)
    for each in _LISTS:
        data.setdefault(each, [])
    return VendorFile(source, path, data, tuple(mask(rules.warnings(), source)))


def _against_schema(source: SourceDocument) -> list[Diagnostic]:
    """Return the schema's diagnostics; what it says of a literal secret becomes a sentence that does not quote it."""
    secrets = {source.place(path): path for path in literal_secrets(source.data)}
    found = [each for each in check_against(source, load_schema("vendor")) if each.place not in secrets]
    return [*found, *(source.diagnostic(path, _NOT_IN_THE_FILE) for path in secrets.values())]

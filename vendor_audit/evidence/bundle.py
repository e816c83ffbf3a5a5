"""A bundle: an audit and all its evidence in one file, with a statement of what is in it, signed where a key is given.

``statement.dsse.json``  the statement in a signed envelope, or ``statement.json``: the bare statement, not signed
``audit.json``           the audit document
``evidence/<SHA-256>``   each piece of evidence that the audit names
``signer.pem``           the public key of the signer, where there is one
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError
from vendor_audit.evidence.archive import FIRST, SIZE_LIMIT, TOO_LARGE, NoBundleError, read_archive, write_archive
from vendor_audit.evidence.dsse import Envelope, sign
from vendor_audit.evidence.keys import PublicKey, parse_public_key
from vendor_audit.evidence.statement import PAYLOAD_TYPE, evidence_named, statement_of, subjects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from vendor_audit.observation import Json

AUDIT, SIGNER = FIRST, "signer.pem"
SIGNED, UNSIGNED = "statement.dsse.json", "statement.json"
_FOLDER = "evidence/"


def write_bundle(
    path: Path,
    audit: bytes,
    document: Mapping[str, Json],
    evidence: Callable[[str], bytes | None],
    key: Ed25519PrivateKey | None,
) -> int:
    """Write the bundle of an audit and return the number of pieces of evidence in it. It appears whole or not at all.

    Args:
        path: where to; what is there is replaced.
        audit: the bytes of the audit document.
        document: the same, parsed and held against its schema.
        evidence: returns the content of a SHA-256, or None where it is not there.
        key: signs the statement; None: the bundle is not signed.

    Raises:
        UsageError: evidence is missing or has been changed, it is too much, or the file cannot be written.
    """
    named = sorted(evidence_named(document))
    digests = {AUDIT: _sha256(audit), **{_FOLDER + each: each for each in named}}
    files: dict[str, bytes] = {AUDIT: audit}
    if key is not None:
        files[SIGNER] = PublicKey(key.public_key()).to_pem()
        digests[SIGNER] = _sha256(files[SIGNER])
        files[SIGNED] = sign(PAYLOAD_TYPE, statement_of(document, digests), key).to_bytes()
    else:
        files[UNSIGNED] = statement_of(document, digests)

    def members() -> Iterator[tuple[str, bytes]]:
        for name in sorted([*files, *(_FOLDER + each for each in named)]):
            content = files[name] if name in files else evidence(name.removeprefix(_FOLDER))
            if content is None:
                raise UsageError(f"{name}: the audit names this piece of evidence, but it is not there")
            yield name, content

    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                write_archive(file.file, members())
                file.flush()
                os.chmod(file.name, 0o644)  # noqa: PTH101 # a temporary file is private; a bundle is handed on
                os.replace(file.name, path)  # noqa: PTH105 # the atomic one
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    return len(named)


def read_bundle(path: Path) -> Bundle:
    """Return what a bundle holds and all that is wrong with its bytes.

    Raises:
        NoBundleError: the file cannot be read, or is no bundle at all.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise NoBundleError(f"{path}: is no file")
        if about.st_size > SIZE_LIMIT:
            raise NoBundleError(f"{path}: {TOO_LARGE}")
        with path.open("rb") as file:
            # As much as there was, and not as much as may be: that is set aside before anything is read.
            content = file.read(about.st_size)
    except OSError as error:
        raise NoBundleError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        archives = read_archive(content)
    except NoBundleError as error:
        raise NoBundleError(f"{path}: {error}") from error
    bundles = [Bundle(each.files, each.damage) for each in archives]
    for each, archive in zip(bundles, archives, strict=True):
        if archive.is_whole:
            each.examine()
    # One changed byte in a name makes two readings: the one in which less is wrong names the file that it is in.
    return min(bundles, key=lambda each: len(each.damage))


@dataclass(slots=True)
class Bundle:
    """A bundle that was read."""

    files: dict[str, memoryview]
    damage: dict[str, str]
    """File -> what is wrong with it, one sentence. Empty: every byte is as the statement says."""
    signer: PublicKey | None = None
    """Whose signature was checked and is right; None: nobody's."""
    _statement: bytes | None = field(default=None, repr=False)

    @property
    def audit(self) -> bytes:
        """The bytes of the audit document; empty where there is none."""
        return bytes(self.files.get(AUDIT, b""))

    @property
    def evidence(self) -> dict[str, memoryview]:
        """SHA-256 -> content."""
        return {name[len(_FOLDER) :]: body for name, body in self.files.items() if name.startswith(_FOLDER)}

    def examine(self) -> None:
        """Hold every file against the statement, and the statement against its signature."""
        self._statement = self._read_statement()
        if self._statement is None:
            return
        subjects = subjects_of(self._statement)
        if subjects is None:
            self.damage[self._statement_name] = "is no statement about an audit"
            return
        digests = self._digests()
        for name in sorted(subjects.keys() | digests.keys()):
            if name not in digests:
                self.damage[name] = "is missing, though the statement names it"
            elif name not in subjects:
                self.damage[name] = "is additional: the statement does not name it"
            elif digests[name] != subjects[name]:
                said = f"its SHA-256 is {digests[name]}, the statement says {subjects[name]}"
                self.damage[name] = f"has been changed: {said}"

    def hold_against(self, document: Mapping[str, Json]) -> None:
        """Hold the files and the statement against the audit document of the bundle, parsed."""
        named, there = evidence_named(document), self.evidence
        if SIGNER in self.files and SIGNED not in self.files:
            self.damage[SIGNER] = "is additional: nothing is signed by it"
        for each in sorted(named - there.keys()):
            self.damage[_FOLDER + each] = "is missing, though the audit names it"
        for each in sorted(there.keys() - named):
            self.damage[_FOLDER + each] = "is additional: the audit does not name it"
        for each, body in there.items():
            if _sha256(body) != each:
                self.damage[_FOLDER + each] = "has been changed: its content no longer matches its name"
        if not self.damage and self._statement != statement_of(document, self._digests()):
            self.damage[self._statement_name] = f"does not say of the audit what {AUDIT} says"

    def hold_against_key(self, key: PublicKey) -> None:
        """Hold the signature against the public key that it should be of."""
        if SIGNED not in self.files:
            self.damage[self._statement_name] = f"is not signed, though it should be by {key.fingerprint}"
        elif self.signer is not None and self.signer.fingerprint != key.fingerprint:
            self.damage[SIGNED] = f"is signed by another key, {self.signer.fingerprint}, and not by {key.fingerprint}"

    @property
    def _statement_name(self) -> str:
        return SIGNED if SIGNED in self.files else UNSIGNED

    def _digests(self) -> dict[str, str]:
        return {name: _sha256(body) for name, body in self.files.items() if name not in {SIGNED, UNSIGNED}}

    def _read_statement(self) -> bytes | None:
        """Return the statement; None: there is none that can be read."""
        if SIGNED not in self.files:
            if UNSIGNED not in self.files:
                self.damage[SIGNED] = "is missing: nothing says which files belong to the bundle"
                return None
            return bytes(self.files[UNSIGNED])
        if UNSIGNED in self.files:
            self.damage[UNSIGNED] = f"is additional: {SIGNED} is there"
        envelope = Envelope.from_bytes(bytes(self.files[SIGNED]))
        if envelope is None or envelope.payload_type != PAYLOAD_TYPE:
            self.damage[SIGNED] = "has been changed: it is no longer an envelope as it was written"
            return None
        key = parse_public_key(bytes(self.files.get(SIGNER, b"")))
        if key is None:
            self.damage.setdefault(SIGNER, "has been changed or is missing: there is no public key in it")
        elif not envelope.is_signed_by(key):
            self.damage[SIGNED] = f"the signature over it is not that of the key in {SIGNER}"
        elif envelope.key_id != key.fingerprint:
            self.damage[SIGNED] = f"has been changed: it names another key than the one in {SIGNER}"
        else:
            self.signer = key
        return envelope.payload


def _sha256(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()

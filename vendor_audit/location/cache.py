"""The user's copies of what operators publish: the bytes as they came, a table made from them, and a note beside.

For each name: ``aws.0`` (and ``.1`` where it has several parts) are the bytes, ``aws.ranges`` the table, ``aws.json``
the note: where from, when, how large, SHA-256, ETag. The note is written last, so that what it speaks of is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vendor_audit.location.operators.declared import InvalidOperatorFileError, OperatorFile
from vendor_audit.location.operators.formats import DATABASE, PARSERS
from vendor_audit.location.operators.source import OperatorRanges, edition_of, table_of
from vendor_audit.location.ranges import InvalidRangesError, RangeTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vendor_audit.location.published import Published

_NOTE = "vendor-audit/location-data/1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_MOST_BYTES = 1_000_000
"""Of a note."""


class BrokenCopyError(Exception):
    """A copy in the cache cannot be used. The text says why, and what to do, for the user."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file as it came."""

    url: str
    """Where it came from; of a file that the user gave, its path."""
    content: bytes
    etag: str = ""
    """As the server sent it, for the next time; empty: it sent none."""
    modified: str = ""
    """The header Last-Modified, likewise."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a copy."""

    name: str
    parts: tuple[dict[str, Any], ...]
    """Each with ``url``, ``sha256``, ``bytes``, ``etag``, ``modified``."""
    fetched: datetime
    """When these bytes came."""
    checked: datetime
    """When the publisher was last asked and had nothing else."""
    edition: str
    """The day of the data by their own words; empty: they do not say."""
    networks: int
    """How many the file has; 0 of a database."""
    skipped: int
    """Entries that could not be read."""

    def to_json(self) -> dict[str, Any]:
        """Return the note as JSON."""
        return {
            "format": _NOTE,
            "name": self.name,
            "parts": list(self.parts),
            "fetched": self.fetched.isoformat(timespec="seconds"),
            "checked": self.checked.isoformat(timespec="seconds"),
            "edition": self.edition,
            "networks": self.networks,
            "skipped": self.skipped,
        }


def cache_folder(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the folder for what can be fetched again, by the platform's convention.

    Linux and BSD: ``$XDG_CACHE_HOME`` (where it is absolute, as its specification asks), else ``~/.cache``; macOS:
    ``~/Library/Caches``.
    """
    environment = os.environ if environment is None else environment
    home = Path(environment.get("HOME") or Path.home())
    named = environment.get("XDG_CACHE_HOME", "")
    if named.startswith("/"):
        root = Path(named)
    else:
        root = home / "Library" / "Caches" if platform == "darwin" else home / ".cache"
    return root / "vendor-audit" / "location"


@dataclass(frozen=True, slots=True)
class Cache:
    """The copies in a folder, which need not exist."""

    folder: Path

    def note(self, name: str) -> Note | None:
        """Return what is known of a copy; None: there is none.

        Raises:
            BrokenCopyError: the note is there and cannot be read.
        """
        path = self._path(name, "json")
        try:
            with path.open("rb") as stream:
                shape = json.loads(stream.read(_MOST_BYTES))
            if shape["format"] != _NOTE:
                raise BrokenCopyError(_broken(name, f"{path.name} is in another format"))
            return Note(
                name,
                tuple(
                    {key: part[key] for key in ("url", "sha256", "bytes", "etag", "modified")}
                    for part in shape["parts"]
                ),
                _time(shape["fetched"]),
                _time(shape["checked"]),
                str(shape["edition"]),
                int(shape["networks"]),
                int(shape["skipped"]),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BrokenCopyError(_broken(name, f"{path.name} cannot be read")) from error

    def store(self, what: Published, parts: Sequence[Part], now: datetime) -> Note:
        """Keep the bytes that came, once they are found to be in their format, and return the note.

        Raises:
            InvalidOperatorFileError: they are not; what was there before stays.
            OSError: the folder cannot be written.
        """
        table = None if what.format == DATABASE else table_of(_joined(what.format, parts))
        about = table.about if table else {}
        note = Note(
            what.name,
            tuple(
                {
                    "url": part.url,
                    "sha256": hashlib.sha256(part.content).hexdigest(),
                    "bytes": len(part.content),
                    "etag": part.etag,
                    "modified": part.modified,
                }
                for part in parts
            ),
            now,
            now,
            str(about.get("edition", "")),
            int(about.get("networks", 0)),
            int(about.get("skipped", 0)),
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(parts):
            self._write(self._path(what.name, str(number)), part.content)
        if table is not None:
            self._write(self._path(what.name, "ranges"), table.to_bytes())
        self._write_note(note)
        return note

    def confirm(self, note: Note, now: datetime) -> Note:
        """Write down that the publisher was asked again and has nothing newer, and return the note.

        Raises:
            OSError: the folder cannot be written.
        """
        confirmed = Note(note.name, note.parts, note.fetched, now, note.edition, note.networks, note.skipped)
        self._write_note(confirmed)
        return confirmed

    def ranges(self, what: Published) -> OperatorRanges | None:
        """Return the copy as a source; None: there is none.

        Raises:
            BrokenCopyError: it is there and cannot be read.
        """
        note = self.note(what.name)
        if note is None:
            return None
        try:
            table = RangeTable.from_bytes(self._path(what.name, "ranges").read_bytes())
            edition: date | None = edition_of(table)
        except (OSError, InvalidRangesError, ValueError, TypeError) as error:
            raise BrokenCopyError(_broken(what.name, str(error))) from error
        return OperatorRanges(what.name, what.operator, table, edition, note.checked.date())

    def path_of(self, name: str) -> Path:
        """Return where the first part of a copy lies: of a database the database."""
        return self._path(name, "0")

    def _path(self, name: str, ending: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"'{name}' is no name of a copy")
        return self.folder / f"{name}.{ending}"

    def _write_note(self, note: Note) -> None:
        text = json.dumps(note.to_json(), indent=2) + "\n"
        self._write(self._path(note.name, "json"), text.encode())

    def _write(self, path: Path, content: bytes) -> None:
        """Replace a file as a whole: whoever reads at the same time gets the old or the new one."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(content)
        temporary.replace(path)


def _joined(name: str, parts: Sequence[Part]) -> OperatorFile:
    files = [PARSERS[name](part.content) for part in parts]
    networks = tuple(network for file in files for network in file.networks)
    if not networks:
        raise InvalidOperatorFileError("it names no network")
    edition = min((file.edition for file in files if file.edition), default=None)
    return OperatorFile(networks, edition, sum(file.skipped for file in files))


def _broken(name: str, why: str) -> str:
    return f"the copy of {name} in the cache is broken ({why}): run 'vendor-audit data update {name}'"


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The journal: what was gathered so far, line by line, so that a crash or a power cut loses nothing.

First line: the record's header and the looks that were planned. Every further line: one observation. When the audit
document stands, the journal goes; while it is there, ``vendor-audit judge`` takes it in the document's place.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from vendor_audit.audit.comparison import compared
from vendor_audit.audit.record import Record
from vendor_audit.errors import UsageError
from vendor_audit.observation import Failure, Observation, Strength, Target

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from vendor_audit.audit.plan import Look
    from vendor_audit.observation import Json

NAME = "audit.partial.jsonl"
_STOPPED = "the program ended before the audit was finished"


class Journal:
    """An open journal; a context manager. `add` is durable as far as the operating system is."""

    def __init__(self, folder: Path, record: Record, looks: Iterable[Look] = ()) -> None:
        """Start the journal of a record in a folder that exists; an older one there is overwritten.

        Args:
            folder: where it stands.
            record: what is known before the first look.
            looks: what will be looked at; what the journal has no observation of was not observed.

        Raises:
            OSError: the folder cannot be written.
        """
        self.path = folder / NAME
        self._file = self.path.open("w", encoding="ascii")
        planned = [
            {"probe": each.probe.name, "strength": each.probe.strength.value, "target": each.target.to_json()}
            for each in looks
        ]
        self._write({**record.header(), "planned": planned})
        for each in record.observations:
            self.add(each)

    def add(self, observation: Observation) -> None:
        """Write one observation."""
        self._write(observation.to_json())

    def remove(self) -> None:
        """Take the journal away: the audit document stands."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; it stays where it is."""
        self._file.close()

    def _write(self, line: object) -> None:
        # ASCII: a vendor's text may hold characters that end a line, or halves of characters.
        self._file.write(json.dumps(line, ensure_ascii=True, allow_nan=False) + "\n")
        self._file.flush()


def read_journal(path: Path) -> Record:
    """Return the record that a journal holds; a last line that was cut off is left out.

    Raises:
        UsageError: it cannot be read, or holds no record.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error
    shapes = []
    for line in lines:
        try:
            shapes.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    try:
        record = Record.from_json({**shapes[0], "observations": shapes[1:]})
        planned = [_unseen(each, record.started) for each in shapes[0]["planned"]]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path}: holds no record of an audit ({type(error).__name__}: {error})") from error
    seen = {each.id for each in record.observations}
    unseen = [each for each in planned if each.id not in seen]
    return compared(replace(record, stopped=record.stopped or _STOPPED, observations=(*record.observations, *unseen)))


def _unseen(look: dict[str, Json], started: str) -> Observation:
    failure = Failure("interrupted", f"not observed: {_STOPPED}")
    target = Target.from_json(look["target"])
    return Observation(look["probe"], target, Strength(look["strength"]), {}, {}, (), started, 0.0, failure)

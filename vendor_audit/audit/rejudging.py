"""Judging an audit again and holding the two judgements against each other: what `verify` says of a bundle's audit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit import __version__
from vendor_audit.audit.document import conclude, record_of, to_bytes
from vendor_audit.checklist.load import load_catalogue
from vendor_audit.errors import UsageError
from vendor_audit.source.diagnostic import InvalidFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.checklist.load import Catalogue
    from vendor_audit.observation import Json


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """An audit beside the same observations judged today."""

    differing: tuple[str, ...]
    """The checklists and dated data that are no longer those of the audit: "art-5", "data tls"."""
    version: str
    """The version that judged the audit, where it is not this one; otherwise empty."""
    is_same: bool
    """Whether today's judgement has the same bytes, the number of the version apart."""
    before: Mapping[str, int]
    """Verdict -> how many findings of the audit have it."""
    after: Mapping[str, int]
    """Verdict -> how many findings have it today."""

    @property
    def is_contradiction(self) -> bool:
        """Whether the audit says what its own observations, checklists and program do not: it was tampered with."""
        return not (self.is_same or self.differing or self.version)


def judge_again(document: dict[str, Json], content: bytes) -> Rejudgement:
    """Return how the audit compares with its observations judged by the checklists of today. No network.

    Args:
        document: the audit, held against its schema.
        content: its bytes.

    Raises:
        UsageError: it cannot be judged again: it holds what no audit of ours holds.
    """
    catalogue, gone = _catalogue(document["settings"]["thresholds"])
    try:
        again = conclude(record_of(document), catalogue)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        # The schema does not hold everything that the judge relies on, and the document may be a stranger's.
        said = f"{type(error).__name__}: {error}"
        raise UsageError(f"cannot be judged again, it holds what no audit of ours holds ({said[:200]})") from error
    differing = [*_differing(document, again, "checklists", ""), *_differing(document, again, "data", "data "), *gone]
    return Rejudgement(
        differing=tuple(dict.fromkeys(differing)),
        version="" if document["judged_with"] == __version__ else str(document["judged_with"]),
        is_same=to_bytes({**again, "judged_with": document["judged_with"]}) == content,
        before=_counts(document),
        after=_counts(again),
    )


def _catalogue(selection: Mapping[str, str]) -> tuple[Catalogue, list[str]]:
    """Return the checks with the data that the audit selected, today's where there are those no more, and which."""
    try:
        return load_catalogue(selection=selection), []
    except (UsageError, InvalidFileError):
        today = load_catalogue()
    known = {(each.topic, each.id) for each in today.data.sets}
    there = {topic: name for topic, name in selection.items() if (topic, name) in known}
    return load_catalogue(selection=there), [f"data {selection[topic]}" for topic in selection if topic not in there]


def _differing(old: dict[str, Json], new: dict[str, Json], key: str, prefix: str) -> list[str]:
    before, after = ({each["id"]: _digests(each) for each in shape[key]} for shape in (old, new))
    names = [*before, *(each for each in after if each not in before)]
    return [f"{prefix}{name}" for name in names if before.get(name) != after.get(name)]


def _digests(shape: dict[str, Json]) -> Json:
    return [shape["sha256"], shape.get("parts")]


def _counts(document: dict[str, Json]) -> dict[str, int]:
    return dict(sorted(Counter(each["verdict"] for each in document["findings"]).items()))

"""What decided, in words: the sentence of a finding, and the elements under it with like ones told together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.reports.lookup import day
from vendor_audit.reports.text import capital, compact, plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json

_VALUES = 6
"""Different values that one line names."""
_SAID_BY_SECTION = ("Not established: ", "Does not apply: ")
"""What the heading above a reason says already."""


def reason_of(finding: Json) -> str:
    """Return the sentence that gives the verdict its reason: the reviewer's, where a person has reviewed it.

    A check's own sentence is followed by a generated clause (": versions.accepted[0] is ..."); that clause is left out,
    because the same elements stand in the evidence box.
    """
    review = finding.get("review")
    if review:
        return f"Reviewed by {review['by']} on {day(review['on'])}: {review['reason']}"
    reason = str(finding["reason"])
    for prefix in _SAID_BY_SECTION:
        reason = reason.removeprefix(prefix)
    for decider in finding["decided_by"]:
        path = decider["path"].removeprefix("vendor file: ")
        for subject in (f": {path} ", f": {path}[", f": '{path}' "):
            sentence, found, _ = reason.partition(subject)
            if found:
                return f"{sentence.removesuffix('.')}."
    return reason


def decider_lines(deciders: Iterable[Json]) -> tuple[str, ...]:
    """Return one line for all elements of one list that were held against the same expectation."""
    groups: dict[tuple[str, ...], list[Json]] = {}
    for each in deciders:
        path, expectation, source = each["path"], each.get("expectation", ""), each.get("source", "")
        unknown = each.get("unknown_reason", "")
        groups.setdefault((re.sub(r"\[\d+\]", "[]", path), expectation, source, unknown), []).append(each)
    return tuple(_line(skeleton, group) for (skeleton, *_), group in groups.items())


def _line(skeleton: str, group: list[Json]) -> str:
    """Return `versions.accepted[] is "TLSv1.0", "TLSv1.1"; expected: in TLSv1.2, TLSv1.3 (ncsc-nl-2025-05 §3.3.1)`."""
    first = group[0]
    path = first["path"] if len(group) == 1 else skeleton
    if first.get("unknown_reason"):
        return f"{path} is not known: {first['unknown_reason']}"
    values = list(dict.fromkeys(compact(each["value"]) for each in group if "value" in each))
    line = str(path)
    if values:
        line += f" is {', '.join(values[:_VALUES])}"
    if len(values) > _VALUES:
        line += f" and {len(values) - _VALUES} more"
    elif len(values) == 1 < len(group):
        line += f" in {plural(len(group), 'place')}"
    if first.get("expectation"):
        line += f"; expected: {visible(first['expectation'], 160)}"
    if first.get("source"):
        line += f" ({first['source']})"
    return line


def sentence_of(finding: Json) -> str:
    """Return the reason as a sentence that stands on its own."""
    return capital(reason_of(finding))

"""How a comparison of two audits reads on a terminal: plain lines, the worst first, nothing a vendor wrote at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.audit.compare import Kind
from vendor_audit.checklist.model import Verdict
from vendor_audit.reports.lookup import clock, day, percent, target_name
from vendor_audit.reports.text import capital, plural, visible
from vendor_audit.reports.words import LIGHTS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_audit.audit.compare import Change, Comparison
    from vendor_audit.observation import Json

_HEADINGS = {
    Kind.NEW: "New",
    Kind.WORSE: "Worse",
    Kind.BETTER: "Better",
    Kind.MENDED: "Mended",
    Kind.UNKNOWN_NOW: "Unknown now",
    Kind.KNOWN_NOW: "Known now",
    Kind.APPLIES_NOW: "Applies now, and passes",
    Kind.NO_LONGER_APPLIES: "No longer applies",
    Kind.GONE: "Gone",
}
_ORDER = (
    Kind.WORSE,
    Kind.NEW,
    Kind.UNKNOWN_NOW,
    Kind.KNOWN_NOW,
    Kind.BETTER,
    Kind.MENDED,
    Kind.APPLIES_NOW,
    Kind.NO_LONGER_APPLIES,
    Kind.GONE,
)
"""What a reader must know first."""
_QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Of what is new, gone or merely applies otherwise these are counted only: they ask for nothing."""
_COUNTED = frozenset({Kind.NEW, Kind.GONE, Kind.APPLIES_NOW, Kind.NO_LONGER_APPLIES})
_REASON = 200
"""Characters of a reason."""
_NAME = 120
"""Characters of a name that a vendor chose."""


def lines_of(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of a comparison."""
    yield f"Older  {_head(comparison.older)}"
    yield f"Newer  {_head(comparison.newer)}"
    yield ""
    count = comparison.failing_now
    if not comparison.changes:
        yield "No finding changed."
    elif count:
        yield f"{plural(count, 'finding')} {'fails' if count == 1 else 'fail'} that did not fail before."
    else:
        yield "Nothing fails that did not fail before."
    for kind in _ORDER:
        if changes := comparison.of(kind):
            yield from _section(kind, changes)
    if comparison.unchanged:
        total = sum(comparison.unchanged.values())
        parts = [
            f"{tag.word.lower()} {comparison.unchanged[name]:,}"
            for name, tag in VERDICTS.items()
            if name in comparison.unchanged
        ]
        yield ""
        yield f"Unchanged ({total:,}): {', '.join(parts)}"
    if comparison.notes:
        yield ""
        for note in comparison.notes:
            yield f"Note: {visible(note)}."


def _head(audit: Mapping[str, Json]) -> str:
    """Return "Acme Video, 23 November 2026, 19:26:04 UTC: red, 52.7 % to 70.5 %, gate failed (exit 1)"."""
    light = LIGHTS.get(audit["light"], LIGHTS["grey"]).word.lower()
    score = percent(audit["proven"])
    if audit["possible"] != audit["proven"]:
        score += f" to {percent(audit['possible'])}"
    gate = f"gate {'passed' if audit['gate']['passed'] else 'failed'} (exit {audit['gate']['exit_code']})"
    when = f"{day(audit['started'])}, {clock(audit['started'][:19])}"
    return f"{visible(audit['vendor'], _NAME)}, {when}: {light}, {score}, {gate}"


def _section(kind: Kind, changes: tuple[Change, ...]) -> Iterator[str]:
    yield ""
    yield f"{_HEADINGS[kind]} ({len(changes):,})"
    quiet = 0
    for change in changes:
        if kind in _COUNTED and (change.after or change.before) in _QUIET:
            quiet += 1
        else:
            yield from _change(change)
    if quiet:
        yield f"  {plural(quiet, 'finding')} that asked or ask for nothing; --json names them"


def _change(change: Change) -> Iterator[str]:
    name = target_name({"target": change.target or {}})
    on = f" on {visible(name, _NAME)}" if name else ""
    said = " -> ".join(VERDICTS[each.value].word for each in (change.before, change.after) if each)
    hint = " [its checklist changed]" if change.checklist_changed else ""
    yield f"  {change.severity.value:8}  {visible(change.check, _NAME)}{on}: {said}{hint}"
    if change.after not in _QUIET and change.kind is not Kind.GONE:
        yield f"            {capital(visible(change.reason, _REASON))}"

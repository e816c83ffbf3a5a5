"""Markdown: the summary that a CI job shows on its page, with everything that a person has to act on.

It stays under `LIMIT` bytes, far below the 1 MiB at which GitHub refuses a step's summary, so that some vendors fit
into one: what does not fit is counted, and audit.json has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.reports import annexes
from vendor_audit.reports.findings import areas_that_matter
from vendor_audit.reports.lookup import Lookup, day, target_name
from vendor_audit.reports.markdown_text import code, plain
from vendor_audit.reports.summary import summarize
from vendor_audit.reports.text import plural, shorten
from vendor_audit.reports.words import NOT_ADVICE, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_audit.observation import Json
    from vendor_audit.reports.findings import AreaView, FindingView
    from vendor_audit.reports.interface import EvidenceReader, Report
    from vendor_audit.reports.summary import Summary
    from vendor_audit.reports.words import Tag

LIMIT = 60_000
"""Bytes of the whole summary."""
_SHARE = 6_000
"""Bytes that are kept for each section behind the one that is being written, if it needs them."""
_NOTE = 120
"""Bytes that the note of what was cut may take."""
_TARGETS = 5
"""Targets of one check."""
_CHECKLISTS = 30
_WARNINGS = 5
_NAME = 120
"""Characters of a name, or of a cell of the table of checklists."""
_REASON = 300
"""Characters of a reason or remedy."""
_MARKS = {"fail": "❌", "partial": "🟠", "accepted": "☑️", "unknown": "❓", "pass": "✅", "none": "⚪"}
"""By tone: a shape that says without its colour what it means; the word stands beside it."""


class MarkdownReport:
    """A summary: verdict, gate, score, checklists, what fails, what was accepted or reviewed, what is not known."""

    name = "markdown"
    suffix = ".md"
    media_type = "text/markdown"

    def check_available(self) -> None:
        """Return: text can always be written."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the summary in GitHub Flavored Markdown, UTF-8. The same audit gives the same bytes."""
        look = Lookup.over(audit, evidence)
        areas = areas_that_matter(look)
        head = "\n".join(_head(look, summarize(look, areas)))
        foot = "\n".join(_foot(look))
        room = LIMIT - _size(head) - _size(foot) - 2
        written = [head]
        had = _had(look)
        sections = [_failing(areas, had), _accepted(look), _reviewed(look), _unknown(look, had)]
        for position, section in enumerate(sections):
            kept = sum(min(each.size, _SHARE) for each in sections[position + 1 :])
            text = section.fitted(room - kept)
            room -= _size(text)
            written.append(text)
        return "".join(f"{each}\n" for each in (*written, foot) if each).encode()


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and what stands under it, in blocks of which each can be left out."""

    heading: str
    """With the head of the table, if it is one."""
    blocks: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all of it; 0: it is empty and not written."""
        return _size(self.heading) + sum(map(_size, self.blocks)) + _NOTE if self.blocks else 0

    def fitted(self, room: int) -> str:
        """Return as much of it as fits into that many bytes, with a note of how much was left out."""
        if not self.blocks:
            return ""
        lines = [self.heading]
        left = room - _size(self.heading) - _NOTE
        for position, each in enumerate(self.blocks):
            left -= _size(each)
            if left < 0:
                lines.append(f"\n*… and {len(self.blocks) - position} more, which audit.json has: cut to fit.*\n")
                break
            lines.append(each)
        return "\n".join(lines)


def _size(text: str) -> int:
    return len(text.encode()) + 1


def _marked(tag: Tag) -> str:
    return f"{_MARKS[tag.tone]} {tag.word}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(*names: str) -> str:
    return f"{_row(*names)}\n{_row(*('---' for _ in names))}"


def _short(text: str, limit: int = _REASON) -> str:
    return plain(shorten(text, limit))


def _targets(names: str) -> str:
    return code(shorten(names, _NAME))


def _head(look: Lookup, summary: Summary) -> Iterator[str]:
    vendor = look.audit["vendor_file"]["data"]["vendor"].get("name", look.audit["vendor_file"]["name"])
    yield f"# Audit of {_short(vendor, _NAME)}, {plain(day(look.audit['started']))}\n"
    yield f"**{_marked(summary.light)}. {_short(summary.sentence)}** {_short(summary.detail, 600)}\n"
    yield f"**{_MARKS[summary.gate.tag.tone]} {_short(summary.gate.line, 600)}.** {_short(summary.gate.rule, 600)}\n"
    interval = summary.interval
    if interval.known:
        yield (
            f"Proven **{interval.low_text}**, possible **{interval.high_text}**; {interval.coverage_text} of what "
            "applies was judged.\n"
        )
    else:
        yield "No score: nothing was judged.\n"
    counts = [f"{_marked(each.tag)} {each.number:,}" for each in summary.counts if each.number]
    if counts:
        yield f"Findings: {', '.join(counts)}\n"
    warnings = look.audit.get("warnings", [])
    for each in warnings[:_WARNINGS]:
        yield f"- Warning: {_short(each)}"
    if len(warnings) > _WARNINGS:
        yield f"- … and {plural(len(warnings) - _WARNINGS, 'more warning')} in audit.json"
    if summary.checklists:
        if warnings:
            yield ""
        yield _table("Checklist", "Light", "Proven", "Possible", "Judged", *(each.word for each in VERDICTS.values()))
    for row in summary.checklists[:_CHECKLISTS]:
        score = row.interval
        yield _row(
            _short(row.title, 60),
            _marked(row.light),
            score.low_text,
            score.high_text if score.known else "",
            score.coverage_text,
            *(str(each) if each else "" for each in row.counts),
        )
    if len(summary.checklists) > _CHECKLISTS:
        yield f"\n*… and {len(summary.checklists) - _CHECKLISTS} more checklists in audit.json.*"


def _had(look: Lookup) -> frozenset[tuple[str, str]]:
    """Return the check and target, as it is shown, of what the baseline had already."""
    had = look.audit["gate"].get("baseline", {}).get("had", [])
    shown = {target_name(each) for each in look.audit["findings"]}
    return frozenset((each["check"], name if (name := each.get("target", "")) in shown else "") for each in had)


def _failing(areas: Iterable[AreaView], had: frozenset[tuple[str, str]]) -> _Section:
    blocks = []
    for area in areas:
        for position, finding in enumerate(area.findings):
            title = f"\n### {area.title}\n\n" if position == 0 else ""
            blocks.append(title + "\n".join(_finding(finding, had)))
    return _Section("\n## What fails", tuple(blocks))


def _finding(finding: FindingView, had: frozenset[tuple[str, str]]) -> Iterator[str]:
    yield (
        f"- {_marked(finding.tag)}, **{plain(finding.severity)}**: {_short(finding.title)} "
        f"({code(finding.check)}; {_short(finding.clause, _NAME)}{'' if finding.in_force else '; not in force'})"
    )
    for each in finding.observed[:_TARGETS]:
        name = f"{_targets(each.target)}: " if each.target else ""
        kind = "" if each.tag == finding.tag else f"{_marked(each.tag)}: "
        old = " *(was in the baseline)*" if (finding.check, each.target) in had else ""
        yield f"  - {name}{kind}{_short(each.reason)}{old}"
    more = len(finding.observed) - _TARGETS + finding.hidden
    if more > 0:
        yield f"  - … and on {plural(more, 'more target')}"
    for sentence in finding.contradictions:
        yield f"  - Contradiction: {_short(sentence)}"
    if finding.remedy:
        yield f"  - Remedy: {_short(finding.remedy)}"


def _accepted(look: Lookup) -> _Section:
    rows = (
        _row(code(each.check), _targets(each.targets), _short(each.reason), _short(each.by, _NAME), plain(each.when))
        for each in annexes.accepted_risks(look)
    )
    head = _table("Check", "On", "Why it was accepted", "By", "When")
    return _Section(f"\n## Accepted risks\n\n{head}", tuple(rows))


def _reviewed(look: Lookup) -> _Section:
    rows = (
        _row(
            code(each.check),
            _targets(each.targets),
            f"{_marked(each.before)} → {_marked(each.tag)}" if each.before else _marked(each.tag),
            _short(each.reason),
            f"{_short(each.by, _NAME)}, {plain(each.when)}",
        )
        for each in annexes.reviews(look)
    )
    return _Section(
        f"\n## Reviewed by a person\n\n{_table('Check', 'On', 'Verdict', 'Reason', 'By')}",
        tuple(rows),
    )


def _unknown(look: Lookup, had: frozenset[tuple[str, str]]) -> _Section:
    rows = (
        _row(
            plain(each.severity),
            f"{_short(each.title)} ({code(each.check)})",
            _targets(", ".join(each.targets)),
            " ".join(_short(reason) for reason in each.reasons[:_TARGETS]) + _old(each, had),
        )
        for each in annexes.checks_with(look, "inconclusive")
    )
    head = _table("Severity", "Requirement", "On", "Why it is not known")
    return _Section(f"\n## Not established\n\nNone of these is a pass.\n\n{head}", tuple(rows))


def _old(row: annexes.CheckRow, had: frozenset[tuple[str, str]]) -> str:
    """Return how many of a row's targets the baseline had already; empty: none."""
    targets = row.targets or ("",)
    count = sum((row.check, each) in had for each in targets)
    if not count:
        return ""
    return " *(was in the baseline)*" if count == len(targets) else f" *({count} of {len(targets)} in the baseline)*"


def _foot(look: Lookup) -> Iterator[str]:
    audit = look.audit
    yield "\n---\n"
    yield (
        f"{code(audit['id'])}, {plain(audit['tool']['name'])} {plain(str(audit['tool']['version']))}, vendor file "
        f"{_targets(audit['vendor_file']['name'])}. {NOT_ADVICE}"
    )


REPORT: Report = MarkdownReport()

"""The terminal's report: the same view as the PDF, as short as a screen is. Also what ``run`` prints at its end.

Vendor strings go into `rich.text.Text` objects as they are; nothing here is ever parsed as markup.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vendor_audit.reports.interface import EvidenceReader, no_evidence
from vendor_audit.reports.terminal_places import places_table
from vendor_audit.reports.text import plural
from vendor_audit.reports.view import ReportView, build_view
from vendor_audit.reports.words import VERDICTS, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from vendor_audit.observation import Json
    from vendor_audit.reports.annexes import CheckRow
    from vendor_audit.reports.findings import FindingView, Observed
    from vendor_audit.reports.interface import Report
    from vendor_audit.reports.passages import Passage
    from vendor_audit.reports.summary import ChecklistRow, Count, Gate, Interval

_WIDTH = 100
"""Columns of a report that goes into a file."""
_COLOURS = {
    "fail": "red",
    "partial": "yellow",
    "pass": "green",
    "unknown": "blue",
    "accepted": "magenta",
    "none": "bright_black",
}
_MARKS = {"fail": "✗", "partial": "▲", "pass": "✓", "unknown": "○", "accepted": "◆", "none": "·"}
_PLAIN_MARKS = {"fail": "x", "partial": "!", "pass": "+", "unknown": "?", "accepted": "a", "none": "-"}
"""Where the terminal has no Unicode."""
_SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": ""}
_WIDE = 96
"""Columns from which the table has room for bars."""
_BAR = 32
"""Columns of the score's bar."""
_SMALL_BAR = 12
_GAP = 3
_TARGETS = 4
"""Targets of one finding on the screen."""
_DECIDERS = 2
"""Deciding elements of one target on the screen."""
_UNKNOWN = 12
"""Unknown checks on the screen; the reports have them all."""


class TerminalReport:
    """The report as plain text, for a file or a pager."""

    name = "terminal"
    suffix = ".txt"
    media_type = "text/plain; charset=utf-8"

    def check_available(self) -> None:
        """Return: text can always be written."""

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the report without colour, 100 columns wide. The same audit and evidence give the same bytes."""
        stream = io.StringIO()
        console = Console(
            file=stream,
            width=_WIDTH,
            no_color=True,
            color_system=None,
            force_terminal=False,
            legacy_windows=False,
            emoji=False,
            markup=False,
            _environ={},
        )
        _print(build_view(audit, evidence), console, unicode=True)
        return _stripped(stream.getvalue()).lstrip("\n").encode()


def print_audit(audit: dict[str, Json], console: Console, evidence: EvidenceReader = no_evidence) -> None:
    """Print the report on a console: in its width, and in its colours if it has any. The gate's line comes last."""
    unicode = not console.options.ascii_only
    with console.capture() as printed:
        _print(build_view(audit, evidence), console, unicode=unicode)
    text = printed.get()
    if not console.is_terminal:
        text = _stripped(text)
    if not unicode:
        # Names and sources keep their letters, which this encoding may not have: an escape is better than no report.
        text = text.encode(console.encoding, "backslashreplace").decode(console.encoding)
    console.file.write(text)
    console.file.flush()


def _print(view: ReportView, console: Console, *, unicode: bool) -> None:
    for part in _Screen(console.width, unicode=unicode).parts(view):
        console.print(part, markup=False, highlight=False, emoji=False, soft_wrap=False)


class _Screen:
    """Makes the parts of the report for one kind of screen."""

    def __init__(self, width: int, *, unicode: bool) -> None:
        self._marks = _MARKS if unicode else _PLAIN_MARKS
        self._unicode = unicode
        self._width = width
        self._wide = width >= _WIDE

    def parts(self, view: ReportView) -> Iterator[RenderableType]:
        """Return what is printed, from the vendor's name to the gate's line."""
        yield from self._head(view)
        if view.summary.checklists:
            yield Padding(self._checklists(view), (1, 1, 0, 1))
        if view.areas:
            yield _heading("Findings that matter")
            for area in view.areas:
                for finding in area.findings:
                    yield self._finding(finding)
                    yield Text()
        if view.unknown:
            yield _heading("What could not be established, and why", above=not view.areas)
            yield from self._unknown(view.unknown)
        yield from places_table(view.places, unicode=self._unicode)
        if view.accepted:
            yield _heading("Risks that the customer accepted")
            for each in view.accepted:
                yield self._item(
                    VERDICTS["accepted"],
                    [
                        Text(each.title),
                        Text.assemble(each.check, (f"  {each.targets}" if each.targets else "", ""), style="dim"),
                        Text(f"{each.by}, {each.when}: {each.reason}"),
                    ],
                )
        if view.warnings:
            yield _heading("Warnings")
            for warning in view.warnings:
                yield self._item(Tag("Warning", "partial"), [Text(warning)])
        yield from self._gate(view.summary.gate)

    def _head(self, view: ReportView) -> Iterator[RenderableType]:
        name = Text.assemble((view.vendor, "bold"), f"  {view.product}")
        head = Table.grid(expand=True, padding=(0, 1))
        head.add_column(ratio=1)
        head.add_column(justify="right", no_wrap=True)
        head.add_row(name, Text(view.day, "dim"))
        head.add_row(Text(view.audit_id, "dim"), Text(view.tool, "dim"))
        yield Padding(head, (1, 1))
        light = view.summary.light
        verdict = Text.assemble(
            (light.word.upper(), f"bold {_COLOURS[light.tone]}"),
            (f"  {view.summary.sentence}", "bold"),
        )
        yield self._item(light, [verdict, *([Text(view.summary.detail)] if view.summary.detail else [])])
        yield Padding(self._interval(view.summary.interval), (1, 1, 0, 1))
        yield Padding(self._counts(view.summary.counts), (0, 1))

    def _interval(self, interval: Interval) -> Text:
        if not interval.known:
            return Text("No score: nothing could be judged.")
        line = self._bar(interval, _BAR if self._wide else _BAR // 2)
        figures = (interval.low_text, "proven"), (interval.high_text, "possible"), (interval.coverage_text, "judged")
        for figure, word in figures:
            line.append("   ").append(figure, "bold").append(f" {word}")
        return line

    def _bar(self, interval: Interval, width: int) -> Text:
        low, high = round(interval.low * width / 100), round(interval.high * width / 100)
        proven, possible, track = ("█", "▒", "░") if self._unicode else ("#", "=", ".")
        return Text.assemble(proven * low, (possible * (high - low), "dim"), (track * (width - high), "bright_black"))

    def _counts(self, counts: tuple[Count, ...]) -> RenderableType:
        """Return "x 8 fails  ! 2 partly met", broken only between the counts."""
        lines = [Text()]
        for each in counts:
            if each.number:
                part = _join(self._mark(each.tag), Text(f"{each.number} {each.tag.word.lower()}"))
                if lines[-1] and lines[-1].cell_len + part.cell_len + _GAP > self._width - 2:
                    lines.append(Text())
                lines[-1].append(" " * _GAP if lines[-1] else "").append_text(part)
        return Group(*lines)

    def _checklists(self, view: ReportView) -> Table:
        table = Table(
            box=box.SIMPLE_HEAD if self._unicode else box.ASCII2,
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
            header_style="dim",
            expand=self._wide,
        )
        table.add_column("Checklist", overflow="fold", ratio=1 if self._wide else None)
        table.add_column("Light", no_wrap=True)
        if self._wide:
            table.add_column("Score", no_wrap=True)
        table.add_column("Proven to possible" if self._wide else "Score", justify="right", no_wrap=True)
        table.add_column("Judged", justify="right", no_wrap=True)
        for tag in VERDICTS.values():
            table.add_column(self._mark(tag), justify="right", no_wrap=True)
        for row in view.summary.checklists:
            table.add_row(*self._checklist_cells(row))
        return table

    def _checklist_cells(self, row: ChecklistRow) -> list[RenderableType]:
        interval = row.interval
        if not interval.known:
            score = "no score"
        elif self._wide:
            score = f"{interval.low_text} to {interval.high_text}"
        else:
            score = f"{interval.low:g} to {interval.high:g} %"
        return [
            Text(row.title),
            _join(self._mark(row.light), Text(row.light.word, _COLOURS[row.light.tone])),
            *([self._bar(interval, _SMALL_BAR)] if self._wide else []),
            Text(score),
            Text(interval.coverage_text),
            *(Text(str(number), "" if number else "bright_black") for number in row.counts),
        ]

    def _finding(self, finding: FindingView) -> RenderableType:
        body: list[RenderableType] = [
            Text(finding.title, "bold"),
            _about(finding.severity, finding.number, finding.check, finding.clause),
        ]
        if not finding.in_force:
            body.append(Text(finding.status, "dim"))
        for statement in finding.statements:
            quote = f" “{statement.quote}”" if self._unicode else f' "{statement.quote}"'
            body.append(Text(f"Vendor: {statement.sentence}{quote if statement.quote else ''}"))
        body += [Text(each, "red") for each in finding.contradictions]
        body += [self._observed(each) for each in finding.observed[:_TARGETS]]
        hidden = finding.hidden + max(0, len(finding.observed) - _TARGETS)
        if hidden:
            body.append(Text(f"and on {plural(hidden, 'more target')}", "dim"))
        if finding.elsewhere:
            body.append(Text(finding.elsewhere, "dim"))
        if finding.remedy:
            body.append(_hanging(Text("→" if self._unicode else ">"), [Text(finding.remedy)]))
        return self._item(finding.tag, body)

    def _observed(self, observed: Observed) -> RenderableType:
        lines: list[RenderableType] = [
            Text(f"{observed.target}  {observed.reason}" if observed.target else observed.reason)
        ]
        lines += [line for each in observed.passages[:_DECIDERS] for line in self._passage(each)]
        lines += [Text(each, "dim") for each in observed.deciders[:_DECIDERS]]
        if len(observed.deciders) > _DECIDERS:
            lines.append(Text(f"and {len(observed.deciders) - _DECIDERS} more", "dim"))
        if seen := "; ".join(f"{each.id}, {each.when}" for each in observed.evidence):
            lines.append(Text(seen, "dim"))
        return _hanging(self._mark(observed.tag), lines)

    def _passage(self, passage: Passage) -> Iterator[RenderableType]:
        yield Text(f"{passage.title}: {passage.word}" if passage.word else passage.title)
        if passage.quote:
            quote = f"“{passage.quote}”" if self._unicode else f'"{passage.quote}"'
            yield Padding(Text.assemble((quote, "italic"), (f"  {passage.place}", "dim")), (0, 0, 0, 2))
        for remark in passage.remarks:
            yield Padding(Text(remark if self._unicode else _plain_quotes(remark)), (0, 0, 0, 2))

    def _unknown(self, rows: tuple[CheckRow, ...]) -> Iterator[RenderableType]:
        for row in rows[:_UNKNOWN]:
            about = _about(row.severity, row.check, ", ".join(row.targets[:_TARGETS]))
            yield self._item(VERDICTS["inconclusive"], [Text(row.title), about, Text("; ".join(row.reasons))])
        if len(rows) > _UNKNOWN:
            yield Padding(
                Text(f"and {plural(len(rows) - _UNKNOWN, 'more check')}, in the other reports", "dim"), (0, 3)
            )

    def _gate(self, gate: Gate) -> Iterator[RenderableType]:
        yield Padding(Text(gate.rule, "dim"), (1, 1, 0, 3))
        word, rest = gate.tag.word, gate.line[len(gate.tag.word) :]
        yield self._item(gate.tag, [Text.assemble((word.upper(), f"bold {_COLOURS[gate.tag.tone]}"), (rest, "bold"))])

    def _item(self, tag: Tag, lines: list[RenderableType]) -> RenderableType:
        return Padding(_hanging(self._mark(tag), lines), (0, 1))

    def _mark(self, tag: Tag) -> Text:
        return Text(self._marks[tag.tone], _COLOURS[tag.tone])


def _plain_quotes(text: str) -> str:
    return text.replace("“", '"').replace("”", '"')


def _stripped(text: str) -> str:
    """Return the text without the spaces that fill its lines up to the screen's edge."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _hanging(mark: Text, lines: list[RenderableType]) -> Table:
    """Return the lines beside their mark: what wraps stays to the right of it."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(mark, Group(*lines))
    return grid


def _heading(title: str, *, above: bool = True) -> RenderableType:
    return Padding(Text(title, "bold"), (1 if above else 0, 1, 1, 1))


def _about(severity: str, *parts: str) -> Text:
    rest = "".join(f"  {part}" for part in parts if part)
    return Text.assemble((severity, _SEVERITIES.get(severity, "")), (rest, "dim"))


def _join(*parts: Text) -> Text:
    return Text(" ").join(parts)


REPORT: Report = TerminalReport()

"""Live progress: what is being probed right now, on a terminal; nothing where nobody looks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from vendor_audit.audit.progress import Event, Finished, Observer, Planned, Started, ignore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


@contextlib.contextmanager
def live_progress(console: Console, title: str) -> Iterator[Observer]:
    """Give an observer that shows the audit's progress on the console while the block runs."""
    if not console.is_terminal:
        yield ignore
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[now]}[/dim]"),
        console=console,
        transient=True,
    )
    with progress:
        bar = progress.add_task(escape(f"Auditing {title}"), total=None, now="")
        under_way: dict[tuple[str, str], None] = {}

        def observe(event: Event) -> None:
            match event:
                case Planned(looks):
                    progress.update(bar, total=looks)
                case Started(probe, target):
                    under_way[probe, target.name] = None
                case Finished(observation):
                    under_way.pop((observation.probe, observation.target.name), None)
                    progress.advance(bar)
            latest = next(reversed(under_way), None)
            progress.update(bar, now=escape(" ".join(latest)) if latest else "")

        yield observe

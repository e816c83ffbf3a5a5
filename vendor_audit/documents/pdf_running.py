"""Running headers and footers of a PDF: lines at the same place of several pages, page numbers aside, are left out."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.documents.pdf_page import Page, Run

_EDGE: Final = 0.11
"""Share of the height at the top and at the bottom where headers and footers stand."""
_STEP: Final = 3.0
"""Points: lines within one step of each other are at the same place."""
_FEWEST: Final = 2
_MANY_PAGES: Final = 5
_FEWEST_OF_MANY: Final = 3
_FEWEST_SPACES: Final = 4
"""Of a sentence, in which a number may be all that differs from another one."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|pagina|blz|p|s)?\.?\s*[-\u2013]?\s*(?P<page>\d{1,4})\s*(?:(?:of|von|sur|van|de|/|\|)\s*(?P<all>\d{1,4}))?\s*[-\u2013]?",
    re.IGNORECASE,
)


def without_running_lines(pages: Iterable[Page]) -> None:
    """Take running lines out of the pages, in place."""
    pages = list(pages)
    places: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for page in pages:
        for run in page.runs:
            if _is_at_edge(run, page):
                places[_key(run)].add(page.number)
    enough = _FEWEST if len(pages) < _MANY_PAGES else _FEWEST_OF_MANY
    for page in pages:
        lines: defaultdict[int, list[Run]] = defaultdict(list)
        for run in page.runs:
            if _is_at_edge(run, page):
                lines[round(run.base)].append(run)
        gone = {
            id(run)
            for line in lines.values()
            # The number of a clause at the top of a page is no page number: its text stands beside it.
            if all(_is_running(run, page, places, enough) for run in line)
            for run in line
        }
        page.runs = [run for run in page.runs if id(run) not in gone]


def _is_at_edge(run: Run, page: Page) -> bool:
    if _EDGE * page.height <= run.base <= (1 - _EDGE) * page.height:
        return False
    # Rows of a table that goes on may look the same on each page.
    return not any(rule.top <= run.base <= rule.bottom for rule in page.uprights)


def _key(run: Run) -> tuple[str, int]:
    is_sentence = run.text.endswith((".", ";")) and run.text.count(" ") >= _FEWEST_SPACES
    return run.text if is_sentence else _DIGITS.sub("#", run.text), round(run.base / _STEP)


def _is_running(run: Run, page: Page, places: dict[tuple[str, int], set[int]], enough: int) -> bool:
    text, step = _key(run)
    if len(set().union(*(places.get((text, near), set()) for near in (step - 1, step, step + 1)))) >= enough:
        return True
    number = _PAGE_NUMBER.fullmatch(run.text)
    return bool(number and (int(number["page"]) == page.number or number["all"]))

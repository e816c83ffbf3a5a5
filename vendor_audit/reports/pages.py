"""The page: the one template that the PDF and the HTML report share, filled with the view."""

from __future__ import annotations

import base64
import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vendor_audit.reports import words
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from vendor_audit.reports.maps import Maps
    from vendor_audit.reports.view import ReportView

FONT_SCHEME = "vendor-audit-font"
"""URL scheme of the fonts in the print page. Nothing but the fetcher in `weasy` knows it."""
FONT_FILES = {
    "IBMPlexSans-Regular.woff2": ("Plex", 400),
    "IBMPlexSans-SemiBold.woff2": ("Plex", 600),
    "IBMPlexMono-Regular.woff2": ("Plex Mono", 400),
}
"""File in ``report_templates/fonts`` -> family and weight."""


@dataclass(frozen=True, slots=True)
class Font:
    """One font face of the page."""

    family: str
    weight: int
    url: Markup
    """Ours, hence safe inside a style sheet."""


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the contents."""

    number: str
    anchor: str
    title: str


SECTIONS = (
    Section("1", "summary", "Summary"),
    Section("2", "findings", "Findings that matter"),
    Section("3", "open", "What could not be established, and why"),
    Section("4", "passed", "Requirements that are met"),
    Section("5", "not-applicable", "Requirements that do not apply"),
    Section("6", "decisions", "Accepted risks and reviews"),
    Section("7", "scope", "Scope and method"),
    Section("8", "signoff", "Sign-off"),
    Section("A", "evidence", "Observations and evidence"),
    Section("B", "sources", "Checklists and dated sources"),
    Section("C", "words", "Words"),
    Section("D", "verify", "How to verify this report"),
)


def page(view: ReportView, medium: Literal["print", "screen"]) -> str:
    """Return the report as one HTML document: for the printer with font URLs, for the screen with the fonts in it."""
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            view=view,
            maps=_maps(view),
            medium=medium,
            lang="en",
            words=words,
            verdicts=tuple(words.VERDICTS.values()),
            sections=SECTIONS,
            fonts=_fonts(medium),
            css=Markup("".join(_style(name) for name in ("tokens", "document", medium))),  # noqa: S704 # our own files
        )
    )


def _maps(view: ReportView) -> Maps | None:
    """Return the maps of the places; None: the audit located nothing, so that no borders need to be read."""
    if not view.places.rows:
        return None
    maps: Maps = importlib.import_module("vendor_audit.reports.maps").maps_of(view.places)
    return maps


def font_bytes(name: str) -> bytes:
    """Return a font that is shipped.

    Raises:
        KeyError: no such font is shipped.
    """
    if name not in FONT_FILES:
        raise KeyError(name)
    return (shipped("report_templates") / "fonts" / name).read_bytes()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(shipped("report_templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bound"] = _bound
    return environment


def _bound(sentence: str) -> str:
    """Return the sentence with its last two words bound together: a headline does not leave one word alone."""
    head, space, last = sentence.rpartition(" ")
    return f"{head}\u00a0{last}" if space else sentence


def _style(name: str) -> str:
    return (shipped("report_templates") / "style" / f"{name}.css").read_text(encoding="utf-8")


def _fonts(medium: str) -> list[Font]:
    def url(name: str) -> Markup:
        if medium == "print":
            return Markup(f"{FONT_SCHEME}:{name}")  # noqa: S704 # a name of FONT_FILES
        return Markup("data:font/woff2;base64," + base64.b64encode(font_bytes(name)).decode())  # noqa: S704 # base64

    return [Font(family, weight, url(name)) for name, (family, weight) in FONT_FILES.items()]

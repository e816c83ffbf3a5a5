"""Styles and automatic numbers of a DOCX: what is a heading, and which number Word would print before a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vendor_audit.documents.counters import letters, roman

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.documents.docx_package import Node

_HEADING = re.compile(
    r"(?:heading|überschrift|berschrift|ueberschrift|titre|kop|título|titulo|titolo|rubrik|overskrift|nagłówek)\s?-?(?P<level>[1-9])",
    re.IGNORECASE,
)
_TITLE: Final = frozenset(("title", "titel", "titre"))
_CONTENTS = re.compile(
    r"(?:toc|verzeichnis|inhaltsverzeichnis|tm|inhopg|inhoudsopgave)\s?(?:\d|heading|überschrift)?", re.IGNORECASE
)
_CHAIN: Final = 20
"""Styles based on each other that are followed."""
_LEVELS: Final = 9
_BODY_LEVEL: Final = 9
_PLACE = re.compile(r"%([1-9])")
_LONGEST_PATTERN: Final = 100


@dataclass(slots=True)
class Style:
    """A paragraph style."""

    name: str
    based_on: str = ""
    outline: int | None = None
    numbering: str | None = None
    level: int = 0
    bold: bool | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph's style and properties come to."""

    heading: int
    """Its level: 1 for the title, 2 for the first heading; 0: it is none."""
    is_contents: bool
    bold: bool


class Styles:
    """The styles of a document."""

    def __init__(self, root: Node | None) -> None:
        """Take ``word/styles.xml``."""
        self._styles: dict[str, Style] = {}
        self.default = ""
        for node in root.children if root else ():
            if node.tag != "style":
                continue
            known = Style((node.value("name") or "").strip(), node.value("basedOn") or "")
            properties = node.child("pPr")
            if properties is not None:
                known.outline = integer(properties.value("outlineLvl"))
                numbers = properties.child("numPr")
                if numbers is not None:
                    known.numbering = numbers.value("numId")
                    known.level = integer(numbers.value("ilvl")) or 0
            letters_look = node.child("rPr")
            if letters_look is not None and letters_look.child("b") is not None:
                known.bold = letters_look.is_on("b")
            identity = node.attributes.get("styleId", "")
            self._styles[identity] = known
            if node.attributes.get("default") in {"1", "true"} and node.attributes.get("type") == "paragraph":
                self.default = identity

    def chain(self, identity: str) -> list[tuple[str, Style]]:
        """Return a style and those that it is based on, by their ids."""
        found: list[tuple[str, Style]] = []
        while identity in self._styles and len(found) < _CHAIN:
            found.append((identity, self._styles[identity]))
            identity = self._styles[identity].based_on
        return found

    def look(self, identity: str, properties: Node | None) -> Look:
        """Return what a paragraph of a style is."""
        chain = self.chain(identity) or ([(identity, Style(identity))] if identity else [])
        outline = integer(properties.value("outlineLvl")) if properties is not None else None
        heading = 0
        for key, style in chain:
            for name in (style.name, key):
                if match := _HEADING.fullmatch(name):
                    heading = heading or int(match["level"]) + 1
                elif name.lower() in _TITLE:
                    heading = heading or 1
            outline = style.outline if outline is None else outline
        if not heading and outline is not None and 0 <= outline < _BODY_LEVEL:
            heading = outline + 2
        if outline == _BODY_LEVEL and properties is not None and properties.child("outlineLvl") is not None:
            heading = 0
        is_contents = any(_CONTENTS.fullmatch(name) for key, style in chain[:1] for name in (style.name, key))
        bold = next((style.bold for _, style in chain if style.bold is not None), False)
        return Look(heading, is_contents, bold)

    def numbering(self, identity: str) -> tuple[str, int, str] | None:
        """Return the list, the level in it and the style that says so; None: the style has no numbers."""
        for key, style in self.chain(identity):
            if style.numbering is not None:
                return style.numbering, style.level, key
        return None


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    pattern: str = ""
    start: int = 1
    style: str = ""
    decimal_only: bool = False
    restarts_after: int | None = None


@dataclass(slots=True)
class _List:
    """A definition of a list, and how far its numbers have come."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)
    link: str = ""
    """The style that really defines it."""


@dataclass(slots=True)
class _Use:
    """A list as paragraphs name it."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    """Levels that begin anew with the first paragraph of this use, and where."""
    levels: dict[int, _Level] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Printed:
    """What Word prints before a paragraph."""

    number: str
    """Without the full stop behind it; empty: a bullet."""
    level: int
    """From 1."""


class Numbers:
    """Counts the paragraphs of each list."""

    def __init__(self, root: Node | None, styles: Styles) -> None:
        """Take ``word/numbering.xml``."""
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._uses: dict[str, _Use] = {}
        for node in root.children if root else ():
            if node.tag == "abstractNum":
                self._lists[node.attributes.get("abstractNumId", "")] = _List(
                    _levels(node), link=node.value("numStyleLink") or ""
                )
            elif node.tag == "num":
                use = _Use(node.value("abstractNumId") or "")
                for override in node.children:
                    if override.tag == "lvlOverride":
                        place = integer(override.attributes.get("ilvl")) or 0
                        start = integer(override.value("startOverride"))
                        if start is not None:
                            use.starts[place] = start
                        use.levels |= _levels(override)
                self._uses[node.attributes.get("numId", "")] = use

    def next(self, properties: Node | None, style: str) -> Printed | None:
        """Count a paragraph; return what is printed before it, None: nothing."""
        identity, place = self._place(properties, style)
        use = self._uses.get(identity)
        if use is None:
            return None
        definition = self._lists.get(use.definition)
        if definition is not None and definition.link:
            linked = self._styles.numbering(definition.link)
            definition = (
                self._lists.get(self._uses[linked[0]].definition) if linked and linked[0] in self._uses else None
            )
        if definition is None:
            return None
        levels = definition.levels | use.levels
        level = levels.get(place)
        if level is None:
            return None
        counters = definition.counters
        if place in use.starts and place not in use.used:
            counters[place] = use.starts[place]
        elif place in counters:
            counters[place] += 1
        else:
            counters[place] = level.start
        use.used.add(place)
        for deeper in [other for other in counters if other > place]:
            restart = levels[deeper].restarts_after if deeper in levels else None
            if restart != 0 and (restart is None or place < restart):
                del counters[deeper]
        return Printed(_printed(level, levels, counters), place + 1)

    def _place(self, properties: Node | None, style: str) -> tuple[str, int]:
        """Return the list that a paragraph is in and its level there."""
        numbers = properties.child("numPr") if properties is not None else None
        styled = self._styles.numbering(style)
        if numbers is not None and numbers.child("numId") is not None:
            return numbers.value("numId") or "", min(integer(numbers.value("ilvl")) or 0, _LEVELS)
        if styled is None:
            return "", 0
        identity, place, by = styled
        use = self._uses.get(identity)
        definition = self._lists.get(use.definition) if use else None
        if definition:
            place = next(
                (at for at, level in definition.levels.items() if level.style and level.style in {by, style}), place
            )
        if numbers is not None and numbers.child("ilvl") is not None:
            place = integer(numbers.value("ilvl")) or 0
        return identity, place


def _levels(node: Node) -> dict[int, _Level]:
    found = {}
    for child in node.children:
        if child.tag != "lvl":
            continue
        place = integer(child.attributes.get("ilvl"))
        if place is None or not 0 <= place < _LEVELS:
            continue
        start = integer(child.value("start"))
        found[place] = _Level(
            child.value("numFmt") or "decimal",
            (child.value("lvlText") or "")[:_LONGEST_PATTERN],
            1 if start is None else start,
            child.value("pStyle") or "",
            child.is_on("isLgl"),
            integer(child.value("lvlRestart")),
        )
    return found


def _printed(level: _Level, levels: dict[int, _Level], counters: dict[int, int]) -> str:
    if level.format in {"bullet", "none"} and "%" not in level.pattern:
        return "" if level.format == "bullet" else level.pattern.strip().rstrip(".:\u2013- ")

    def number(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        other = levels.get(place, level)
        return _formatted(counters.get(place, other.start), "decimal" if level.decimal_only else other.format)

    return _PLACE.sub(number, level.pattern).strip().rstrip(".:\u2013- ")


def _formatted(number: int, style: str) -> str:
    return _FORMATS.get(style, str)(number)


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "none": lambda _: "",
}


def integer(text: str | None) -> int | None:
    """Return a number of at most six digits; None: it is none."""
    stripped = (text or "").strip()
    return int(stripped) if 0 < len(stripped) < 7 and stripped.isascii() and stripped.isdigit() else None  # noqa: PLR2004

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fontTools.ttLib import TTFont
from jinja2 import UndefinedError

from vendor_audit.reports import pages, words
from vendor_audit.reports.view import build_view
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = shipped("report_templates")
SHEETS = sorted(TEMPLATES.rglob("*.j2")) + sorted(TEMPLATES.rglob("*.css"))


def _glyphs(family: str) -> set[int]:
    return set.intersection(
        *(
            set(TTFont(TEMPLATES / "fonts" / name).getBestCmap())
            for name, (each, _) in pages.FONT_FILES.items()
            if each == family
        )
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_character_of_a_template_is_in_the_fonts(sheet: Path) -> None:
    missing = {each for each in sheet.read_text(encoding="utf-8") if each.isprintable()} - set(
        map(chr, _glyphs("Plex") & _glyphs("Plex Mono"))
    )
    assert not missing


def test_every_character_that_the_reports_write_themselves_is_in_the_fonts(audit: Any) -> None:
    text = re.sub(r"<[^>]*>", "", pages.page(build_view(audit), "print"))
    assert not {each for each in text if each.isprintable()} - set(map(chr, _glyphs("Plex")))


@pytest.mark.parametrize("alphabet", ["ąčďęłňőřșțůžāģķļņß", "αβγδεζηθλμπσφχψωΑΩ", "абвгджзийклмнопщюяѝ", "≥≤→—“”„«»€§"])
def test_the_text_font_has_the_letters_of_the_union(alphabet: str) -> None:
    assert not set(alphabet) - set(map(chr, _glyphs("Plex")))


def test_the_licence_of_the_fonts_is_shipped_beside_them() -> None:
    assert "SIL Open Font License, Version 1.1" in (TEMPLATES / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_only_fonts_that_are_shipped_are_served() -> None:
    assert pages.font_bytes("IBMPlexSans-Regular.woff2").startswith(b"wOF2")
    with pytest.raises(KeyError):
        pages.font_bytes("../../pyproject.toml")


def test_a_misspelt_name_in_a_template_is_an_error_and_not_an_empty_place(audit: Any) -> None:
    with pytest.raises(UndefinedError, match="no attribute 'vendr'"):
        pages._templates().from_string("{{ view.vendr }}").render(view=build_view(audit))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_templates_never_switch_escaping_off_and_name_no_address(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|<script|javascript:|@import|https?://", text)


def test_every_section_of_the_contents_is_there(audit: Any) -> None:
    text = pages.page(build_view(audit), "print")
    for section in pages.SECTIONS:
        assert f'<h2 id="{section.anchor}"><span class="number">{section.number}</span> {section.title}</h2>' in text


def test_a_headline_never_leaves_its_last_word_alone() -> None:
    assert pages._bound("Do not sign yet") == "Do not sign\u00a0yet"
    assert pages._bound("Sign") == "Sign"


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("palette", "ground"), [("ON_PAPER", "#FFFFFF"), ("ON_INK", "#0B1F33")])
def test_every_mark_stands_out_from_its_ground(palette: str, ground: str) -> None:
    colours: dict[str, str] = getattr(pages._templates().get_template("marks.html.j2").module, palette)
    assert set(colours) == {tag.tone for tag in words.VERDICTS.values()}
    assert all(_contrast(colour, ground) >= 4.5 for colour in colours.values())


def test_the_words_beside_the_marks_have_the_colours_of_the_marks() -> None:
    tokens = (TEMPLATES / "style" / "tokens.css").read_text(encoding="utf-8")
    colours: dict[str, str] = getattr(pages._templates().get_template("marks.html.j2").module, "ON_PAPER")  # noqa: B009 # made by the template
    assert all(f"--{tone}: {colour};" in tokens for tone, colour in colours.items())

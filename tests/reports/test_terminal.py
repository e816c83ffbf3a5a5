from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.terminal import REPORT, print_audit

if TYPE_CHECKING:
    from collections.abc import Callable

ESCAPE = "\x1b"


def _printed(audit: Any, width: int = 100, encoding: str = "utf-8", **options: Any) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=stream, width=width, legacy_windows=False, _environ={}, **options)
    print_audit(audit, console)
    stream.seek(0)
    return stream.read()


@pytest.mark.parametrize("width", [80, 120])
def test_the_report_looks_as_it_should(audit: Any, snapshot: Callable[[str, str], None], width: int) -> None:
    lines = [line.rstrip() for line in _printed(audit, width).splitlines()]
    assert max(map(len, lines)) <= width
    snapshot(f"terminal-{width}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("which", ["clean", "empty"])
def test_good_news_and_no_news_look_as_they_should(
    which: str, request: pytest.FixtureRequest, snapshot: Callable[[str, str], None]
) -> None:
    audit = request.getfixturevalue(f"{which}_audit")
    snapshot(f"terminal-{which}.txt", REPORT.render(audit, no_evidence).decode())


def test_the_gate_has_the_last_word(audit: Any) -> None:
    last = _printed(audit, 120).splitlines()[-1].strip()
    assert last == (
        "✗ GATE FAILED (exit 1): 3 critical and 2 high findings fail; 3 critical findings could not be established"
    )


def test_a_pipe_gets_no_escape_sequence(audit: Any) -> None:
    printed = _printed(audit)
    assert ESCAPE not in printed
    assert not re.search(r" $", printed, re.MULTILINE), "nor the spaces that fill a screen"


def test_a_terminal_gets_colours_and_NO_COLOR_takes_them_away(audit: Any) -> None:  # noqa: N802 # the variable's name
    coloured = _printed(audit, force_terminal=True, color_system="standard")
    assert f"{ESCAPE}[1;31mRED" in coloured
    plain = _printed(audit, force_terminal=True, color_system="standard", no_color=True)
    assert not re.search(rf"{ESCAPE}\[[0-9;]*3[0-7]m", plain)


def test_colour_changes_no_word(audit: Any) -> None:
    coloured = _printed(audit, force_terminal=True, color_system="standard")
    lines = re.sub(rf"{ESCAPE}\[[0-9;]*m", "", coloured).splitlines()
    assert [line.rstrip() for line in lines] == _printed(audit).splitlines()


def test_a_hostile_vendor_writes_neither_markup_nor_control_characters(hostile_audit: Any) -> None:
    printed = _printed(hostile_audit, force_terminal=True, color_system="standard")
    assert not re.search(rf"{ESCAPE}(?!\[[0-9;]*m)", printed), "only colours: no title, no link, no cursor"
    plain = re.sub(rf"{ESCAPE}\[[0-9;]*m", "", printed)
    assert not set(map(chr, [*range(32), 127])) - {"\n"} & set(plain)
    assert "\u202e" not in plain
    assert "\u200b" not in plain
    joined = re.sub(r"\s+", "", plain)
    assert "[boldred]markup[/boldred]" in joined, "markup is shown as the text that it is"
    assert r"\x1b[31mred\x1b]0;title\x07\u202egnp.exe" in joined


def test_a_terminal_without_unicode_can_print_all_of_it(audit: Any) -> None:
    audit["vendor_file"]["data"]["vendor"]["name"] = "Acmé"
    text = _printed(audit, encoding="ascii")
    assert "x RED" in text
    assert "? 6 not established" in text
    assert r"Acm\xe9" in text


def test_the_file_is_plain_text_and_the_same_every_time(audit: Any) -> None:
    content = REPORT.render(audit, no_evidence)
    assert content == REPORT.render(audit, no_evidence)
    assert ESCAPE.encode() not in content
    assert not re.search(rb"[ \t]+$", content, re.MULTILINE)


def test_more_targets_than_a_screen_has_room_for_are_counted(audit: Any) -> None:
    one = next(each for each in audit["findings"] if each["check"] == "art32.tls-version")
    audit["findings"] += [one | {"target": {"kind": "endpoint", "name": f"https://{n}.example"}} for n in range(30)]
    assert "and on 28 more targets" in _printed(audit)

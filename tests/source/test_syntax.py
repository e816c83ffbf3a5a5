"""A syntax error is told in words that a person understands, at the character to mend, by either parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.usefixtures("any_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", "f:1:5: a second ': ' in one line: put a text that contains it in quotes, or begin a new line"),
        ("a:\n\t- b", "f:2:1: a tab stands in the indentation: use spaces"),
        ("a: b\r\n\tc: d\r\n", "f:2:1: a tab stands in the indentation: use spaces"),
        ("x: 1\nurl:https://x\nb: c\n", "f:2:4: after the ':' of a key comes a space"),
        ("url:https://x\nb: c\n", "f:1:4: after the ':' of a key comes a space"),
        ("vendor\n  name: x", "f:1:1: 'vendor' has no ':' after it, so that line 2 does not fit below it"),
        ("a: 'x", "f:1:4: the quote that opens here is never closed"),
        ('a: 1\nb: "x\nc: 3\n', "f:2:4: the quote that opens here is never closed"),
        ("a: [1, 2\nb: 3", "f:2:2: ',' or ']' was expected here: the '[' of line 1, column 4 is still open"),
        ("{a: 1", "f:1:1: the '{' that opens here is never closed by '}'"),
        ("a: @x", "f:1:4: a text may not begin with '@': put it in quotes"),
        ("a: %x", "f:1:4: a text may not begin with '%': put it in quotes"),
        ("a: *.acme.example\n", "f:1:4: a text that begins with '*' needs quotes"),
        ("a:\n  b: 1\n c: 2", "f:3:2: the indentation does not fit: this belongs together with what began in line 1"),
        ("- a\nb: 1", "f:2:1: the list that began in line 1 goes on here, but without '- ': check the indentation"),
        ("- a\n-b\n- c: d\n", "f:2:1: after the '-' of a list item comes a space"),
        ("a: - b", "f:1:4: a list begins on a line of its own: put '- ' below the key, or write [a, b]"),
        ("a: | x\n  b", "f:1:6: after '|' or '>' the text begins on the next line; a text that begins so needs quotes"),
        ("a: }", "f:1:4: a value is missing in front of '}', or the text needs quotes"),
        ("a: 'b' c", "f:1:8: this does not belong to what stands before it: put the whole text in quotes"),
        ("é: \U0001f600 : b: c", "f:1:6: a second ': '"),
    ],
)
def test_a_syntax_error_is_one_sentence_that_helps(
    mistakes_of: Callable[[str], list[str]], text: str, expected: str
) -> None:
    (told,) = mistakes_of(text)
    assert told.startswith(expected)


def test_an_unknown_escape_says_what_to_write(mistakes_of: Callable[[str], list[str]]) -> None:
    assert "between double quotes write '\\\\' for a backslash" in mistakes_of('a: "C:\\q"')[0]

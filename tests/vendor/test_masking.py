"""A secret that was written into the file is not repeated by the error that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.source.diagnostic import InvalidFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.vendor.file import VendorFile


@pytest.mark.parametrize(
    "text",
    [
        "media: {turn: [{uri: 'turn:a.example', username: '${A}', password: geheim}]}",
        "media: {turn: [{uri: 'turn:a.example', username: '${A}', password: 'geheim'}]}",
        "media: {turn: [{uri: bad, username: '${A}', password: geheim, relam: x}]}",
        "media: {turn: [{uri: 'turn:a.example', username: '${A}', pasword: geheim}]}",
        "media: {turn: [{uri: 'turn:a.example', username: '${A}', password: [geheim]}]}",
        "media: {turn: [{uri: 'turn:a.example', username: '${A}', password: {x: geheim}}]}",
        "media:\n  whip:\n    url: https://a.example\n    token: |\n      geheim\n      geheim\n",
        'media:\n  whip:\n    url: https://a.example\n    token: "geheim\n      geheim"\n',
        "media: {whip: {url: https://a.example, tokn: geheim}}",
        "media: {whip: {url: https://a.example, token: geheim${A}}}",
        "endpoints: [{url: https://user:geheim@a.example, role: web}]",
        "endpoints: [{url: https://user:ge/geheim@a.example, role: web}]",
        "endpoints: [{url: 'https://geheim@a.example', role: webb}]",
        "documents: {dpa: ftp://user:geheim@a.example/x}",
        "media: {whip: {url: https://a.example, token: geheim",
        "media:\n  whip: {url: https://a.example, token: ge: geheim}",
        "media:\n  turn:\n  - password: @geheim\n",
        'media:\n  turn:\n  - user: "geheim\n',
        "media:\n  turn:\n  - 'password' : 'geheim\n",
        "endpoints: [{url: https://user:geheim@a.example, role: web",
    ],
)
def test_no_error_repeats_a_secret(read: Callable[[str], VendorFile], text: str) -> None:
    with pytest.raises(InvalidFileError) as error:
        read(text)
    assert "geheim" not in str(error.value)
    assert not [each for each in error.value.diagnostics if "geheim" in each.source_line or "geheim" in each.message]
    assert "•" in str(error.value)


def test_a_number_as_a_password_is_not_repeated(read: Callable[[str], VendorFile]) -> None:
    with pytest.raises(InvalidFileError) as error:
        read("media: {turn: [{uri: 'turn:a.example', username: '${A}', password: 123456}]}")
    assert "123456" not in str(error.value)
    assert "a secret must not stand in the file" in str(error.value)


def test_what_is_no_secret_stays_readable(read: Callable[[str], VendorFile]) -> None:
    with pytest.raises(InvalidFileError) as error:
        read("customer: {nmae: Stadtwerke}\nmedia: {whip: {url: bad, token: '${ACME_TOKEN}'}}")
    assert "{nmae: Stadtwerke}" in str(error.value)
    assert "'${ACME_TOKEN}'" in str(error.value)


def test_the_caret_keeps_its_place_beside_a_hidden_secret(read: Callable[[str], VendorFile]) -> None:
    with pytest.raises(InvalidFileError) as error:
        read("media: {turn: [{uri: 'turn:a.example', username: '${A}', password: geheim, relam: x}]}")
    line, caret = error.value.diagnostics[1].render().split("\n")[1:]
    assert line[caret.index("^") :].startswith("relam")

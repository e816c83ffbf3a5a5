"""YAML is read as a person expects it, and every mistake has its place."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vendor_audit.errors import UsageError
from vendor_audit.source import composer
from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError, Place
from vendor_audit.source.strict_yaml import load_yaml, parse_yaml, read_yaml, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.usefixtures("any_parser")
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("Null", "Null"),
        ("12", 12),
        ("-5", -5),
        ("0", 0),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1.5", 1.5),
        ("1.20", 1.2),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ("2026-11-23", "2026-11-23"),
        ("2026-13-45", "2026-13-45"),
        ("'true'", "true"),
        ('"12"', "12"),
        ("=", "="),
        ("\u0661\u0662", "\u0661\u0662"),  # digits of another script are no number
    ],
)
def test_a_scalar_means_what_a_person_expects(written: str, meant: object) -> None:
    value = load_yaml(f"a: {written}\n", "f").data["a"]
    assert (value, type(value)) == (meant, type(meant))


def test_keys_are_always_text() -> None:
    assert load_yaml("NO: 1\n12: 2\ntrue: 3\nnull: 4\n", "f").data == {"NO": 1, "12": 2, "true": 3, "null": 4}


@pytest.mark.usefixtures("any_parser")
def test_every_value_and_key_has_its_place() -> None:
    document = load_yaml("a:\n  b: [x, 'yy']\n  c: {d: 1.20}\n", "f")
    assert document.place(("a", "b", 1)) == Place("f", 2, 10)
    assert document.place(("a", "c")) == Place("f", 3, 6)
    assert document.key_place(("a", "c")) == Place("f", 3, 3)
    assert document.key_place(("a", "b", 0)) == Place("f", 2, 7)
    assert document.written(("a", "c", "d")) == "1.20"
    assert document.span(("a", "b", 1)) == (Place("f", 2, 10), Place("f", 2, 14))


def test_what_is_not_there_has_the_place_of_its_nearest_ancestor() -> None:
    document = load_yaml("a:\n  b: 1\n", "f")
    assert document.key_place(("a", "x", "y")) == Place("f", 1, 1)
    assert document.place(("a", "x")) == Place("f", 2, 3)
    assert document.place(("nothing",)) == Place("f", 1, 1)
    assert document.span(("a", "x")) is None


@pytest.mark.usefixtures("any_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "f:3:1: duplicate key 'a': it stands in line 1 already"),
        ("a: &x 1\n", "f:1:4: anchors are not allowed: remove '&x'"),
        ("a: *x\n", "f:1:4: aliases are not allowed: write here what '&x' stands for"),
        ("a: !!str 3\n", "f:1:4: tags are not allowed: remove '!!str'"),
        ("a: !!python/object:os.system 3\n", "f:1:4: tags are not allowed"),
        ("<<: {a: 1}\n", "f:1:1: merge keys ('<<') are not allowed: write the keys out"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here"),
        ("? [a]\n: 1\n", "f:1:3: a key must be a text"),
        ("{a: 1}: 2\n", "f:1:1: a key must be a text"),
        (": 1\n", "f:1:1: the key in front of ':' is missing"),
        ("a: 1234567890123456\n", "f:1:4: the number has more than 15 digits"),
        ("{: 1}\n", "f:1:2: the key in front of ':' is missing"),
        ("?\n: 1\n", "f:1:2: the key in front of ':' is missing"),
        ("%TAG !x! tag:x,2000:\n---\na: 1\n", "f:1:1: %TAG is not allowed"),
        ("", "f: the file is empty"),
        ("# only a remark\n", "f: the file is empty"),
        ("---\n", "f: the file is empty"),
        ("[" * 60, "f:1:52: the data are nested more than 50 levels deep"),
    ],
)
def test_what_could_hide_something_is_refused(
    mistakes_of: Callable[[str], list[str]], text: str, expected: str
) -> None:
    assert mistakes_of(text)[0].startswith(expected)


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert load_yaml("'<<': 1\n", "f").data == {"<<": 1}


def test_all_that_strict_yaml_refuses_is_told_at_once(mistakes_of: Callable[[str], list[str]]) -> None:
    told = mistakes_of("a: 1\na: 2\nb: &x [1]\nc: *x\nd: !!str 3\n")
    assert [each.split(": ")[0] for each in told] == ["f:2:1", "f:3:4", "f:4:4", "f:5:4"]


def test_what_stands_before_a_syntax_error_is_told_with_it(mistakes_of: Callable[[str], list[str]]) -> None:
    assert [each.split(": ")[0] for each in mistakes_of("a: 1\na: 2\nb: 'x\n")] == ["f:2:1", "f:3:4"]


def test_parse_keeps_the_data_beside_the_mistakes() -> None:
    document = parse_yaml("a: 1\na: 2\nb: *x\nc: !!str 3\n", "f")
    assert document.data == {"a": 1, "b": None, "c": "3"}
    assert len(document.mistakes) == 3


@pytest.mark.parametrize("number", [0x00, 0x07, 0x1B, 0x7F, 0x85, 0x9B, 0x2028, 0x2029, 0xD800, 0xFEFF, 0xFFFE])
def test_a_character_that_no_editor_shows_is_refused_at_its_place(
    mistakes_of: Callable[[str], list[str]], number: int
) -> None:
    (told,) = mistakes_of(f"a: 1\nb: x{chr(number)}y\n")
    assert told.startswith(f"f:2:5: the invisible character U+{number:04X} may not stand here")


def test_a_byte_order_mark_is_accepted_and_moves_no_column() -> None:
    document = load_yaml("\ufeffa: 1\n", "f")
    assert document.data == {"a": 1}
    assert document.place(("a",)) == Place("f", 1, 4)


@pytest.mark.usefixtures("any_parser")
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_line_break_gives_the_same_places(line_break: str) -> None:
    document = load_yaml(line_break.join(["a: 1", "b:", "  c: x", ""]), "f")
    assert document.place(("b", "c")) == Place("f", 3, 6)
    assert document.diagnostic(("b", "c"), "wrong").source_line == "  c: x"


def test_a_file_is_read_with_its_hash(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfa: \xc3\xa9\r\n"
    (tmp_path / "f.yaml").write_bytes(content)
    document = read_yaml(tmp_path / "f.yaml", name="shown")
    assert document.data == {"a": "é"}
    assert document.file == "shown"
    assert document.sha256 == hashlib.sha256(content).hexdigest()


def test_a_missing_file_and_a_folder_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.yaml: there is no such file"):
        read_yaml(tmp_path / "no.yaml")
    with pytest.raises(UsageError, match="this is a folder"):
        read_yaml(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_yaml(tmp_path / "a\0b")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: 1\n".encode("utf-16"), "the file is UTF-16 or UTF-32 text: save it as UTF-8"),
        ("a: 1\n".encode("utf-16-le"), "the file is UTF-16 or UTF-32 text"),
        ("a: 1\n".encode("utf-32"), "the file is UTF-16 or UTF-32 text"),
        (b"a: 1\nb: \xe9\n", ":2:4: the byte 0xE9 is not UTF-8: save the file as UTF-8"),
        (b"\xef\xbb\xbfb: \xe9\n", ":1:4: the byte 0xE9 is not UTF-8"),
        (b"a: " + b"x" * 100, "the file is larger than 100 bytes"),
    ],
)
def test_a_file_of_another_kind_is_told_in_one_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "f.yaml").write_bytes(content)
    with pytest.raises(InvalidFileError) as error:
        read_yaml(tmp_path / "f.yaml", limit=100)
    assert expected in str(error.value)
    assert len(error.value.diagnostics) == 1


def _inside(text: str, place: Place) -> bool:
    lines = split_lines(text)
    if not place.line:
        return place.column == 0
    return 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1


def _mistakes_of(text: str) -> list[Diagnostic]:
    """Return the mistakes of a text; any exception but ours is a failure of the test."""
    try:
        load_yaml(text, "f")
    except InvalidFileError as error:
        return [*error.diagnostics] or [Diagnostic(Place("nowhere", 0, 1), "an error without a diagnostic")]
    return []


yaml_like = st.lists(
    st.one_of(
        st.sampled_from(list(":-[]{}&*!|>'\"%@`#?,~<=\\\n\r\t \ufeff\x85\u2028\x00\ud800\u202e\U0001f600é")),
        st.sampled_from(["a", "b: ", "- ", "\n  ", "\r\n", "<<", "---\n", "...\n", "!!str ", "&x ", "*x", "1", "true"]),
        st.characters(),
    ),
    max_size=60,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.text(), yaml_like), loader=st.sampled_from(["CSafeLoader", "SafeLoader"]))
def test_any_text_gives_data_or_mistakes_that_lie_inside_the_file(text: str, loader: str) -> None:
    before, composer._LOADER = composer._LOADER, getattr(yaml, loader)
    try:
        found = _mistakes_of(text)
    finally:
        composer._LOADER = before
    for each in found:
        assert _inside(text, each.place), each
        assert all(line.isprintable() for line in each.render().replace("\t", "").split("\n"))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**13), 10**13), st.text(st.characters(codec="utf-8"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(value=json_values.filter(lambda value: value is not None))
def test_what_pyyaml_writes_is_read_as_it_was(value: object) -> None:
    text = yaml.safe_dump(value, default_style='"') if isinstance(value, str) else yaml.dump(value, Dumper=_Quoting)
    assert load_yaml(text, "f").data == value


class _Quoting(yaml.SafeDumper):
    """Quotes every text, because PyYAML and strict YAML differ in what plain text is, and writes no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))

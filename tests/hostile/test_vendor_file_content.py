"""Whatever stands in a vendor file: it is refused with places inside of it, or it can be audited."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError
from vendor_audit.source.strict_yaml import split_lines
from vendor_audit.vendor.file import VendorFile, read_vendor_file
from vendor_audit.vendor.statements import declare, observe_statements
from vendor_audit.vendor.targets import targets_of

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\u2066\x9b31m\r"


def _read(path: Path) -> VendorFile | list[Diagnostic]:
    try:
        return read_vendor_file(path, today=date(2026, 11, 23))
    except InvalidFileError as error:
        return error.diagnostics


@pytest.mark.parametrize(
    "data",
    [
        {EVIL: 1},
        {"vendor": {"name": "x", EVIL: 1}, "product": {"name": "x"}},
        {"vendor": {"name": "x"}, "product": {"name": "x"}, "gate": {"fail_on": EVIL}},
        {"vendor": {"name": "x"}, "product": {"name": "x"}, "documents": {"dpa": EVIL}},
        {"vendor": {"name": "x"}, "product": {"name": "x"}, "endpoints": [{"url": f"https://{EVIL}", "role": "web"}]},
        {"vendor": {"name": "x"}, "product": {"name": "x"}, "network": {"allow": [EVIL], "resolve": {EVIL: EVIL}}},
        {
            "vendor": {"name": "x"},
            "product": {"name": "x"},
            "statements": [{"check": EVIL, "answer": EVIL, "by": EVIL, "on": EVIL, "proof": EVIL}],
        },
    ],
)
def test_escape_sequences_in_a_file_never_reach_the_terminal(tmp_path: Path, data: Any) -> None:
    for ensure_ascii in (True, False):
        path = tmp_path / "acme.yaml"
        path.write_text(json.dumps(data, ensure_ascii=ensure_ascii), encoding="utf-8", newline="")
        with pytest.raises(InvalidFileError) as error:
            read_vendor_file(path, known_checks=["a.b"])
        assert not set(str(error.value)) & set(EVIL) - set("0123456789;[]mJowned")


texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(
        [
            "https://a.example",
            "https://A.example:443/",
            "https://[::1]",
            "wss://b.example",
            "turns:c.example",
            "${A}",
            "2026-01-01",
            "2027-01-01",
            "a.b",
            "join_page",
            "pass",
            "NL",
            "high",
            "10.0.0.0/8",
            "::1",
            ".",
            "..",
            "\0",
            "//",
            "https://",
            "https://u:p@a.example",
        ]
    ),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 200), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
mapping = st.one_of(st.fixed_dictionaries({"name": texts}), st.dictionaries(texts, values, max_size=3), values)
endpoint = st.one_of(st.fixed_dictionaries({"url": texts, "role": texts}), values)
entry = st.one_of(
    st.fixed_dictionaries(
        {"check": texts, "by": texts, "on": texts, "answer": st.one_of(st.booleans(), texts)},
        optional={"proof": texts, "note": texts, "until": texts, "reason": texts, "target": texts, "verdict": texts},
    ),
    values,
)
media = st.fixed_dictionaries(
    {},
    optional={
        "turn": st.lists(st.fixed_dictionaries({"uri": texts}, optional={"username": values, "password": values})),
        "whip": st.one_of(st.fixed_dictionaries({"url": texts}, optional={"token": values}), values),
        "captures": st.one_of(st.lists(texts, max_size=2), values),
        "room": texts,
    },
)
document = st.one_of(
    st.fixed_dictionaries(
        {"at": texts},
        optional={
            "language": texts,
            "verified": st.one_of(st.fixed_dictionaries({"by": texts, "on": texts, "where": texts}), values),
        },
    ),
    values,
)
network = st.fixed_dictionaries(
    {},
    optional={
        "allow": st.one_of(st.lists(texts, max_size=2), values),
        "resolve": st.one_of(st.dictionaries(texts, st.one_of(texts, st.lists(texts, max_size=2))), values),
        "nameservers": st.one_of(st.lists(texts, max_size=2), values),
        "trust": st.one_of(st.lists(texts, max_size=2), values),
    },
)
files = st.fixed_dictionaries(
    {"vendor": mapping, "product": mapping},
    optional={
        "endpoints": st.one_of(st.lists(endpoint, max_size=3), values),
        "statements": st.one_of(st.lists(entry, max_size=3), values),
        "exceptions": st.one_of(st.lists(entry, max_size=3), values),
        "reviews": st.one_of(st.lists(entry, max_size=3), values),
        "media": st.one_of(media, values),
        "documents": st.one_of(st.dictionaries(st.sampled_from(["dpa", "toms"]), st.one_of(texts, document)), values),
        "network": st.one_of(network, values),
        "permission": values,
        "gate": values,
    },
)


hosts = st.one_of(
    st.sampled_from(["a.example", "A.example.", "[::1]", "192.0.2.1", "b\u00fccher.example", "xn--bcher-kva.example"]),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Pd", "Po"]), min_size=1, max_size=8),
)
urls = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}{path}",
    st.sampled_from(["https", "http", "wss", "ws"]),
    hosts,
    st.sampled_from(["", ":443", ":8443"]),
    st.sampled_from(["", "/", "/x", "/x?y#z"]),
)
roles = st.sampled_from(["join_page", "web", "api", "signalling"])
checks = st.sampled_from(["a.b", "a.c", "b.c"])
plausible = st.fixed_dictionaries(
    {
        "vendor": st.fixed_dictionaries({"name": st.text(st.characters(codec="utf-8"), min_size=1, max_size=50)}),
        "product": st.fixed_dictionaries({"name": st.just("x")}),
        "endpoints": st.lists(st.fixed_dictionaries({"url": urls, "role": roles}), max_size=3),
        "statements": st.lists(
            st.fixed_dictionaries(
                {"check": checks, "answer": st.sampled_from([True, False, "partial"]), "by": texts.filter(bool)},
            ).map(lambda entry: {**entry, "on": "2026-01-01"}),
            max_size=2,
        ),
    },
    optional={
        "documents": st.fixed_dictionaries(
            {
                "toms": st.one_of(urls, st.just("acme.yaml")),
                "dpa": st.fixed_dictionaries(
                    {"at": st.one_of(urls, st.just("acme.yaml"))}, optional={"language": st.sampled_from(["de", "nl"])}
                ),
            }
        )
    },
)


def _all_can_be_audited(vendor: VendorFile) -> None:
    targets = targets_of(vendor)
    names = [(each.kind, each.name) for each in targets]
    assert len(names) == len(set(names))
    assert all(each.host.isascii() for each in targets)
    assert vendor.slug.replace("-", "").isalnum()
    assert declare(vendor, "2026-11-23T09:00:00.000Z").facts["vendor"] == vendor.data["vendor"]
    assert len(observe_statements(vendor, "2026-11-23T09:00:00.000Z")) == len(vendor.data["statements"])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(files, values, plausible))
def test_a_file_is_refused_with_places_or_can_be_audited(tmp_path: Path, data: Any) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8", newline="")
    found = _read(path)
    if isinstance(found, VendorFile):
        _all_can_be_audited(found)
        return
    lines = split_lines(path.read_text(encoding="utf-8"))
    assert found
    for each in found:
        assert each.place.line == 0 or 1 <= each.place.line <= len(lines)
        assert each.place.column <= len(lines[each.place.line - 1]) + 1
        assert all(part.replace("\t", "").isprintable() for part in each.render().split("\n"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text(st.characters(codec="utf-8")).map(str.encode)))
def test_any_bytes_are_a_vendor_file_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(content)
    assert _read(path)

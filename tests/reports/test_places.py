from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vendor_audit.reports.html import REPORT as HTML
from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.pdf import REPORT as PDF
from vendor_audit.reports.places import PlaceRow, country_name
from vendor_audit.reports.terminal import REPORT as TERMINAL
from vendor_audit.reports.view import build_view
from vendor_audit.reports.words import HOW_KNOWN, PLACE_MARKS
from vendor_audit.resources import shipped

Json = Any

SAMPLE: Json = json.loads((Path(__file__).parent / "sample_places.json").read_text(encoding="utf-8"))
CREDIT = "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\x1b[31m'\"--></text></svg>{{ 7*7 }}"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;\\u202egnp.exe\\x1b[31m"


def _with(audit: Json, *facts: Json) -> Json:
    for number, each in enumerate(facts):
        target = {"kind": "address", "name": each["address"], "host": each["address"]}
        audit["observations"].append(
            {
                "id": f"location:{number}",
                "probe": "location",
                "target": target,
                "strength": "observed",
                "facts": each,
                "started": "2026-11-23T19:26:20.000Z",
                "duration": 0.0,
            }
        )
    audit["settings"]["location"] = {"asked": [], "not_asked": {"azure": "there is no copy of its data here"}}
    return audit


def _rows(audit: Json, *facts: Json) -> dict[str, PlaceRow]:
    return {row.address: row for row in build_view(_with(audit, *facts)).places.rows}


def _html(audit: Json, *facts: Json) -> str:
    return HTML.render(_with(audit, *facts), no_evidence).decode()


def _drawings(page: str) -> list[str]:
    return re.findall(r'<svg class="map".*?</svg>', page, re.DOTALL)


def _at(facts: Json, address: str, **changed: Json) -> Json:
    return facts | {"address": address} | changed


@pytest.fixture
def every_kind(audit: Json) -> Json:
    """An audit with an address of every kind of knowledge."""
    return _with(audit, *SAMPLE.values())


@pytest.mark.parametrize("name", SAMPLE)
def test_the_sample_is_what_an_audit_writes(name: str) -> None:
    schema = json.loads((shipped("schemas") / "facts" / "location.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(SAMPLE[name], schema)


@pytest.mark.parametrize(
    ("name", "place", "known", "mark"),
    [
        ("proven", "Germany", "Proven inside the EEA by the speed of light", "proven"),
        ("several", "Belgium, Germany, France, Luxembourg or Netherlands",
         "Proven inside the EEA by the speed of light", "proven"),
        ("declared", "Ireland", "Declared by the operator of the address", "declared"),
        ("databases", "Norway", "Databases of different publishers agree", "databases"),
        ("outside", "United States", "Outside of the EEA, as the operator declares", "outside"),
        ("anycast", "undetermined", "Not established", "undetermined"),
        ("loopback", "undetermined", "Not established", "undetermined"),
    ],
)  # fmt: skip
def test_each_kind_of_knowledge_has_its_words_and_its_mark(
    audit: Json, name: str, place: str, known: str, mark: str
) -> None:
    (row,) = _rows(audit, SAMPLE[name]).values()
    assert (row.place, row.known, row.mark) == (place, known, mark)


def test_one_database_is_said_and_never_counts_as_established(audit: Json) -> None:
    one = SAMPLE["databases"] | {"basis": "one_database", "claims": SAMPLE["databases"]["claims"][:1]}
    del one["residence"]
    (row,) = _rows(audit, one).values()
    assert (row.place, row.mark, row.country) == ("Norway", "undetermined", "")
    assert row.known == "One database only, which is not enough to establish it"
    assert _drawings(HTML.render(audit, no_evidence).decode()) == []


def test_databases_that_all_say_outside_are_told_and_not_drawn(audit: Json) -> None:
    (row,) = _rows(audit, SAMPLE["loopback"] | {"residence": "outside_databases", "suggested": ["US"]}).values()
    assert (row.known, row.suggested) == ("Not established; all databases say outside of the EEA", "United States")
    assert (row.place, row.country) == ("undetermined", "")


def test_the_roles_of_an_address_are_plain_words_and_each_once(audit: Json) -> None:
    rows = _rows(audit, SAMPLE["proven"], SAMPLE["declared"])
    assert [row.seen_as for row in rows.values()] == ["join page, web site", "TURN server, relay of media"]


def test_every_answer_has_its_source_and_its_days(audit: Json) -> None:
    (row,) = _rows(audit, SAMPLE["declared"]).values()
    assert [(each.source, each.text, each.when) for each in row.answers] == [
        ("aws", "aws declares region eu-west-1, IE", "data of 30 October 2026, checked 3 November 2026"),
        ("dbip-country-lite", "dbip-country-lite says US", "data of 1 June 2026"),
    ]


def test_a_round_trip_is_told_with_what_it_means(audit: Json) -> None:
    (row,) = _rows(audit, SAMPLE["proven"]).values()
    assert row.round_trip is not None
    assert row.round_trip.text == "1.2 ms there and back from Frankfurt am Main, DE: no farther than 200 km from it"


def test_what_is_outside_comes_first_and_what_is_proven_last(every_kind: Json) -> None:
    marks = [row.mark for row in build_view(every_kind).places.rows]
    assert marks == ["outside", "undetermined", "undetermined", "databases", "declared", "proven", "proven"]


def test_every_word_of_the_schema_can_be_said() -> None:
    schema = json.loads((shipped("schemas") / "facts" / "location.schema.json").read_text(encoding="utf-8"))
    assert {word for word, _ in HOW_KNOWN} == set(schema["properties"]["word"]["enum"])
    assert {basis for _, basis in HOW_KNOWN} == set(schema["properties"]["basis"]["enum"])
    assert {mark for _, mark in HOW_KNOWN.values()} == set(PLACE_MARKS)


@pytest.mark.parametrize(("code", "name"), [("CZ", "Czechia"), ("XK", "Kosovo"), ("Q1", "Q1"), ("419", "419")])
def test_a_country_has_its_name_and_what_is_none_stays_as_it_is(code: str, name: str) -> None:
    assert country_name(code) == name


def test_the_credit_stands_where_an_answer_of_that_source_is_shown(every_kind: Json) -> None:
    page = HTML.render(every_kind, no_evidence).decode()
    link = '<a href="https://db-ip.com" rel="noopener noreferrer">IP Geolocation by DB-IP</a>, CC BY 4.0'
    assert page.count(link) == 1
    assert CREDIT in TERMINAL.render(every_kind, no_evidence).decode()


def test_no_credit_stands_where_none_is_shown(audit: Json) -> None:
    assert "DB-IP" not in _html(audit, SAMPLE["outside"], SAMPLE["loopback"])


def test_an_audit_document_cannot_make_a_link(audit: Json) -> None:
    page = _html(audit, SAMPLE["declared"] | {"attribution": "IP Geolocation by DB-IP (https://evil.example), CC"})
    assert 'href="https:' not in page
    assert "IP Geolocation by DB-IP (https://evil.example), CC" in page


def test_what_could_not_be_asked_is_told(every_kind: Json) -> None:
    every_kind["settings"]["location"]["not_asked"]["gcp"] = "there is no copy of its data here"
    every_kind["settings"]["location"]["not_asked"]["tor-geoip"] = "it is not installed"
    page = HTML.render(every_kind, no_evidence).decode()
    assert "<li>azure and gcp: there is no copy of its data here</li>" in page
    assert "<li>tor-geoip: it is not installed</li>" in page
    assert "Could not be asked: tor-geoip (it is not installed)" in TERMINAL.render(every_kind, no_evidence).decode()


def test_addresses_are_not_listed_a_second_time_among_the_targets(every_kind: Json) -> None:
    names = [row.name for row in build_view(every_kind).targets]
    assert not {facts["address"] for facts in SAMPLE.values()} & set(names)
    assert "https://meet.acme.example" in names


def test_an_audit_that_located_nothing_says_nothing_of_places(audit: Json) -> None:
    assert "Where the addresses are" not in HTML.render(audit, no_evidence).decode()
    assert "Where the addresses are" not in TERMINAL.render(audit, no_evidence).decode()


def test_a_hostile_document_is_shown_as_text(audit: Json) -> None:
    claim = {"source": HOSTILE, "kind": "database", "text": HOSTILE, "edition": HOSTILE}
    seen = [{"probe": HOSTILE, "target": HOSTILE, "role": HOSTILE}]
    evil = {"reasons": [HOSTILE], "claims": [claim], "attribution": HOSTILE, "seen_as": seen}
    trip = {"round_trip": {"vantage": HOSTILE, "least_ms": 1.0, "radius_km": 1.0}}
    _with(
        audit,
        SAMPLE["proven"] | evil | trip,
        SAMPLE["declared"] | evil | {"address": HOSTILE, "country": HOSTILE, "carries": HOSTILE, "form": HOSTILE},
        SAMPLE["anycast"] | evil | {"suggested": [HOSTILE]},
    )
    audit["settings"]["location"]["not_asked"] = {HOSTILE: HOSTILE}
    page = HTML.render(audit, no_evidence).decode()
    assert "<script" not in page
    assert page.count(ESCAPED) > 15
    assert "{{ 7*7 }}" in page
    printed = TERMINAL.render(audit, no_evidence).decode()
    for text in (page, printed):
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert PDF.render(audit, no_evidence).startswith(b"%PDF")


def test_the_terminal_shows_twelve_and_counts_the_rest(audit: Json) -> None:
    many = [_at(SAMPLE["declared"], f"198.51.100.{number}") for number in range(20)]
    text = TERMINAL.render(_with(audit, *many), no_evidence).decode()
    assert len(re.findall(r"^ 198\.51\.100\.\d+ ", text, re.MULTILINE)) == 12
    assert "and 8 more addresses, in the other reports" in text


def test_the_terminal_says_how_each_place_is_known(every_kind: Json) -> None:
    text = TERMINAL.render(every_kind, no_evidence).decode()
    (line,) = re.findall(r"^ 203\.0\.113\.40 .*$", text, re.MULTILINE)
    assert re.fullmatch(r" 203\.0\.113\.40 +media server +United States +Outside of the EEA, as.*", line)


def test_the_same_audit_gives_the_same_bytes_in_another_process(every_kind: Json) -> None:
    render = (
        "import json, sys\nfrom vendor_audit.reports.html import REPORT\n"
        "sys.stdout.buffer.write(REPORT.render(json.load(sys.stdin), lambda sha256: None))"
    )
    done = subprocess.run(
        [sys.executable, "-c", render],
        input=json.dumps(every_kind).encode(),
        capture_output=True,
        check=True,
        timeout=60,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert done.stdout == HTML.render(every_kind, no_evidence)

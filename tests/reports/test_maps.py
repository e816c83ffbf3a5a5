from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from vendor_audit.reports import maps
from vendor_audit.reports.html import REPORT as HTML
from vendor_audit.reports.interface import no_evidence
from vendor_audit.reports.labels import Labels
from vendor_audit.reports.maps import Map, maps_of
from vendor_audit.reports.pdf import REPORT as PDF
from vendor_audit.reports.view import build_view
from vendor_audit.reports.words import PLACE_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

SAMPLE: Json = json.loads((Path(__file__).parent / "sample_places.json").read_text(encoding="utf-8"))
CREDIT = "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"
LARGEST = 150_000


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


def _maps(audit: Json, *facts: Json) -> tuple[Map, ...]:
    return maps_of(build_view(_with(audit, *facts)).places).drawn


def _drawings(page: str) -> list[str]:
    return re.findall(r'<svg class="map".*?</svg>', page, re.DOTALL)


def _at(facts: Json, address: str, **changed: Json) -> Json:
    return facts | {"address": address} | changed


@pytest.fixture
def every_kind(audit: Json) -> Json:
    """An audit with an address of every kind of knowledge."""
    return _with(audit, *SAMPLE.values())


def test_europe_is_drawn_and_the_world_only_if_something_is_outside_of_it(audit: Json) -> None:
    drawn = _maps(audit, SAMPLE["proven"], SAMPLE["declared"], SAMPLE["databases"])
    assert [each.title.partition(":")[0] for each in drawn] == ["Europe"]
    drawn = _maps(audit, SAMPLE["outside"])
    assert [each.title.partition(":")[0] for each in drawn] == ["Europe", "The world"]


def test_a_country_that_the_map_of_europe_cuts_is_on_the_map_of_the_world(audit: Json) -> None:
    (world,) = _maps(audit, _at(SAMPLE["outside"], "203.0.113.1", country="RU"))
    assert world.title.startswith("The world")
    assert [label.text for label in world.labels] == ["Russia"]


def test_a_country_has_one_mark_of_each_kind_and_says_how_many_addresses_it_has(audit: Json) -> None:
    (europe,) = _maps(
        audit,
        SAMPLE["proven"],
        _at(SAMPLE["proven"], "192.0.2.12"),
        _at(SAMPLE["declared"], "192.0.2.13", country="DE"),
    )
    assert [mark.kind for mark in europe.marks] == ["declared", "proven"]
    assert [label.text for label in europe.labels] == ["Germany (3)"]
    assert europe.description == "Germany: 1 declared by the operator, 2 proven by physics; 1 ring of round-trip times."


def test_what_is_not_established_is_listed_below_the_map_and_never_drawn(every_kind: Json) -> None:
    page = HTML.render(every_kind, no_evidence).decode()
    below = re.search(r"Without a mark on the map[^\n]*", page)
    assert below is not None
    assert re.findall(r'"target">([^<]*)', below[0]) == ["203.0.113.50", "127.0.0.1", "192.0.2.11"]
    assert {mark.kind for each in maps_of(build_view(every_kind).places).drawn for mark in each.marks} == {
        "outside", "databases", "declared", "proven",
    }  # fmt: skip


def test_where_nothing_is_established_there_is_a_table_and_no_map(audit: Json) -> None:
    page = HTML.render(_with(audit, SAMPLE["anycast"], SAMPLE["loopback"]), no_evidence).decode()
    assert "Where the addresses are" in page
    assert _drawings(page) == []
    assert "Without a mark" not in page


def test_a_ring_is_drawn_around_a_vantage_that_is_known_and_is_as_large_as_it_should_be(audit: Json) -> None:
    (europe,) = _maps(audit, SAMPLE["proven"])
    (ring,) = europe.rings
    # 200.4 km at 50 degrees north: 2.80 degrees of longitude to each side, 20 units a degree.
    numbers = [int(each) for each in re.findall(r"-?\d+", ring.path)]
    easts, x = [], 0
    for step in numbers[::2]:
        x += step
        easts.append(x)
    assert max(easts) - min(easts) == pytest.approx(2 * 2.81 * 20, abs=3)
    assert (max(easts) + min(easts)) / 2 == pytest.approx(ring.x, abs=2)


def test_a_vantage_that_nobody_knows_gets_no_ring_and_a_remark(audit: Json) -> None:
    lost = SAMPLE["proven"] | {"round_trip": SAMPLE["proven"]["round_trip"] | {"vantage": "Nowhere, ZZ"}}
    found = maps_of(build_view(_with(audit, lost)).places)
    assert found.drawn[0].rings == ()
    assert found.remarks == ("No ring around Nowhere, ZZ: where that is, is not known here.",)


def test_only_the_smallest_rings_are_drawn(audit: Json) -> None:
    many = [
        _at(SAMPLE["proven"], f"192.0.2.{n}", round_trip=SAMPLE["proven"]["round_trip"] | {"radius_km": 900.0 - n})
        for n in range(20, 40)
    ]
    found = maps_of(build_view(_with(audit, *many)).places)
    assert len(found.drawn[0].rings) == maps._RINGS
    assert "861 km" in found.remarks[0]
    assert found.remarks[-1] == "14 larger rings not drawn."


def test_a_disc_larger_than_the_map_does_no_harm(audit: Json) -> None:
    huge = SAMPLE["proven"]["round_trip"] | {"radius_km": 1e9}
    (europe,) = _maps(audit, SAMPLE["proven"] | {"round_trip": huge})
    assert europe.rings[0].path == ""


@pytest.mark.parametrize("code", ["NO", "HR", "DE", "IT", "SE", "PT", "GR", "FR", "GB"])
def test_the_mark_of_a_country_stands_in_that_country(audit: Json, code: str) -> None:
    (europe,) = _maps(audit, _at(SAMPLE["declared"], "192.0.2.1", country=code))
    (mark,) = europe.marks
    rings = maps._land(maps._EUROPE)[0]
    inside = [
        country
        for country, each in rings.items()
        if sum(_crossings([maps._EUROPE.at(place) for place in ring], mark.x, mark.y) for ring in each) % 2
    ]
    assert inside == [code]


def _crossings(ring: list[tuple[float, float]], x: float, y: float) -> int:
    edges = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum((b < y) != (d < y) and a + (y - b) * (c - a) / (d - b) > x for (a, b), (c, d) in edges)


def test_the_maps_are_plain_small_and_named(every_kind: Json) -> None:
    drawings = _drawings(HTML.render(every_kind, no_evidence).decode())
    assert len(drawings) == 2
    for each in drawings:
        assert len(each) < LARGEST
        root = ET.fromstring(each)  # noqa: S314 # our own drawing
        assert {part.tag for part in root.iter()} <= {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}
        names = {name for part in root.iter() for name in part.attrib}
        assert not [name for name in names if "href" in name or name.startswith("on") or name in {"style", "id"}]
        assert root.findtext("title")
        assert root.findtext("desc")
        assert root.get("role") == "img"


def test_shape_and_not_colour_alone_tells_the_kinds_apart(every_kind: Json) -> None:
    page = HTML.render(every_kind, no_evidence).decode()
    shapes = dict(re.findall(r'viewBox="-15[^>]*><title>([^<]*)</title>(.*?)</svg>', page))
    assert set(shapes) == set(PLACE_MARKS.values())
    assert len({re.sub(r'"#\w{6}"', "", shape) for shape in shapes.values()}) == len(PLACE_MARKS)


def test_names_beside_marks_do_not_cover_each_other() -> None:
    labels = Labels(1000, 1000)
    for y in (400, 420, 440):
        labels.block(500, y, 13, 13)
    for y in (400, 420, 440):
        labels.place("Germany", 500, y, 13, 13)
    labels.block(980, 500, 13, 13)
    labels.place("Germany", 980, 500, 13, 13)
    placed = [(each.anchor, each.x, each.y) for each in labels.placed]
    assert len(set(placed)) == 4
    assert placed[0][0] == "start"
    assert placed[3][0] == "end", "nor do they leave the sheet"


def test_the_pdf_names_its_maps_and_has_no_link_to_the_outside(
    every_kind: Json, need_program: Callable[[str], str]
) -> None:
    content = PDF.render(every_kind, no_evidence)
    with pikepdf.open(io.BytesIO(content)) as document:
        objects = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        figures = [str(each.get("/Alt", "")) for each in objects if each.get("/S") == "/Figure"]
        assert not any("/URI" in each for each in objects)
    assert sum("countries in which addresses are" in each for each in figures) == 2
    assert all(figures)
    done = subprocess.run(
        [need_program("pdftotext"), "-", "-"], input=content, capture_output=True, check=True, timeout=60
    )
    assert CREDIT in " ".join(done.stdout.decode().split())


def test_no_borders_are_read_where_nothing_was_located() -> None:
    program = (
        "import sys\nfrom vendor_audit.reports import html, terminal\n"
        "sys.exit('vendor_audit.location.outlines' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

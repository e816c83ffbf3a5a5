"""Differently built sites: what is there is found, and nothing is made up."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from vendor_audit.vendor.file import VendorFile


def documents(vendor: VendorFile) -> dict[str, str]:
    """Return the documents by their kind, without scheme and host."""
    return {kind: url.partition(".example:")[2].partition("/")[2] for kind, url in vendor.data["documents"].items()}


def roles(vendor: VendorFile) -> list[str]:
    return [each["role"] for each in vendor.data["endpoints"]]


@pytest.mark.parametrize("looker", ["konferix"], indirect=True)
class TestAGermanSiteWithLinksInItsFooter:
    async def test_its_documents_are_found_also_where_only_the_notice_links_to_them(self, looker: Any) -> None:
        vendor = looker.write(await looker.look("www.konferix.example"))
        assert documents(vendor) == {
            "dpa": "recht/av-vertrag.pdf",
            "privacy_notice": "datenschutz.html",
            "subprocessors": "recht/unterauftragnehmer",
            "legal_notice": "impressum.html",
            "terms": "recht/agb",
        }
        assert f"# from the link 'Impressum' on http://www.konferix.example:{looker.served.port}/\n" in looker.text
        assert "# from the link 'Datenschutzerklärung' on" in looker.text

    async def test_its_name_stands_in_the_titles_and_the_entity_remains_a_guess(self, looker: Any) -> None:
        vendor = looker.write(await looker.look("www.konferix.example"))
        assert vendor.name == "Konferix"
        assert "legal_entity" not in vendor.data["vendor"]
        assert '  # legal_entity: "Konferix Sprechzimmer GmbH"\n' in looker.text
        assert "haftet nicht" not in looker.text

    async def test_media_addresses_of_its_own_scripts_are_taken_and_half_ones_are_not(self, looker: Any) -> None:
        vendor = looker.write(await looker.look("www.konferix.example"))
        assert [each["uri"] for each in vendor.data["media"]["turn"]] == [
            "stun:stun.konferix.example:3478",
            "turns:relay.konferix.example:443?transport=tcp",
        ]
        assert {"url": "wss://signal.konferix.example/ws", "role": "signalling"} in vendor.data["endpoints"]
        assert '    # - {uri: "stun:stun.andere-firma.example:19302"}\n' in looker.text
        assert "turn:left" not in looker.text

    async def test_names_in_the_dns_stay_guesses(self, looker: Any) -> None:
        vendor = looker.write(await looker.look("www.konferix.example"))
        assert "https://meet.konferix.example" not in [each["url"] for each in vendor.data["endpoints"]]
        guess = "the name exists in the DNS and leads to 8.8.4.4\n"
        assert f'{guess}  # - {{url: "https://meet.konferix.example", role: join_page}}\n' in looker.text

    async def test_no_other_company_and_no_page_twice_is_asked(self, looker: Any) -> None:
        await looker.look("www.konferix.example")
        asked = looker.served.requests
        assert len(asked) == len(set(asked)) < 16
        assert all(each.startswith("www.konferix.example/") for each in asked)
        assert not any("preise" in each or "blog" in each or "cookies" in each for each in asked)


@pytest.mark.parametrize("looker", ["visioclair"], indirect=True)
class TestAFrenchSinglePageWithRelativeLinks:
    async def test_relative_links_are_resolved_by_the_base(self, looker: Any) -> None:
        vendor = looker.write(await looker.look("www.visioclair.example"))
        assert documents(vendor) == {
            "dpa": "accueil/accord-traitement.html",
            "privacy_notice": "accueil/confidentialite",
            "terms": "cgu.html",
        }
        assert vendor.name == "VisioClair"
        assert "# from og:site_name on" in looker.text

    async def test_a_dead_link_and_a_section_of_the_page_stay_guesses_with_the_reason(self, looker: Any) -> None:
        looker.write(await looker.look("www.visioclair.example"))
        assert "(it answers 404)\n  # subprocessors: " in looker.text
        assert "(it leads to a place in the start page itself)\n  # legal_notice: " in looker.text

    async def test_where_every_name_exists_none_is_offered(self, looker: Any) -> None:
        survey = await looker.look("www.visioclair.example")
        assert [each.host for each in survey.names if not each.pinned] == []
        assert any("wildcard" in each for each in survey.notes)


@pytest.mark.parametrize("looker", ["lanterna"], indirect=True)
async def test_of_a_shell_that_scripts_fill_little_is_found_and_it_is_said(looker: Any) -> None:
    survey = await looker.look("www.lanterna.example")
    vendor = looker.write(survey)
    assert "documents" not in vendor.data
    assert roles(vendor) == ["web"]
    assert "# Note: the start page as delivered has no link at all: its scripts build it" in looker.text
    assert looker.text.count("# TODO: not found: ") == 6


@pytest.mark.parametrize("looker", ["murmur"], indirect=True)
async def test_what_only_the_sitemap_names_counts_where_its_title_agrees(looker: Any) -> None:
    vendor = looker.write(await looker.look("www.murmur.example"))
    assert documents(vendor) == {"privacy_notice": "privacyverklaring"}
    assert "neither its link nor its title says clearly what it is)\n  # terms: " in looker.text
    assert "elders.example" not in looker.text
    assert vendor.name == "murmur.example"
    assert "# TODO: the site does not say clearly what the vendor is called" in looker.text


@pytest.mark.parametrize("looker", ["konferix", "visioclair", "lanterna", "murmur"], indirect=True)
async def test_every_line_that_is_no_heading_has_its_origin_above_it(
    looker: Any, request: pytest.FixtureRequest
) -> None:
    looker.write(await looker.look(f"www.{request.node.callspec.params['looker']}.example"))
    lines = looker.text.splitlines()
    for above, line in pairwise(lines):
        if line and not line.lstrip().startswith("#") and not line.endswith(":"):
            assert above.lstrip().startswith("# "), line


@pytest.mark.parametrize("looker", ["konferix", "visioclair", "murmur"], indirect=True)
async def test_the_guesses_are_valid_too_once_a_person_takes_the_hash_away(
    looker: Any, request: pytest.FixtureRequest
) -> None:
    looker.write(await looker.look(f"www.{request.node.callspec.params['looker']}.example"))
    text = re.sub(r"(?m)^( *)# (- \{(?:url|uri): |\w+: \"http)", r"\1\2", looker.text)
    text = re.sub(r"(?m)^# (media:\n)#( +turn:\n(?= +(?:#.*\n +)?-))", r"\1 \2", text)
    assert text != looker.text
    path = looker.folder / "guesses.yaml"
    path.write_text(text, encoding="utf-8")
    assert len(read_vendor_file(path).data["endpoints"]) > 1

from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.documents.certificates import Kind, read_certificate
from vendor_audit.documents.reader import read_document
from vendor_audit.resources import shipped

FIELDS = (
    "number",
    "holder",
    "certification_body",
    "edition",
    "original_issue",
    "issued",
    "expires",
    "soa_version",
    "soa_date",
)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "iso_de.md",
            (
                "ISMS-448812|Nordlicht Rechenzentrum GmbH|Prüfhaus Rheinblick GmbH|2022|"
                "2019-04-14|2025-04-02|2028-04-11|4.2|2025-03-11"
            ),
        ),
        (
            "iso_fr.md",
            (
                "IS/2024/00718|Quillmark Mail SAS|Certilux Assurance SAS|2022|"
                "2018-06-12|2024-06-04|2027-06-11|7|2025-03-03"
            ),
        ),
        (
            "iso_nl.md",
            (
                "2023-NL-0042|Spraakhuis Ondertiteling B.V.|Brandmerk Certificatie B.V.|2022|"
                "2020-02-10|2024-02-09|2027-02-08|2.1|2024-01-04"
            ),
        ),
        (
            "iso_bilingual.md",
            (
                "73 121 5554|Brightline Captions Inc.|Prüfhaus Süd Management Service GmbH|2022|"
                "2021-05-06|2024-05-06|2027-05-05||"
            ),
        ),
        (
            "iso_running.md",
            "KA-0099-IS|Helpwave Support Ltd.|Kestrel Assurance Ltd|2022||2025-03-03|2028-03-02|3|2025-01-10",
        ),
        (
            "iso_table.html",
            "LR-77|Polder Cloud B.V.|Lantern Register Limited|2022|2019-05-01|2025-04-30|2028-04-30||",
        ),
        (
            "iso_lines.txt",
            "IS 655555|Polder Cloud B.V.|Kestrel Assurance|2022|2017-03-02||2026-03-01|4.0|2024-02-11",
        ),
        (
            "iso_holder_above.txt",
            "FR089123|Quillmark Mail SAS|Certilux Certification Holding SAS|2022||2025-03-07|2028-03-06||",
        ),
        (
            "iso_scope_sentence.txt",
            (
                "1199999-7|Brightline Captions Inc.|Larkfield Compliance, LLC|2022|"
                "2019-03-30|2025-03-28|2028-03-29|2.1|2025-03-03"
            ),
        ),
        (
            "iso_of_a_host.txt",
            "355667 ISMS22|Amazon Web Services EMEA SARL|DQS GmbH|2022||2023-12-20|2026-12-31||",
        ),
        (
            "iso_replaces.md",
            "K112233/02|Spraakhuis Ondertiteling B.V.|Keurbos|2022|2019-02-01|2025-02-01|2028-02-01||",
        ),
    ],
)
def test_the_fields_of_a_certificate_in_its_layout_and_language(papers: Any, name: str, fields: str) -> None:
    found = papers.file(name)
    assert found.kind is Kind.ISO27001_CERTIFICATE
    assert {each: getattr(found, each) for each in FIELDS} == dict(zip(FIELDS, fields.split("|"), strict=True))


def test_scope_and_sites_end_where_the_next_thing_begins(papers: Any) -> None:
    assert papers.file("iso_de.md").scope == "Betrieb von Rechenzentren, Colocation und Managed Hosting"
    assert papers.file("iso_running.md").scope == "Provision of customer support for software companies."
    assert papers.file("iso_scope_sentence.txt").scope.startswith("the live captions platform")
    assert papers.file("iso_table.html").sites == ("Middenmeer, Datalaan 12", "Delft, Kade 3")
    found = papers.certificate("Sites", "Keizerswerf 41, Amsterdam · Datalaan 12, Middenmeer", "Head of Certification")
    assert found.sites == ("Keizerswerf 41, Amsterdam", "Datalaan 12, Middenmeer")


def test_the_address_of_the_holder(papers: Any) -> None:
    assert papers.file("iso_lines.txt").address == "Datalaan 12, 1775 ZZ Middenmeer, The Netherlands"
    assert papers.file("iso_running.md").address == "12 Canal Walk, Dublin, Ireland"


@pytest.mark.parametrize(
    ("printed", "edition", "as_printed"),
    [
        ("ISO/IEC 27001:2022", "2022", "2022"),
        ("ISO/IEC 27001:2013", "2013", "2013"),
        ("ISO 27001 : 2013", "2013", "2013"),
        ("EN ISO/IEC 27001:2017", "2013", "2017"),
        ("DIN EN ISO/IEC 27001:2024-01", "2022", "2024"),
        ("BS EN ISO/IEC 27001:2023", "2022", "2023"),
        ("NEN-EN-ISO/IEC 27001:2017", "2013", "2017"),
    ],
)
def test_the_edition_is_counted_as_iso_counts(papers: Any, printed: str, edition: str, as_printed: str) -> None:
    found = papers.certificate(standard=printed)
    assert (found.edition, found.standards[0].edition) == (edition, as_printed)


def test_an_edition_that_is_replaced_does_not_count(papers: Any) -> None:
    found = papers.certificate("It replaces the certificate to ISO/IEC 27001:2013.")
    assert (found.edition, len(found.standards)) == ("2022", 1)


def test_two_editions_are_not_chosen_from(papers: Any) -> None:
    found = papers.certificate("and meets the requirements of ISO/IEC 27001:2013")
    assert found.edition == ""
    assert found.unknown["edition"] == "it names several editions: 2013, 2022"


def test_a_certificate_without_an_edition_says_so(papers: Any) -> None:
    found = papers.certificate(standard="ISO/IEC 27001")
    assert found.unknown["edition"] == "it prints no edition of ISO/IEC 27001"


def test_amendments_and_further_standards_are_kept(papers: Any) -> None:
    standards = papers.file("iso_table.html").to_json()["standards"]
    assert standards == [
        {"name": "ISO/IEC 27001", "text": "ISO/IEC 27001:2022", "edition": "2022", "amendments": ["Amd 1:2024"]}
    ]
    names = [(each.name, each.edition) for each in papers.file("iso_bilingual.md").standards]
    assert names == [("ISO/IEC 27001", "2022"), ("ISO/IEC 27017", "2015"), ("ISO/IEC 27018", "2019")]


@pytest.mark.parametrize(
    ("line", "body", "country", "number"),
    [
        ("Deutsche Akkreditierungsstelle D-ZM-99317-02-00", "DAkkS", "DE", "D-ZM-99317-02-00"),
        ("Accredited by UKAS under number 0442", "UKAS", "GB", "0442"),
        ("Geaccrediteerd door de Raad voor Accreditatie, registratienummer C 999", "RvA", "NL", "C 999"),
        ("Accréditation Cofrac n° 4-0599", "COFRAC", "FR", "4-0599"),
        ("ANAB Accredited Certification Body", "ANAB", "US", ""),
        ("Akkreditierung Austria", "Akkreditierung Austria", "AT", ""),
    ],
)
def test_a_known_accreditation_body(papers: Any, line: str, body: str, country: str, number: str) -> None:
    found = papers.certificate(line).accreditation
    assert (found.body, found.is_known, found.country, found.number) == (body, True, country, number)


def test_an_accreditation_body_that_is_not_known_is_given_as_printed(papers: Any) -> None:
    found = papers.certificate("Accredited by the Raad voor Erkenning for management systems", "Registration C 9417")
    assert found.accreditation.to_json() == {
        "denied": False,
        "body": "Raad voor Erkenning",
        "known": False,
        "number": "C 9417",
    }


def test_a_mark_alone_names_no_body(papers: Any) -> None:
    found = papers.certificate("IAF MLA member")
    assert found.accreditation.to_json() == {"denied": False, "mark": "IAF MLA"}
    assert found.unknown["accreditation.body"] == "a mark is named, but no accreditation body"


def test_no_accreditation_in_the_text_is_unknown_for_it_may_be_a_picture(papers: Any) -> None:
    found = papers.certificate()
    assert found.accreditation is None
    assert found.unknown["accreditation"].endswith("a mark that is a picture is not read")


def test_a_certificate_that_says_it_is_not_accredited(papers: Any) -> None:
    assert papers.certificate("This certificate is not accredited.").accreditation.is_denied


def test_dates_that_may_be_two_and_dates_that_differ_stay_unknown(papers: Any) -> None:
    found = papers.certificate("Issue date: 03/04/2024", "Expiry date: 1 May 2027", "Valid until: 2 May 2027")
    assert (found.issued, found.expires) == ("", "")
    assert found.unknown["issued"] == "'03/04/2024' may be day and month or month and day"
    assert found.unknown["expires"] == "it gives several days: 2027-05-01, 2027-05-02"


def test_the_end_of_the_last_cycle_is_not_the_expiry(papers: Any) -> None:
    found = papers.certificate("Expiry date of previous cycle: 30 April 2025")
    assert found.expires == ""
    assert papers.file("iso_table.html").expires == "2028-04-30"


def test_labels_beside_each_other_with_days_below(papers: Any) -> None:
    found = papers.certificate("Original certification Issued Valid until", "15.02.2021 9.02.2026 8.02.2029")
    assert (found.original_issue, found.issued, found.expires) == ("2021-02-15", "2026-02-09", "2029-02-08")


@pytest.mark.parametrize(
    "line",
    [
        "valid from 9 February 2026 until 8 February 2029",
        "gültig vom 09.02.2026 bis 08.02.2029",
        "valable du 9 février 2026 au 8 février 2029",
        "geldig van 9 februari 2026 tot 8 februari 2029",
    ],
)
def test_a_period_of_validity_in_running_text(papers: Any, line: str) -> None:
    found = papers.certificate(line)
    assert (found.valid_from, found.expires) == ("2026-02-09", "2029-02-08")


def test_several_numbers_are_not_chosen_from(papers: Any) -> None:
    found = papers.certificate("Certificate number: Y-1")
    assert found.number == ""
    assert found.unknown["number"] == "it gives several numbers: X-4711, Y-1"


def test_the_number_of_the_accreditation_is_not_that_of_the_certificate(papers: Any) -> None:
    found = papers.text(
        "# Certificate\n\nThis is to certify that Acme Video B.V. meets ISO/IEC 27001:2022\n\n"
        "Valid until 3 May 2028\n\nAccredited by the Raad voor Erkenning\n\nRegistration number C 9417\n"
    )
    assert found.number == ""


def test_what_a_certificate_surely_does_not_state(papers: Any) -> None:
    assert papers.certificate().missing == ("issued", "expires", "soa")
    assert papers.certificate("Amsterdam, 3 May 2025").missing == ("soa",)


def test_where_pages_are_pictures_nothing_is_surely_missing(papers: Any) -> None:
    lines = ("Certificate No. X-4711", "This is to certify that Acme Video B.V. meets ISO/IEC 27001:2022")
    found = read_certificate(papers.document(*lines, pages_without_text=1))
    assert found.missing == ()
    assert found.unknown["expires"] == "no date of expiry was found in the text: 1 page shows a picture without text"


def test_each_field_says_where_it_stands(papers: Any) -> None:
    found = papers.file("iso_de.md")
    places = found.to_json()["places"]
    assert places["expires"]["quote"] == "Gültig bis | 11.04.2028"
    for name in ("number", "holder", "certification_body", "scope"):
        assert getattr(found, name) in places[name]["quote"]
    running = papers.file("iso_running.md").to_json()["places"]
    assert "2 March 2028" in running["expires"]["quote"]
    assert "version" in running["soa"]["quote"] or "v3" in running["soa"]["quote"]


@pytest.mark.parametrize(
    ("vendor", "edition", "issued", "expires"),
    [("acme", "2013", "2024-02-15", "2027-02-14"), ("flawless", "2022", "2026-02-09", "2029-02-08")],
)
def test_the_certificates_of_the_demonstration(vendor: str, edition: str, issued: str, expires: str) -> None:
    found = read_certificate(read_document((shipped("examples") / vendor / "documents/iso-27001.pdf").read_bytes()))
    assert (found.kind, found.edition, found.issued, found.expires) == (
        Kind.ISO27001_CERTIFICATE,
        edition,
        issued,
        expires,
    )
    assert (found.number, found.holder, found.certification_body) == (
        "NZC-ISMS-20871",
        "Acme Video B.V.",
        "Noordzee Certificatie B.V.",
    )
    assert found.accreditation is not None
    assert (found.accreditation.body, found.accreditation.is_known) == ("Raad voor Erkenning", False)
    assert len(found.sites) == 2
    assert (found.unknown, found.missing, found.host_hints) == ({}, (), ())
    assert {each.page for each in found.places.values()} == {1}

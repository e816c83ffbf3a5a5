"""What a privacy notice says, in four languages, and what only looks as if it said it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from vendor_audit.documents.clauses.library import load_library
from vendor_audit.documents.notice_contacts import MOST_CONTACTS, NO_DAY
from vendor_audit.documents.notices import Notice, read_notice
from vendor_audit.documents.reader import read_document

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests/accuracy/notices"
LABELS = sorted(CORPUS.glob("*.labels.yaml"))
LANGUAGES = ("en", "de", "fr", "nl")
ACME = ("Acme Video", "Acme Meet", "Acme Video B.V.")


def read(text: str, language: str = "en", *names: str) -> Notice:
    return read_notice(read_document(text.encode(), name="notice.md"), language=language, vendor_names=names)


def status(text: str, requirement: str, language: str = "en", *names: str) -> str:
    found: str = read(f"# Notice\n\n{text}\n", language, *names).facts["requirements"][requirement]["status"]
    return found


def example(name: str) -> Notice:
    content = (ROOT / "examples" / name / "site/privacy.html").read_bytes()
    return read_notice(read_document(content, name="privacy.html"), vendor_names=ACME)


def labels(path: Path) -> dict[str, Any]:
    shape: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return shape


# Each right, and what only looks like it


ALL_RIGHTS = {
    "en": (
        "You have the right of access to your data, to rectification, to erasure, to restriction of processing, to "
        "data portability and to object to the processing."
    ),
    "de": (
        "Sie haben das Recht auf Auskunft, Berichtigung, Löschung, Einschränkung der Verarbeitung, "
        "Datenübertragbarkeit und Widerspruch gegen die Verarbeitung."
    ),
    "fr": (
        "Vous disposez d'un droit d'accès, de rectification, d'effacement, de limitation du traitement, "
        "d'opposition au traitement et de portabilité de vos données."
    ),
    "nl": (
        "U heeft recht op inzage, correctie, verwijdering, beperking van de verwerking, bezwaar en dataportabiliteit."
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rights_are_found_in_one_sentence(language: str) -> None:
    requirements = read(f"# Notice\n\n{ALL_RIGHTS[language]}\n", language).facts["requirements"]
    rights = {name: each["status"] for name, each in requirements.items() if name.startswith("13(2)(b)")}
    assert rights == dict.fromkeys(rights, "present")
    assert len(rights) == 6


@pytest.mark.parametrize("right", ["access", "rectification", "erasure", "restriction", "objection", "portability"])
def test_rights_are_found_in_a_list_under_its_lead_in(right: str) -> None:
    text = (
        "You have the right:\n\n- to access your personal data,\n- to have wrong data corrected,\n"
        "- to have data erased,\n"
        "- to restrict the processing,\n- to object to processing based on legitimate interests,\n"
        "- to receive your data in a machine-readable format.\n"
    )
    assert status(text, f"13(2)(b)-{right}") == "present"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Under the GDPR, data subjects have a right of access and a right to data portability."),
        ("en", "The GDPR requires companies to tell data subjects about their right to data portability."),
        ("de", "Verantwortliche müssen nach Art. 13 DSGVO über das Recht auf Datenübertragbarkeit informieren."),
        ("nl", "Organisaties moeten betrokkenen wijzen op het recht op dataportabiliteit."),
        ("fr", "Le responsable de traitement doit informer du droit à la portabilité des données."),
    ],
)
def test_an_account_of_the_law_tells_the_reader_of_no_right(language: str, text: str) -> None:
    assert status(text, "13(2)(b)-portability", language) == "absent"


def test_a_heading_without_content_tells_nothing() -> None:
    text = "## Right to data portability\n\n## Right to object\n\n## Changes\n\nWe may."
    assert status(text, "13(2)(b)-objection") == "absent"


def test_a_right_of_residents_of_one_state_is_partial() -> None:
    text = "We like privacy.\n\n## California residents\n\nYou have the right to access your personal information.\n"
    found = read(f"# Notice\n\n{text}").facts["requirements"]["13(2)(b)-access"]
    assert (found["status"], found["note"]) == ("partial", "only for residents of some states")


def test_complaints_about_a_transfer_framework_are_not_the_right_to_complain() -> None:
    text = "We cooperate with the data protection authorities (DPAs) on complaints under the Data Privacy Framework."
    assert status(text, "13(2)(d)-complaint") == "absent"
    assert status("You may lodge a complaint with the data protection authority.", "13(2)(d)-complaint") == "present"


# Vague words


@pytest.mark.parametrize(
    ("requirement", "vague", "plain"),
    [
        ("13(1)(e)-recipients", "We share data with trusted partners that help us.",
         "We share data with our hosting provider, our payment processor and tax advisers."),
        ("13(2)(a)-retention", "We keep personal data as long as necessary for the purposes.",
         "We keep account data for 12 months after the contract ends and invoices for 7 years."),
        ("13(1)(f)-transfers", "We may transfer your data to countries outside the EEA and take good care of it.",
         "We transfer data to the United States under the standard contractual clauses of the Commission."),
        ("13(1)(d)-interests", "We process data where it is in our legitimate interests.",
         "Our legitimate interest is to protect our systems against attacks."),
        ("13(1)(b)-dpo", "We have appointed a data protection officer.",
         "You reach our data protection officer at dpo@acme.example."),
        ("n-recording", "Calls may be recorded for quality purposes.",
         "A call is recorded only if the host starts a recording and every participant agrees."),
        ("n-guests", "Other participants can see your name.", "Guests can join a call without an account."),
        ("n-cookies", "Please see our cookie policy.", "We only set technically necessary cookies."),
    ],
)  # fmt: skip
def test_vague_words_are_partial_where_plain_ones_are_present(requirement: str, vague: str, plain: str) -> None:
    assert (status(vague, requirement), status(plain, requirement)) == ("partial", "present")


def test_bases_in_a_common_list_are_partial() -> None:
    text = "Our legal bases are consent, the performance of a contract, legal obligations and our legitimate interests."
    assert status(text, "13(1)(c)-basis") == "partial"


@pytest.mark.parametrize(
    ("language", "table"),
    [
        ("en", "| Purpose | Legal basis |\n|---|---|\n| Newsletter | Consent |\n| Sending invoices | Contract |"),
        ("de", "| Zweck | Rechtsgrundlage |\n|---|---|\n| Newsletter | Einwilligung |\n| Abrechnung | Vertrag |"),
        ("fr", "| Finalité | Base légale |\n|---|---|\n| Newsletter | Consentement |\n| Facturation | Contrat |"),
        ("nl", "| Doel | Grondslag |\n|---|---|\n| Nieuwsbrief | Toestemming |\n| Facturen | Overeenkomst |"),
    ],
)
def test_a_table_of_purposes_and_bases_joins_them(language: str, table: str) -> None:
    found = read(f"# Notice\n\n## Legal\n\n{table}\n", language).facts["requirements"]["13(1)(c)-basis"]
    assert found["status"] == "present"
    assert " | " in found["quote"]


def test_periods_for_logs_alone_do_not_say_how_long_data_is_kept() -> None:
    text = "Server logs are deleted after 7 days. We keep other data as long as necessary."
    found = read(f"# Notice\n\n{text}\n").facts["requirements"]["13(2)(a)-retention"]
    assert (found["status"], found["note"]) == ("partial", "a period only for: logs")


def test_a_brand_with_a_form_is_no_controller_and_a_company_with_an_address_is() -> None:
    brand = "Glimmer is the controller. Get in touch through the form on our website."
    company = "Glimmer Ltd, 12 Harbour Street, Leeds LS1 4AB, is the controller of your data."
    assert status(brand, "13(1)(a)-controller", "en", "Glimmer") == "partial"
    assert status(company, "13(1)(a)-controller", "en", "Glimmer") == "present"


def test_a_representative_for_the_united_kingdom_is_none_for_the_union() -> None:
    british = "We have appointed VeraSafe as our representative in the United Kingdom under Article 27 of the UK GDPR."
    european = "Our representative in the EU under Article 27 GDPR is Rep SRL, 12 Rue Haute, info@rep.example."
    assert status(british, "13(1)(a)-representative") == "absent"
    assert status(european, "13(1)(a)-representative") == "present"


# What the vendor does for itself


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "We analyse usage logs of meetings to improve our products.", "present"),
        ("en", "We may use content from your meetings to train our models.", "present"),
        ("en", "We use aggregated usage data of calls to improve the service.", "partial"),
        ("en", "We do not use recordings or call metadata for analytics or to improve our products.", "absent"),
        ("de", "Wir werten Nutzungsdaten aus, um unsere Plattform zu verbessern.", "present"),
        ("de", "Inhalte und Verbindungsdaten werten wir nicht für eigene Zwecke aus.", "absent"),
        ("fr", "Nous analysons l'utilisation de la plateforme pour améliorer le service.", "present"),
        ("nl", "Wij gebruiken metadata van gesprekken om onze dienst te verbeteren.", "present"),
        ("nl", "Wij gebruiken de inhoud van vergaderingen niet voor eigen doeleinden.", "absent"),
    ],
)
def test_use_for_own_purposes_is_a_finding_and_its_denial_is_none(language: str, text: str, expected: str) -> None:
    assert status(text, "n-ownpurposes", language) == expected


def test_the_sentences_on_own_purposes_are_quoted_and_denials_are_not() -> None:
    said = "We analyse how people use meetings in order to develop new features."
    denied = "We do not use recordings to train models."
    notice = read(f"# Notice\n\n## Use\n\n{said} {denied}\n")
    assert [(each["quote"], each["section"]) for each in notice.facts["own_purposes"]] == [(said, "Use")]
    assert notice.facts["requirements"]["n-notraining"]["status"] == "present"


def test_the_roles_are_told_for_which_processing() -> None:
    both = "For calls your host is the controller and we are its processor. For our website we are the controller."
    assert status(both, "n-role") == "present"
    assert status("We are the controller of your data.", "n-role") == "partial"


# Contacts, day and version


def test_addresses_are_told_with_what_they_are_for() -> None:
    notice = read(
        "# Notice\n\nThe controller is Acme. Contact: info@acme.example.\n\n"
        "Our data protection officer: dpo@privacy.example.\n\nSend requests to rights[at]acme[dot]example.\n"
    )
    found = {each["address"]: each["for"] for each in notice.facts["contacts"]}
    assert found == {"info@acme.example": "controller", "dpo@privacy.example": "dpo", "rights@acme.example": "requests"}
    assert notice.facts["mail_domains"] == ["acme.example", "privacy.example"]


def test_an_address_behind_a_link_counts() -> None:
    text = "Our data protection officer is [Goran](mailto:dpo@acme.example)."
    notice = read(f"# Notice\n\n{text}\n")
    assert notice.facts["contacts"][0]["address"] == "dpo@acme.example"
    assert notice.facts["requirements"]["13(1)(b)-dpo"]["status"] == "present"


def test_a_page_of_addresses_does_not_fill_the_report() -> None:
    notice = read("# Notice\n\n" + "\n\n".join(f"Write to a{number}@acme.example." for number in range(200)))
    assert len(notice.facts["contacts"]) == MOST_CONTACTS


@pytest.mark.parametrize(
    ("language", "line", "day"),
    [
        ("en", "Last updated: August 2, 2024", "2024-08-02"),
        ("en", "Version 4.1 of 3 February 2026", "2026-02-03"),
        ("de", "Stand: 1. April 2026", "2026-04-01"),
        ("fr", "Version en vigueur au 1er septembre 2025", "2025-09-01"),
        ("nl", "Laatst gewijzigd: 22 juni 2026", "2026-06-22"),
    ],
)
def test_the_day_of_the_notice_is_read(language: str, line: str, day: str) -> None:
    notice = read(f"# Notice\n\n{line}\n\nFounded on 1 January 1999.\n", language)
    assert notice.facts["dated"] == day
    assert notice.unknown == {}


def test_a_day_that_can_mean_two_is_unknown() -> None:
    notice = read("# Notice\n\nLast updated: 3/4/2025\n")
    assert "dated" not in notice.facts
    assert "day and month" in notice.unknown["dated"]


def test_a_notice_without_a_day_says_so() -> None:
    assert read("# Notice\n\nWe like privacy.\n").unknown == {"dated": NO_DAY}


def test_the_version_is_read() -> None:
    assert read("# Notice\n\nEffective 12 January 2026 (version 4.1).\n").facts["version"] == "4.1"


# The examples


def test_the_flaws_planted_in_the_example_are_found_with_their_words() -> None:
    notice = example("acme")
    requirements = notice.facts["requirements"]
    recipients, retention = requirements["13(1)(e)-recipients"], requirements["13(2)(a)-retention"]
    assert (recipients["status"], retention["status"]) == ("partial", "partial")
    assert "trusted partners" in recipients["quote"]
    assert "as long as necessary" in retention["quote"]
    assert not [each for each in notice.facts["retention"] if "days" in each]


def test_the_flawless_example_lacks_only_what_does_not_apply_to_it() -> None:
    notice = example("flawless")
    lacking = {name for name, each in notice.facts["requirements"].items() if each["status"] != "present"}
    assert lacking == {"13(1)(a)-representative", "13(1)(f)-copy", "n-ownpurposes", "n-notraining"}
    kept = {each["category"]: each.get("days") for each in notice.facts["retention"]}
    assert kept == {
        "logs": 14, "accounts": 2555, "support": 365, "other": None, "chat": 7, "recordings": 90, "transcripts": 90,
        "metadata": 30, "backups": 35,
    }  # fmt: skip
    assert (notice.facts["dated"], notice.facts["mail_domains"]) == ("2026-02-03", ["acme.example"])


def test_every_quote_stands_in_the_document() -> None:
    document = read_document((ROOT / "examples/flawless/site/privacy.html").read_bytes(), name="privacy.html")
    blocks = [block.text for section in document.sections for block in section.blocks]
    notice = read_notice(document, vendor_names=ACME)
    quoted = [each for each in notice.facts["requirements"].values() if "quote" in each] + notice.facts["retention"]
    assert len(quoted) > 30
    assert [each["quote"] for each in quoted if not any(each["quote"] in block for block in blocks)] == []


# The libraries and the corpus


def test_the_four_languages_have_the_same_points() -> None:
    points = {
        language: [
            each.id
            for each in load_library("privacy_notice", language).requirements
            if each.core.pattern and each.examples
        ]
        for language in LANGUAGES
    }
    assert points["de"] == points["nl"] == points["en"]
    assert set(points["en"]) - set(points["fr"]) == set()
    assert len(points["en"]) == 31


@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.name.removesuffix(".labels.yaml"))
def test_labels_name_every_point_and_quote_the_notice(path: Path) -> None:
    shape = labels(path)
    text = " ".join((CORPUS / shape["document"]).read_text(encoding="utf-8").replace("**", "").replace("`", "").split())
    asked = [each.id for each in load_library("privacy_notice", "en").requirements]
    assert list(shape["requirements"]) == asked
    quotes = {name: each.get("quote") for name, each in shape["requirements"].items() if each["status"] != "absent"}
    assert {name for name, quote in quotes.items() if not quote or " ".join(quote.split()) not in text} == set()


@pytest.mark.parametrize(
    "path", [each for each in LABELS if not labels(each)["kept_aside"]], ids=lambda path: path.name.split(".")[0]
)
def test_a_labelled_notice_is_read_as_its_label_says(path: Path) -> None:
    shape = labels(path)
    document = read_document((CORPUS / shape["document"]).read_bytes(), name=shape["document"])
    notice = read_notice(document, vendor_names=shape["vendor_names"])
    pairs = Counter(
        (label["status"], notice.facts["requirements"][name]["status"]) for name, label in shape["requirements"].items()
    )
    wrong = {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}
    assert sum(wrong.values()) <= 2
    assert [pair for pair in wrong if pair[1] == "present"] == []
    kept = {(each["category"], round(each["days"])) for each in notice.facts["retention"] if "days" in each}
    assert kept == {(kind, days) for kind, numbers in shape["periods"].items() for days in numbers}

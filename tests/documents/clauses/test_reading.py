from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.documents.clauses.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.documents.clauses.reading import Reading

    Read = Callable[..., dict[str, Reading]]

AUDIT, DSR, BREACH, DELETION = "28(3)(h)-audit", "28(3)(e)-dsr", "33(2)-breachnotice", "28(3)(g)-deletereturn"
OBJECT, NOTICE, LEGAL, CONFIDENTIAL = "28(2)-object", "28(2)-notice", "28(3)(a)-legalreq", "28(3)(b)-confidentiality"

SOUND = {
    AUDIT: "The Provider shall allow for and contribute to audits, including inspections, by Customer or its auditor.",
    DSR: "Provider will assist Customer in responding to requests from data subjects who exercise their rights.",
    BREACH: "Provider shall notify Customer without undue delay after becoming aware of a personal data breach.",
    DELETION: "When the services end, Provider shall delete or return all personal data, at the choice of Customer.",
    OBJECT: "Customer may object to the engagement of a new sub-processor within 14 days.",
    NOTICE: "Provider informs Customer of the addition or replacement of sub-processors at least 30 days in advance.",
    LEGAL: (
        "Where the law requires another processing, Provider shall inform Customer of that legal requirement before "
        "processing, unless that law prohibits it."
    ),
    CONFIDENTIAL: "Provider ensures that all persons authorised to process the data are bound to confidentiality.",
    "28(4)-liability": "Provider remains fully liable to Customer for the performance of its sub-processors.",
    "28(3)-infringe": "Provider shall immediately inform Customer if an instruction infringes the GDPR.",
}


@pytest.mark.parametrize("requirement", SOUND)
def test_a_plain_clause_is_present_with_its_sentence_as_quote(read: Read, requirement: str) -> None:
    found = read(f"# Data Processing Agreement\n\n## 7. Duties\n\n{SOUND[requirement]}\n")[requirement]
    assert found.status is Status.PRESENT
    assert found.found.quote is not None
    assert found.found.quote.text == SOUND[requirement]
    assert found.found.quote.section == "7 Duties"


@pytest.mark.parametrize("requirement", SOUND)
def test_without_the_clause_it_is_absent(read: Read, requirement: str) -> None:
    others = "This agreement is governed by the law of Ireland.\n\nFees are due within 30 days."
    assert read(f"# Data Processing Agreement\n\n{others}\n")[requirement].status is Status.ABSENT


@pytest.mark.parametrize(
    ("requirement", "sentence", "limit"),
    [
        (DSR, "Provider assists Customer in answering data subjects' requests at Customer's sole expense.", "at_cost"),
        (
            BREACH,
            "Provider notifies Customer of a personal data breach within 24 hours after it has confirmed the breach.",
            "confirmed",
        ),
        (
            BREACH,
            "Provider notifies Customer of a personal data breach as soon as reasonably practicable.",
            "when_practicable",
        ),
        (
            NOTICE,
            "Provider announces new sub-processors in advance to those customers who subscribe to its e-mail updates.",
            "subscribers",
        ),
        (
            OBJECT,
            "Customer may object to a new sub-processor. Its sole remedy is to terminate the agreement.",
            "sole_remedy",
        ),
        (
            DELETION,
            "At the end of the agreement Provider deletes or returns the data at its sole discretion, upon request.",
            "own_choice",
        ),
        (
            AUDIT,
            "Customer may audit Provider; this audit right is satisfied by Provider's current SOC 2 report.",
            "reports_instead",
        ),
    ],
)
def test_a_limit_makes_a_clause_partial_and_is_named(read: Read, requirement: str, sentence: str, limit: str) -> None:
    found = read(f"# Data Processing Agreement\n\n{sentence}\n")[requirement]
    assert found.status is Status.PARTIAL
    assert limit in found.found.limits
    assert found.note


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [
        (DSR, "Provider is not obliged to assist Customer with requests from data subjects."),
        (AUDIT, "Provider has no obligation to allow audits or inspections by Customer."),
        ("28(4)-liability", "Provider shall not be liable for acts or omissions of its sub-processors."),
    ],
)
def test_a_refused_duty_is_absent_and_says_so(read: Read, requirement: str, sentence: str) -> None:
    found = read(f"# Data Processing Agreement\n\n{sentence}\n")[requirement]
    assert found.status is Status.ABSENT
    assert {"refused", "excluded", "none"} & found.found.limits.keys()
    assert found.found.quote is not None
    assert found.found.quote.text == sentence


@pytest.mark.parametrize(
    ("requirement", "text"),
    [
        (AUDIT, "## Audits\n\n## Data subject requests\n\nFees are due within 30 days."),
        (BREACH, '"Breach Notice" means the notice that Provider gives Customer of a breach without undue delay.'),
        (DSR, "Article 28 GDPR requires that a processor assists the controller with data subjects' requests."),
        (BREACH, "Customer shall notify Provider without undue delay if Customer becomes aware of a data breach."),
        ("28(3)-infringe", "Customer shall inform Provider immediately if an instruction infringes the GDPR."),
    ],
    ids=["heading alone", "definition", "account of the law", "duty of the customer", "instruction of the customer"],
)
def test_what_only_looks_like_a_clause_is_none(read: Read, requirement: str, text: str) -> None:
    assert read(f"# Data Processing Agreement\n\n{text}\n")[requirement].status is Status.ABSENT


def test_a_chapter_of_definitions_agrees_nothing(read: Read) -> None:
    text = f"# Data Processing Agreement\n\n## 1. Definitions\n\n{SOUND[BREACH]}\n\n## 2. Fees\n\nNone.\n"
    assert read(text)[BREACH].status is Status.ABSENT


def test_a_list_item_is_read_with_what_leads_it_in(read: Read) -> None:
    text = (
        "# Data Processing Agreement\n\nThe Processor shall:\n\n"
        "(a) keep records;\n\n(b) assist the Controller in answering requests of data subjects;\n"
    )
    found = read(text)[DSR]
    assert found.status is Status.PRESENT
    assert found.found.quote is not None
    assert found.found.quote.lead_in == "The Processor shall:"


@pytest.mark.parametrize(
    ("vendor", "customer"),
    [
        ("we", "you"),
        ("the Supplier", "the Client"),
        ("the Contractor", "the Principal"),
        ("Data Importer", "Data Exporter"),
    ],
)
def test_parties_are_known_by_what_drafters_call_them(read: Read, vendor: str, customer: str) -> None:
    duty = f"{vendor[0].upper()}{vendor[1:]} shall notify {customer} of a personal data breach without undue delay."
    naming = f"{customer} keeps the keys. {customer} pays. {customer} signs. The processor is {vendor}."
    assert read(f"# Data Processing Agreement\n\n{duty}\n\n{naming}\n")[BREACH].status is Status.PRESENT


def test_parties_are_known_by_the_names_that_the_vendor_file_gives(read: Read) -> None:
    text = "# Terms\n\nHoloMeet notifies Nordstadt of every personal data breach without undue delay.\n"
    known = read(text, vendor_names=("HoloMeet",), customer_names=("Nordstadt",))
    assert read(text)[BREACH].status is not Status.PRESENT
    assert known[BREACH].status is Status.PRESENT


def test_a_term_that_the_document_defines_is_understood(read: Read) -> None:
    text = (
        "# Data Processing Agreement\n\n## Definitions\n\n"
        '"Security Event" means any event by which personal data are unlawfully destroyed, lost or disclosed.\n\n'
        "## Duties\n\nThe Supplier shall notify the Client of a Security Event without undue delay.\n"
    )
    assert read(text)[BREACH].status is Status.PRESENT


def test_readings_that_differ_are_unclear_with_both_quotes(read: Read) -> None:
    # All of its words are there, but nobody takes on a duty: the reading by elements finds nothing.
    text = (
        "# Data Processing Agreement\n\nPersonal data breach, notification of the controller by the processor "
        "without undue delay after becoming aware: see the incident plan of the parties.\n"
    )
    found = read(text)[BREACH]
    facts = found.to_json()
    assert {found.status, facts["readings"]["elements"]} <= {"unclear", "present", "absent"}
    if found.status is Status.UNCLEAR:
        assert facts["note"]


def test_hours_are_read_as_a_number(read: Read) -> None:
    sentence = "Provider shall notify Customer of a data breach within seventy-two (72) hours after becoming aware."
    facts = read(f"# Data Processing Agreement\n\n{sentence}\n")["x-breachhours"].to_json()
    assert facts["status"] == "present"
    assert facts["hours"] == 72


def test_duties_that_one_sentence_enumerates_are_read_one_by_one(read: Read) -> None:
    text = (
        "The Processor shall: (a) process the Personal Data only on the documented instructions of the Controller; "
        "(b) ensure that all persons authorised to process the data are bound by confidentiality; and (c) at the "
        "Controller's cost, assist the Controller in responding to requests of data subjects to exercise their rights."
    )
    found = read(f"# Data Processing Agreement\n\n## Duties\n\n{text}\n")
    assert found["28(3)(a)-instructions"].status is Status.PRESENT
    assert found["28(3)(b)-confidentiality"].status is Status.PRESENT
    quote = found["28(3)(b)-confidentiality"].found.quote
    assert quote is not None
    assert quote.text.startswith("(b) ensure that")
    assert quote.lead_in.endswith("The Processor shall:")
    assert found["28(3)(e)-dsr"].status is Status.PARTIAL


def test_alternatives_of_one_duty_are_not_taken_apart(read: Read) -> None:
    text = (
        "On termination the Processor shall, at the Controller's choice, (a) delete all of the Personal Data; or "
        "(b) return all of the Personal Data to the Controller."
    )
    found = read(f"# Data Processing Agreement\n\n## Duties\n\n{text}\n")
    assert found["28(3)(g)-deletereturn"].status is Status.PRESENT


def test_a_proviso_that_refuses_something_else_leaves_the_duty_standing(read: Read) -> None:
    text = (
        "The Processor shall immediately inform the Controller if, in its opinion, an instruction infringes the GDPR, "
        "provided that the Processor is not obliged to examine instructions."
    )
    found = read(f"# Data Processing Agreement\n\n## Duties\n\n{text}\n")
    assert found["28(3)-infringe"].status is Status.PRESENT

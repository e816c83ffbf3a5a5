"""The words and marks of every report: one place, so that the PDF, the page and the terminal say the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A verdict or a light as a person sees it: always a shape and a word, the colour only helps."""

    word: str
    tone: str
    """``fail``, ``partial``, ``pass``, ``unknown``, ``accepted`` or ``none``: shape and colour go by it."""


VERDICTS = {
    "fail": Tag("Fails", "fail"),
    "partial": Tag("Partly met", "partial"),
    "accepted": Tag("Risk accepted", "accepted"),
    "inconclusive": Tag("Not established", "unknown"),
    "pass": Tag("Passes", "pass"),
    "not_applicable": Tag("Does not apply", "none"),
}
"""By verdict, the one that matters most first."""

LIGHTS = {
    "red": Tag("Red", "fail"),
    "amber": Tag("Amber", "partial"),
    "green": Tag("Green", "pass"),
    "grey": Tag("Grey", "unknown"),
}

SEVERITIES = ("critical", "high", "medium", "low")
"""Gravest first."""

STATUSES = {
    "in_force": "In force",
    "guidance": "Guidance; cannot fail the gate",
    "proposal": "Proposal; cannot fail the gate",
}

STRENGTHS = {
    "observed": "observed by this audit",
    "documented": "read in a document",
    "attested": "said by the vendor",
}

REPAIRS = {
    "configuration": "a change of configuration",
    "document": "a change of the contract or of a document",
    "business_model": "a change of how the vendor does business",
}

PROBE_CLASSES = {
    "passive": "Passive: reads what is published",
    "normal": "Normal: does what an ordinary client does",
    "active": "Active: sends what no ordinary client sends",
    "intrusive": "Intrusive: only with written permission",
}

ROLES = {
    "named_by_vendor": "named by the service itself",
    "join_page": "join page",
    "web": "web site",
    "api": "API",
    "trust_page": "trust page",
    "privacy_notice": "privacy notice",
    "subprocessors": "list of sub-processors",
    "turn": "TURN server",
    "stun": "STUN server",
    "relay": "relay of media",
    "media_server": "media server",
    "other": "other",
}
"""What an address is there for; a role that is not here is called by its name."""

HOW_KNOWN = {
    ("proven_eea", "round_trip_time"): ("Proven inside the EEA by the speed of light", "proven"),
    ("proven_eea_or_adequate", "round_trip_time"): (
        "Proven by the speed of light: in the EEA or where an adequacy decision holds",
        "proven",
    ),
    ("declared", "operator"): ("Declared by the operator of the address", "declared"),
    ("consistent", "databases"): ("Databases of different publishers agree", "databases"),
    ("consistent", "one_database"): ("One database only, which is not enough to establish it", "undetermined"),
    ("refuted", "round_trip_time"): ("Outside of the EEA, by the speed of light", "outside"),
    ("refuted", "operator"): ("Outside of the EEA, as the operator declares", "outside"),
    ("undetermined", "none"): ("Not established", "undetermined"),
}
"""By what the evidence comes to and what it rests on: the words, and the mark by which a place is shown."""

PLACE_MARKS = {
    "outside": "outside of the EEA",
    "undetermined": "not established",
    "databases": "databases only",
    "declared": "declared by the operator",
    "proven": "proven by physics",
}

AREAS = {
    "contract": "Contract and documents",
    "exports": "Transfers out of the EU",
    "technology": "Technology and operation",
}
"""In the order in which a buyer changes things: what is signed, where the data goes, how it is built."""

READING = (
    (VERDICTS["fail"], "What was seen, read or stated does not meet the requirement."),
    (VERDICTS["partial"], "A part of the requirement is met; the finding says which part is not."),
    (VERDICTS["inconclusive"], "It could not be established, and the report says why. Never counted as a pass."),
    (VERDICTS["pass"], "The requirement is met on the evidence that is named beside it."),
    (VERDICTS["accepted"], "It fails, and the customer accepted the risk: by whom and until when is named."),
    (VERDICTS["not_applicable"], "The requirement does not concern this vendor or this use; the condition is named."),
)

GLOSSARY = (
    ("proven", "The low end of the score: what could not be established counts as failed. The gate uses it."),
    ("possible", "The high end of the score: what could not be established counts as passed."),
    ("coverage", "The share of what applies that could be judged at all, weighed by severity."),
    ("severity", "Critical, high, medium or low; they weigh 10, 5, 2 and 1. Every checklist weighs the same."),
    (
        "light",
        (
            "Red with any critical failure; amber with a failure of high severity or a critical unknown; else green. "
            "Grey where less than 60 % could be judged."
        ),
    ),
    ("gate", "The rule by which this audit is passed or refused. Only requirements in force can refuse it."),
    (
        "observed",
        (
            "This audit saw it: the strongest evidence. Documented: it was read in a document. Attested: the "
            "vendor says so, which is the weakest."
        ),
    ),
    ("observation", "What one probe saw of one target, numbered O1, O2, … in annex A. It holds facts and no opinion."),
    ("target", "One thing that was looked at: a host and port, a URL, a name, a document, a statement."),
    ("check", "One requirement that can be tested, with its clause, severity and the rule that decides it."),
)

NOT_ADVICE = "This report states what was observed and by which rule it was judged. It is not legal advice."

SAMPLING = (
    "An audit is a sample. It shows what these targets did at these times, seen from one place on the network, and "
    "what the vendor's documents and statements said on that day. What was not looked at may be otherwise, and what "
    "was right then may have changed since."
)

"""A first vendor file, written from what a look at the vendor's site gave. Pure.

Everything in it that a stranger wrote stands in double quotes, or on one line behind ``#``: whatever a link is called,
it cannot become a key. What was read stands as it is; a guess stands behind ``#``; nothing is made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.audit.first_file_lines import address_of, comment, quoted
from vendor_audit.vendor.targets import same_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vendor_audit.probes.site.discoveries import Found, SiteSurvey

DOCUMENTS = {
    "dpa": "data processing agreement",
    "privacy_notice": "privacy notice",
    "subprocessors": "list of sub-processors",
    "legal_notice": "legal notice",
    "trust_page": "trust page",
    "terms": "terms",
}
"""The documents that a site may have, as the vendor file and a person call them."""
_AS_ENDPOINTS = ("trust_page", "privacy_notice", "subprocessors")
"""Pages whose server is looked at too: roles of endpoints."""
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+\Z")
_TURN = re.compile(r"(?:stuns?:[^?/@]+|turns?:[^?/@]+(?:\?transport=(?:udp|tcp))?)\Z")


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person at the vendor can answer."""

    check: str
    text: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What the operator said, on the command line or when asked."""

    day: str
    """The day of the look, UTC, year-month-day."""
    customer: str = ""
    eu_hosting: bool | None = None
    """None: was not said."""
    pins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names with the addresses that the operator gave them."""
    nameservers: Sequence[str] = ()
    allow: Sequence[str] = ()
    trust: Sequence[str] = ()
    """Files, from the folder of the new file on."""


def first_vendor_file(survey: SiteSurvey, operator: Operator, questions: Sequence[Question] = ()) -> str:
    """Return the text of a vendor file that is valid, with a comment on where each line came from."""
    parts = (
        _head(survey, operator),
        _vendor(survey),
        _customer(operator),
        _contacts(survey),
        _endpoints(survey),
        _media(survey),
        _documents(survey),
        _statements(questions),
        _network(operator),
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def missing(survey: SiteSurvey) -> tuple[str, ...]:
    """Return the documents that were not found, not even as a guess, as a person calls them."""
    return tuple(called for name, called in DOCUMENTS.items() if name not in survey.found)


def _head(survey: SiteSurvey, operator: Operator) -> list[str]:
    return [
        comment(f"A first vendor file for {survey.start}, made on {operator.day} (UTC) by 'vendor-audit init'."),
        "# It was made from what the site and the DNS publish; above each line stands where it came from.",
        "# What is only a guess stands behind '#': look at it, then take the '#' away or the line out.",
        "# TODO marks what only a person knows. 'vendor-audit validate' says whether the file is right.",
        *(comment(f"Note: {note}") for note in survey.notes),
    ]


def _vendor(survey: SiteSurvey) -> list[str]:
    lines = ["vendor:"]
    if survey.name:
        name = survey.name.text
        lines += [comment(survey.name.origin, 1)]
    else:
        name = survey.domain
        lines += [comment("TODO: the site does not say clearly what the vendor is called; this is its domain", 1)]
    lines.append(f"  name: {quoted(name)}")
    if survey.entities:
        notice = survey.found["legal_notice"]
        lines.append(comment(f"TODO: the company that signs the contract; named in the legal notice {notice.url}", 1))
        lines += [f"  # legal_entity: {quoted(each)}" for each in survey.entities]
    else:
        lines += ["  # TODO: the company that signs the contract, with its legal form", '  # legal_entity: ""']
    return [
        *lines,
        "  # TODO: its country, two letters; and the company at the top of the group, whose law reaches the vendor",
        "  # established_in: NL",
        '  # parent: {name: "", country: US}',
        "",
        "product:",
        "  # TODO: what the service is called; until you say it, the vendor's name stands here",
        f"  name: {quoted(name)}",
        "  # TODO: the plan that you buy, and what the service does in it; leave out what you do not know",
        '  # plan: ""',
        "  # features: {recording: true, dial_in: false, ai: false, chat: true, e2ee_claimed: false}",
        "  # claims: {iso27001: true, soc2: false, eu_hosting: true}",
    ]


def _customer(operator: Operator) -> list[str]:
    said = []
    if operator.customer:
        said += ["  # as you said", f"  name: {quoted(operator.customer)}"]
    if operator.eu_hosting is not None:
        said += ["  # as you said", f"  eu_hosting_required: {str(operator.eu_hosting).lower()}"]
    return [
        "# TODO: you. It decides which checks apply, and how strictly.",
        "customer:" if said else "# customer:",
        *said,
        *([] if operator.customer else ['#   name: ""']),
        *([] if operator.eu_hosting is not None else ["#   eu_hosting_required: true"]),
        "#   recording: {used: true, legal_basis: consent, purposes: [training]}",
        "#   special_categories: false",
        "#   sector_record_duty: false",
        "#   iso27001_required: true",
    ]


def _contacts(survey: SiteSurvey) -> list[str]:
    security = survey.security
    lines = []
    if security and _MAIL.match(security.mail):
        expired = f", which expired on {security.expired}" if security.expired else ""
        lines = ["contacts:", comment(f"from {security.url}{expired}", 1), f"  security: {quoted(security.mail)}"]
    elif security:
        lines = ["# contacts:", comment(f"{security.url} is there, but has no mail address")]
    else:
        lines = ["# contacts:", "#   TODO: no security.txt was found on the host of the start page", '#   security: ""']
    return [*lines, "#   TODO: the vendor's address for data protection", '#   privacy: ""']


def _endpoints(survey: SiteSurvey) -> list[str]:
    lines = [
        "# What is looked at from outside. The role says which checks apply to it.",
        "# TODO: above all the page on which people join a call.",
    ]
    live, guesses = [], []
    written: set[tuple[object, str]] = set()
    for url, role, origin, certain in _addresses_of(survey):
        if address_of(url) is None or (key := (same_endpoint(url), role)) in written:
            continue
        written.add(key)
        entry = f"{{url: {quoted(url)}, role: {role}}}"
        if certain:
            live += [comment(origin, 1), f"  - {entry}"]
        else:
            guesses += [comment(origin, 1), f"  # - {entry}"]
    return [*lines, "endpoints:" if live else "# endpoints:", *live, *guesses]


def _addresses_of(survey: SiteSurvey) -> Iterator[tuple[str, str, str, bool]]:
    """Yield URL, role, where it came from, and whether it is certain."""
    led = "" if survey.start == survey.asked else f", where {survey.asked} leads"
    yield survey.start, "web", f"the page that you named{led}", True
    for purpose in _AS_ENDPOINTS:
        found = survey.found.get(purpose)
        # A page that another company serves is a document of the vendor, but not one of its servers.
        if found and not found.doubt and _is_own(survey, found.url):
            yield found.url, purpose, found.origin, True
    for purpose, role in (("join_page", "join_page"), ("status", "other")):
        found = survey.found.get(purpose)
        if found:
            certain = purpose == "status" and not found.doubt and _is_own(survey, found.url)
            what = "status page" if purpose == "status" else "a guess: where people join"
            yield found.url, role, f"{what}, {_origin(found)}{_elsewhere(survey, found.url)}", certain
    for each in survey.media.values():
        if each.address.startswith("ws"):
            own = _is_own(survey, each.address)
            role = _role_of(survey, each.address)
            doubt = " (TODO: is it the signalling?)" if role == "other" else ""
            yield each.address, role, f"{each.origin}{doubt}{_elsewhere(survey, each.address)}", own
    known = (*survey.media, *(each.url for each in survey.found.values()), survey.start)
    seen = {there.host for each in known if (there := address_of(each))}
    for name in survey.names:
        if name.role not in {"turn", "stun"} and name.host not in seen:
            yield f"{name.scheme}://{name.host}", name.role, f"a guess: {_exists(name.pinned, name.addresses)}", False


def _media(survey: SiteSurvey) -> list[str]:
    live, guesses = [], []
    for each in survey.media.values():
        if each.address.startswith("ws") or not _TURN.match(each.address) or address_of(each.address) is None:
            continue
        entry = f"{{uri: {quoted(each.address)}}}"
        if _is_own(survey, each.address):
            live += [comment(each.origin, 2), f"    - {entry}"]
        else:
            guesses += [comment(f"{each.origin}{_elsewhere(survey, each.address)}", 2), f"    # - {entry}"]
    seen = {there.host for each in survey.media if (there := address_of(each))}
    for name in survey.names:
        if name.role in {"turn", "stun"} and name.host not in seen:
            guesses += [
                comment(f"a guess: {_exists(name.pinned, name.addresses)}", 2),
                f"    # - {{uri: {quoted(f'{name.scheme}:{name.host}')}}}",
            ]
    heads = ["media:", "  turn:"] if live else ["# media:", "#   turn:"]
    return [
        "# Where sound and picture flow.",
        "# TODO: the URIs that a client gets, with a test account's access data as names of environment variables:",
        '#   {uri: "turns:…", username: "${TURN_USER}", password: "${TURN_PASSWORD}"}',
        *heads,
        *live,
        *guesses,
    ]


def _documents(survey: SiteSurvey) -> list[str]:
    live, rest = [], []
    for name, called in DOCUMENTS.items():
        found = survey.found.get(name)
        if found is None or address_of(found.url) is None:
            rest += [f"  # TODO: not found: {called}", f'  # {name}: ""']
        elif found.doubt:
            rest += [comment(f"a guess, {_origin(found)}", 1), f"  # {name}: {quoted(found.url)}"]
        else:
            live += [comment(f"{_origin(found)}{_elsewhere(survey, found.url)}", 1), f"  {name}: {quoted(found.url)}"]
    return [
        "# A path beside this file, or a URL. TODO: the contract that you signed is better than the one on the site.",
        "documents:" if live else "# documents:",
        *live,
        *rest,
        "  # TODO: certificates and reports, as files beside this one",
        "  # iso27001: documents/iso-27001.pdf",
    ]


def _statements(questions: Sequence[Question]) -> list[str]:
    lines = [
        "# What the vendor says: the weakest evidence; a proof, a file beside this one, makes it stronger.",
        "# TODO: ask the vendor. 'vendor-audit checks show ID' says what counts as proof.",
        "# statements:",
    ]
    for each in questions:
        lines += [comment(each.text, 1), f"  # - {{check: {each.check}, answer: true, by: NAME, on: YEAR-MONTH-DAY}}"]
    return lines


def _network(operator: Operator) -> list[str]:
    lines = []
    if operator.allow:
        lines.append(f"  allow: {quoted(list(operator.allow))}")
    if operator.pins:
        lines.append("  resolve:")
        lines += [f"    {quoted(name)}: {quoted(list(each))}" for name, each in operator.pins.items()]
    if operator.nameservers:
        lines.append(f"  nameservers: {quoted(list(operator.nameservers))}")
    if operator.trust:
        lines.append(f"  trust: {quoted(list(operator.trust))}")
    return ["# as you said on the command line", "network:", *lines] if lines else []


def _origin(found: Found) -> str:
    return f"{found.origin} ({found.doubt})" if found.doubt else found.origin


def _exists(pinned: bool, addresses: Sequence[object]) -> str:  # noqa: FBT001 # says what the name is
    shown = ", ".join(map(str, addresses))
    return f"the name is pinned to {shown}" if pinned else f"the name exists in the DNS and leads to {shown}"


def _elsewhere(survey: SiteSurvey, url: str) -> str:
    address = address_of(url)
    return "" if address is None or survey.owns(address.host) else f"; {address.host} is not below {survey.domain}"


def _is_own(survey: SiteSurvey, url: str) -> bool:
    address = address_of(url)
    return address is not None and survey.owns(address.host)


def _role_of(survey: SiteSurvey, url: str) -> str:
    """Return the role of a WebSocket: signalling where its name says so."""
    address = address_of(url)
    label = address.host.partition(".")[0] if address else ""
    likely = {each.host: each.role for each in survey.names}
    known = likely.get(address.host if address else "", "")
    return "signalling" if "signal" in label or known == "signalling" else "other"

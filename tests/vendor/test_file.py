"""A vendor file is read whole or refused with every mistake at its place."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vendor_audit.errors import UsageError
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.source.schema import load_schema
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vendor_audit.vendor.file import VendorFile

WHOLE = """\
vendor:
  name: Acme Video
  legal_entity: Acme Video B.V.
  established_in: NO
  parent: {name: Acme Holding Inc., country: US}
product:
  name: Acme Meet
  plan: Business
  features: {recording: true, dial_in: false, ai: false, chat: true, e2ee_claimed: true}
  claims: {iso27001: true, soc2: false, eu_hosting: true}
customer:
  name: Stadtwerke Musterburg GmbH
  eu_hosting_required: true
  recording: {used: true, legal_basis: consent, purposes: [evidence, training]}
  special_categories: false
  sector_record_duty: false
  iso27001_required: true
contacts: {privacy: privacy@acme.example, security: security@acme.example}
endpoints:
  - {url: https://meet.acme.example, role: join_page}
  - {url: wss://signal.acme.example, role: signalling}
media:
  turn:
    - uri: turns:turn.acme.example:5349?transport=tcp
      username: ${ACME_TURN_USER}
      password: ${ACME_TURN_PASSWORD}
  whip: {url: https://sfu.acme.example/whip/audit, token: "${ACME_WHIP_TOKEN}"}
  captures: [documents/roles.pdf]
  room: https://meet.acme.example/audit-room
documents:
  dpa: documents/dpa.pdf
  privacy_notice: https://acme.example/privacy
statements:
  - {check: art32.rbac, answer: true, by: Acme CISO, on: 2026-10-01, proof: documents/roles.pdf}
  - {check: art32.tls-version, answer: partial, by: Acme CISO, on: 2026-11-23, note: from January on}
exceptions:
  - {check: art32.dns-hardening, reason: DNSSEC planned for Q2, accepted_by: DPO, until: 2027-03-31}
  - {check: art32.tls-version, reason: old kiosks, accepted_by: DPO, until: 2027-01-31, target: https://meet.acme.example}
reviews:
  - {check: dpa.audit-rights, verdict: pass, by: DPO, on: 2026-11-20, reason: side letter of 3 May gives on-site audits}
permission: {document: documents/pentest-consent.pdf, valid_until: 2026-12-31}
network:
  allow: [10.1.0.0/16, "fd00:1::/64"]
  resolve: {meet.acme.example: 127.0.0.1, signal.acme.example: [127.0.0.1, "::1"]}
  nameservers: ["127.0.0.1:5353", "[::1]:5353", 9.9.9.9]
  trust: [documents/dpa.pdf]
thresholds: {tls: ncsc-nl-2025-05}
gate: {fail_on: high, fail_on_unknown: never, min_proven: 80, min_coverage: 60.5}
"""


@pytest.mark.usefixtures("documents")
def test_a_whole_vendor_file_is_accepted(tmp_path: Path, read: Callable[..., VendorFile]) -> None:
    vendor = read(WHOLE, head="")
    assert vendor.data["vendor"]["established_in"] == "NO"
    assert vendor.name == "Acme Video"
    assert vendor.slug == "acme-video"
    assert vendor.sha256 == hashlib.sha256((tmp_path / "acme.yaml").read_bytes()).hexdigest()
    assert vendor.warnings == ()
    assert vendor.data["media"]["whip"]["token"] == "${ACME_WHIP_TOKEN}"  # noqa: S105 (a placeholder)


def test_a_vendor_and_a_product_are_enough(read: Callable[[str], VendorFile]) -> None:
    data = read("").data
    assert [data[key] for key in ("endpoints", "statements", "exceptions", "reviews")] == [[], [], [], []]
    assert "media" not in data


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Zoë & Söhne GmbH", "zoe-sohne-gmbh"), ("会議", "vendor"), ("../../etc", "etc"), ("A" * 199, "a" * 60)],
)
def test_the_slug_is_safe_as_the_name_of_a_folder(read: Callable[..., VendorFile], name: str, slug: str) -> None:
    assert read("", head=f"vendor: {{name: '{name}'}}\nproduct: {{name: x}}\n").slug == slug


MISTAKES = """\
vendor:
  name: Acme Video
  established_in: nl
  parent: {name: Acme Holding Inc.}
product:
  name: Acme Meet
  plan: 1.20
  features: {recording: maybe, presnt: true}
endpoints:
  - {url: meet.acme.example, role: join_page}
  - {url: https://signal.acme.example, role: signaling}
  - {url: https://user:geheim@rec.acme.example, role: recordings}
  - {url: https://meet.acme.example:99999, role: api}
media:
  turn:
    - {uri: "turns:turn.acme.example", username: "${USER_NAME}", password: hunter2}
documents:
  dpa: documents/dpa.pdff
  dpa: documents/dpa.pdf
statements:
  - &first {check: art32.rbca, answer: true, by: CISO, on: 2026-13-45}
  - *first
  - {check: art32.rbac, answer: true, by: CISO, on: 2026-11-24}
exceptions:
  - {check: art32.dns-hardening, reason: planned, accepted_by: DPO}
network:
  allow: [10.1.0.1/16]
"""

EXPECTED = [
    "3:19 'nl' is not right here: write the country as two capital letters (ISO 3166-1), such as NL or US",
    "4:3 the key 'country' is missing: Country of the parent, two letters (ISO 3166-1)",
    "7:9 '1.20' is read as a number: put it in quotes",
    "8:25 'maybe' is not true or false",
    "8:32 unknown key 'presnt'; known here: recording, dial_in, ai, chat, e2ee_claimed",
    "10:11 'meet.acme.example' is not a URL: write it with its scheme, such as https://meet.acme.example",
    (
        "11:46 'signaling' is not join_page, web, api, signalling, recordings, trust_page, privacy_notice, "
        "subprocessors or other, did you mean 'signalling'?"
    ),
    "12:11 the URL holds a user name or password: take it out, secrets do not stand in a file",
    "13:11 'https://meet.acme.example:99999' is not a URL: look at its port and its brackets",
    (
        "16:76 a secret must not stand in the file: put it into an environment variable and write here the variable's "
        "name, such as ${ACME_SECRET}"
    ),
    "18:8 there is no file 'documents/dpa.pdff' beside this file",
    "19:3 duplicate key 'dpa': it stands in line 18 already",
    "21:5 anchors are not allowed: remove '&first', or put the text in quotes if it begins with '&'",
    "21:20 unknown check 'art32.rbca', did you mean 'art32.rbac'?",
    "21:60 '2026-13-45' is no day that the calendar has",
    (
        "22:5 aliases are not allowed: write here what '&first' stands for, "
        "or put the text in quotes if it begins with '*'"
    ),
    "23:53 2026-11-24 is in the future: today is 2026-11-23 (UTC)",
    "25:5 the key 'until' is missing: The last day, UTC",
    "27:11 '10.1.0.1/16' has bits beyond its prefix: write 10.1.0.0/16",
]


@pytest.mark.usefixtures("documents")
def test_a_file_with_nineteen_mistakes_reports_all_nineteen_with_line_and_column(
    tmp_path: Path, read: Callable[..., VendorFile]
) -> None:
    with pytest.raises(InvalidFileError) as error:
        read(MISTAKES, head="")
    told = error.value.diagnostics
    assert [f"{each.place.line}:{each.place.column} {each.message}" for each in told] == EXPECTED
    shown = str(error.value)
    assert f"{tmp_path}/acme.yaml:8:25: 'maybe' is not true or false\n" in shown
    assert (
        "    8 |   features: {recording: maybe, presnt: true}\n"
        "      |                         ^^^^^\n"
    ) in shown  # fmt: skip


def test_a_check_may_have_any_name_if_the_catalogue_is_not_given(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(
        "vendor: {name: x}\nproduct: {name: x}\n"
        "statements: [{check: any.name, answer: true, by: x, on: 2026-01-01}]\n"
    )  # fmt: skip
    assert read_vendor_file(path).data["statements"][0]["check"] == "any.name"


@pytest.mark.usefixtures("documents")
def test_what_has_expired_is_a_warning(read: Callable[[str], VendorFile]) -> None:
    vendor = read(
        "permission: {document: documents/pentest-consent.pdf, valid_until: 2026-11-22}\n"
        "exceptions:\n"
        "- {check: art32.rbac, reason: x, accepted_by: x, until: 2026-11-22}\n"
        "- {check: art32.tls-version, reason: x, accepted_by: x, until: 2026-11-23}\n"
    )
    assert [(each.place.line, each.message) for each in vendor.warnings] == [
        (3, "the permission expired on 2026-11-22: nothing beyond a normal client's behaviour will be done"),
        (5, "the exception expired on 2026-11-22: the finding counts again"),
    ]


@pytest.mark.usefixtures("documents")
def test_a_permission_holds_on_its_last_day(read: Callable[[str], VendorFile]) -> None:
    vendor = read("permission: {document: documents/pentest-consent.pdf, valid_until: 2026-11-23}\n")
    assert vendor.warnings == ()


def test_a_missing_vendor_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        read_vendor_file(tmp_path / "none.yaml")


def _properties(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, each in schema.get("properties", {}).items():
            yield f"{where}.{name}", each
        for key, each in schema.items():
            yield from _properties(each, f"{where}.{key}")


def _objects(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield where, schema
        for key, each in schema.items():
            yield from _objects(each, f"{where}.{key}")


def test_the_schema_explains_every_property_to_an_editor() -> None:
    for where, each in _properties(load_schema("vendor")):
        assert each.get("title"), where
        assert each.get("description"), where
        assert each.get("examples"), where


def test_the_schema_leaves_no_object_open() -> None:
    for where, each in _objects(load_schema("vendor")):
        assert "additionalProperties" in each, where
        assert each["additionalProperties"] is False or "description" in each["additionalProperties"], where


def test_the_examples_of_the_schema_satisfy_it() -> None:
    schema = load_schema("vendor")
    for where, each in _properties(schema):
        validator = jsonschema.Draft202012Validator({**each, "$defs": schema["$defs"]})
        for example in each["examples"]:
            assert validator.is_valid(example), (where, json.dumps(example))

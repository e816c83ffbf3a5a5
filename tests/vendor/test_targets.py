"""The targets of a vendor file: each named once, hosts as DNS knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.observation import Target
from vendor_audit.source.schema import load_schema
from vendor_audit.vendor.targets import document_kinds, targets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.vendor.file import VendorFile


def test_endpoints_have_host_port_and_role(read: Callable[[str], VendorFile]) -> None:
    vendor = read(
        "endpoints:\n"
        "- {url: https://Bücher.example/x, role: join_page}\n"
        "- {url: 'wss://signal.example:8443', role: signalling}\n"
        "- {url: 'https://[2001:db8::1]', role: api}\n"
        "- {url: 'turns:turn.example', role: other}\n"
    )
    assert [each for each in targets_of(vendor) if each.kind == "endpoint"] == [
        Target("endpoint", "https://Bücher.example/x", "xn--bcher-kva.example", 443, ("join_page",)),
        Target("endpoint", "wss://signal.example:8443", "signal.example", 8443, ("signalling",)),
        Target("endpoint", "https://[2001:db8::1]", "2001:db8::1", 443, ("api",)),
        Target("endpoint", "turns:turn.example", "turn.example", 5349, ("other",)),
    ]


def test_an_address_with_two_roles_is_one_target(read: Callable[[str], VendorFile]) -> None:
    vendor = read(
        "endpoints:\n"
        "- {url: https://a.example, role: join_page}\n"
        "- {url: 'https://A.example:443/', role: api}\n"
        "- {url: https://a.example/other, role: web}\n"
    )
    endpoints = [each for each in targets_of(vendor) if each.kind == "endpoint"]
    assert [(each.name, each.roles) for each in endpoints] == [
        ("https://a.example", ("join_page", "api")),
        ("https://a.example/other", ("web",)),
    ]


def test_hosts_are_those_of_every_url_with_all_their_roles_and_no_addresses(read: Callable[[str], VendorFile]) -> None:
    vendor = read(
        "endpoints:\n"
        "- {url: https://meet.example, role: join_page}\n"
        "- {url: wss://meet.example/ws, role: signalling}\n"
        "- {url: https://192.0.2.1, role: api}\n"
        "media:\n"
        "  turn: [{uri: 'turns:turn.example'}, {uri: 'stun:192.0.2.2'}]\n"
        "  whip: {url: https://sfu.example/x}\n"
        "  room: https://MEET.example/room\n"
        "documents: {privacy_notice: https://example/privacy}\n"
    )
    assert [each for each in targets_of(vendor) if each.kind == "host"] == [
        Target("host", "meet.example", "meet.example", roles=("join_page", "signalling", "room")),
        Target("host", "turn.example", "turn.example", roles=("turn",)),
        Target("host", "sfu.example", "sfu.example", roles=("whip",)),
        Target("host", "example", "example", roles=("privacy_notice",)),
    ]


@pytest.mark.usefixtures("documents")
def test_a_document_is_called_by_its_key_and_has_a_place_and_perhaps_a_language(
    read: Callable[[str], VendorFile],
) -> None:
    vendor = read(
        "documents:\n"
        "  dpa: documents/dpa.pdf\n"
        "  privacy_notice: https://Bücher.example:8443/privacy\n"
        "  iso27001: {at: documents/roles.pdf, language: de}\n"
        "  subprocessors: {at: http://acme.example/list}\n"
    )
    assert [each for each in targets_of(vendor) if each.kind == "document"] == [
        Target("document", "dpa", roles=("dpa",), location="documents/dpa.pdf"),
        Target(
            "document",
            "privacy_notice",
            "xn--bcher-kva.example",
            8443,
            ("privacy_notice",),
            "https://Bücher.example:8443/privacy",
        ),
        Target("document", "iso27001", roles=("iso27001",), location="documents/roles.pdf", language="de"),
        Target("document", "subprocessors", "acme.example", 80, ("subprocessors",), "http://acme.example/list"),
    ]
    assert all(Target.from_json(each.to_json()) == each for each in targets_of(vendor))


def test_every_kind_of_document_is_known_where_documents_are_spoken_of() -> None:
    assert {"dpa", "terms", "iso27701", "c5", "scc", "order_form"} <= set(document_kinds())
    assert load_schema("facts/document")["properties"]["kind"]["enum"] == list(document_kinds())
    assert list(load_schema("facts/vendor_file")["properties"]["documents"]["properties"]) == list(document_kinds())


def test_the_file_and_each_statement_are_targets(read: Callable[[str], VendorFile]) -> None:
    vendor = read("statements: [{check: art32.rbac, answer: true, by: x, on: 2026-01-01}]\n")
    assert targets_of(vendor) == (Target("vendor_file", "Acme Video"), Target("check", "art32.rbac"))

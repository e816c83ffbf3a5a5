"""What a schema cannot say is told like the rest: with its place, and with what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ("endpoints:\n- {url: ftp://a.example, role: web}"),
            "2:9 the scheme 'ftp' does not fit here: https, http, wss, ws or turns",
        ),
        (
            ("endpoints:\n- {url: 'https://', role: web}"),
            "2:9 'https://' is not a URL: it has no host",
        ),
        (
            ("endpoints:\n- {url: 'https://a.example\\@b.example', role: web}"),
            "2:9 'https://•••@b.example' is not a URL: it has a character that a URL must not have",
        ),
        (
            ("endpoints:\n- {url: https://10.1.1, role: web}"),
            "2:9 '10.1.1' is neither a host name nor an IPv4 address: its last part is a number",
        ),
        (
            ("endpoints:\n- {url: https://a.example, role: web}\n- {url: https://A.example:443/, role: web}"),
            "3:9 duplicate endpoint: it stands in line 4",
        ),
        (
            "media: {room: wss://a.example}",
            "1:15 'wss://a.example' is not right here: write a URL that begins with https://",
        ),
        (
            "media: {turn: [{uri: 'turn://a.example'}]}",
            (
                "1:22 'turn://a.example' is not right here: write it like "
                "turns:turn.acme.example:5349?transport=tcp, without '//'"
            ),
        ),
        (
            "media: {turn: [{uri: 'turn:a.example', username: '${A}'}]}",
            "1:40 'username' needs the key 'password' beside it",
        ),
        (
            "documents: {dpa: ../x.pdf}",
            "1:18 there is no file '../x.pdf' beside this file",
        ),
        (
            "documents: {dpa: documents}",
            "1:18 'documents' is not a file",
        ),
        (
            "documents: {dpa: /etc/hostname}",
            "1:18 '/etc/hostname' leads out of the folder of this file: copy the document beside it",
        ),
        (
            "documents: {dpa: https//a.example}",
            ("1:18 there is no file 'https//a.example' beside this file; if it is a URL, it begins with https://"),
        ),
        (
            "documents: {dpa: ftp://a.example/x}",
            "1:18 the scheme 'ftp' does not fit here: https or http",
        ),
        (
            "documents: {dpa: {at: none.pdf}}",
            "1:23 there is no file 'none.pdf' beside this file",
        ),
        (
            "documents: {dpa: {at: ftp://a.example/x}}",
            "1:23 the scheme 'ftp' does not fit here: https or http",
        ),
        (
            "documents: {dpa: {language: de}}",
            "1:13 the key 'at' is missing: A path beside this file, or a URL",
        ),
        (
            "documents: {dpa: {at: documents/dpa.pdf, language: it}}",
            "1:52 'it' is not en, de, fr or nl",
        ),
        (
            "documents: {dpa: {at: documents/dpa.pdf, verifed: {by: x}}}",
            "1:42 unknown key 'verifed', did you mean 'verified'?",
        ),
        (
            "documents: {dpa: {at: documents/dpa.pdf, verified: {by: DPO, on: 2026-11-24, where: IAF CertSearch}}}",
            "1:66 2026-11-24 is in the future: today is 2026-11-23 (UTC)",
        ),
        (
            "documents: {dpa: {at: documents/dpa.pdf, verified: {by: DPO, on: 2026-02-30, where: IAF CertSearch}}}",
            "1:66 '2026-02-30' is no day that the calendar has",
        ),
        (
            "documents: {dpa: {at: documents/dpa.pdf, verified: {by: DPO, on: 2026-11-23}}}",
            "1:42 the key 'where' is missing: The register in which it was found",
        ),
        (
            "documents: {dpa: [documents/dpa.pdf]}",
            "1:18 a text or keys with values is needed here, not a list: take the '- ' or the brackets away",
        ),
        (
            ("statements:\n- {check: art32.rbac, answer: maybe, by: x, on: 2026-01-01}"),
            "2:31 'maybe' is not true, false or partial",
        ),
        (
            ("statements:\n- {check: art32.rbac, answer: yes, by: x, on: 2026-01-01}"),
            "2:31 'yes' is not true, false or partial: write true",
        ),
        (
            ("statements:\n- {check: art32.rbac, answer: true, by: x, on: 2026-01-01, proof: none.pdf}"),
            "2:67 there is no file 'none.pdf' beside this file",
        ),
        (
            ("statements:\n- {check: art32.rbac, answer: true, by: x, on: 2026-01-01, proof: 'https://a.example/x'}"),
            "2:67 a URL does not fit here: save the file beside this one and write its path",
        ),
        (
            (
                "statements:\n"
                "- {check: art32.rbac, answer: true, by: x, on: 2026-01-01}\n"
                "- {check: art32.rbac, answer: false, by: x, on: 2026-01-01}"
            ),
            "3:11 a second entry for 'art32.rbac': the first stands in line 4",
        ),
        (
            ("statements:\n- {check: zzz.zzz, answer: true, by: x, on: 2026-01-01}"),
            "2:11 unknown check 'zzz.zzz'; see: vendor-audit checks list",
        ),
        (
            ("exceptions:\n- {check: art32.rbac, reason: x, accepted_by: x, until: 2026-02-30}"),
            "2:57 '2026-02-30' is no day that the calendar has",
        ),
        (
            (
                "endpoints: [{url: https://meet.acme.example, role: web}]\n"
                "exceptions:\n"
                "- {check: art32.rbac, reason: x, accepted_by: x, until: 2027-01-01, target: meet.acme.exmple}"
            ),
            "3:77 unknown target 'meet.acme.exmple', did you mean 'meet.acme.example'?",
        ),
        (
            ("reviews:\n- {check: art32.rbac, verdict: passed, by: x, on: 2026-01-01, reason: x}"),
            "2:32 'passed' is not pass, fail, partial or not_applicable, did you mean 'pass'?",
        ),
        (
            ("reviews:\n- {check: art32.rbac, verdict: pass, by: x, on: 2030-01-01, reason: x}"),
            "2:49 2030-01-01 is in the future: today is 2026-11-23 (UTC)",
        ),
        (
            "permission: documents/pentest-consent.pdf",
            ("1:13 'documents/pentest-consent.pdf' does not fit here: keys with values are needed, such as document"),
        ),
        (
            "network: {allow: [300.0.0.0/8]}",
            "1:19 '300.0.0.0/8' is not a network: write it like 10.1.0.0/16 or fd00:1::/64",
        ),
        (
            "network: {resolve: {a.example: 127.0.0.256}}",
            "1:32 '127.0.0.256' is not an IPv4 or IPv6 address",
        ),
        (
            "network: {resolve: {a.example: [127.0.0.1, localhost]}}",
            "1:44 'localhost' is not an IPv4 or IPv6 address",
        ),
        (
            "network: {resolve: {'a b': 127.0.0.1}}",
            "1:21 'a b' is not a part of a host name: letters, digits and '-' inside",
        ),
        (
            "network: {nameservers: ['127.0.0.1:99999']}",
            "1:25 '127.0.0.1:99999' is not an address with a port: write 127.0.0.1:5353 or [::1]:5353",
        ),
        (
            "contacts: {privacy: nobody}",
            "1:21 'nobody' is not right here: write a mail address, such as privacy@acme.example",
        ),
        (
            "thresholds: {TLS: x}",
            "1:14 'TLS' is not right here: a topic is written like tls",
        ),
        (
            "gate: {min_proven: 101}",
            "1:20 '101' is too large: 100 is the most",
        ),
    ],
)
@pytest.mark.usefixtures("documents")
def test_each_mistake_has_its_place_and_its_sentence(
    told: Callable[[str], list[str]], text: str, expected: str
) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize("server", ["9.9.9.9", "127.0.0.1:5353", "::1", "[::1]:5353"])
def test_a_name_server_is_an_address_with_or_without_a_port(told: Callable[[str], list[str]], server: str) -> None:
    assert told(f"network: {{nameservers: ['{server}']}}") == []


@pytest.mark.parametrize("server", ["[::1]", "localhost:53", "127.0.0.1:0", "127.0.0.1:", "::1%eth0", "1.1.1.1:５３"])  # noqa: RUF001
def test_what_is_no_name_server_is_told(told: Callable[[str], list[str]], server: str) -> None:
    assert "is not an address with a port" in told(f"network: {{nameservers: ['{server}']}}")[0]


@pytest.mark.parametrize("target", ["https://a.example", "a.example", "a.example:443", "turn.example", "sfu.example"])
def test_an_exception_may_name_every_endpoint_and_host(told: Callable[[str], list[str]], target: str) -> None:
    mistakes = told(
        "endpoints: [{url: https://a.example, role: web}, {url: 'https://A.example/', role: api}]\n"
        "media: {turn: [{uri: 'turn:turn.example'}], room: https://sfu.example}\n"
        f"exceptions: [{{check: art32.rbac, reason: x, accepted_by: x, until: 2027-01-01, target: '{target}'}}]\n"
    )
    assert mistakes == []


def test_an_exception_names_an_endpoint_as_it_was_first_written(told: Callable[[str], list[str]]) -> None:
    mistakes = told(
        "endpoints: [{url: https://a.example, role: web}, {url: 'https://A.example/', role: api}]\n"
        "exceptions: [{check: art32.rbac, reason: x, accepted_by: x, until: 2027-01-01, target: 'https://A.example/'}]\n"
    )
    assert mistakes == ["2:88 unknown target 'https://A.example/', did you mean 'https://a.example'?"]


def test_a_document_may_be_verified_on_the_day_of_the_audit(told: Callable[[str], list[str]], documents: Path) -> None:
    entry = "{at: documents/dpa.pdf, verified: {by: DPO, on: 2026-11-23, where: IAF CertSearch}}"
    assert told(f"documents: {{iso27001: {entry}}}") == []


def test_the_path_of_a_document_holds_on_every_machine(told: Callable[[str], list[str]], documents: Path) -> None:
    (mistake,) = told(f"documents: {{dpa: '{documents}/documents/dpa.pdf'}}")
    assert mistake.startswith("1:18 ")
    assert mistake.endswith("is a path of this machine: write it from the folder of this file on")


def test_an_exception_may_name_a_document(told: Callable[[str], list[str]], documents: Path) -> None:
    exception = "{check: art32.rbac, target: dpa, reason: x, accepted_by: x, until: 2027-01-01}"
    assert told(f"documents: {{dpa: documents/dpa.pdf}}\nexceptions: [{exception}]") == []

"""A small catalogue and records for the audit's tests, so that they do not depend on the shipped checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_audit.audit.gate import GateRule
from vendor_audit.audit.record import MethodLine, Record
from vendor_audit.checklist.load import Catalogue, load_catalogue
from vendor_audit.observation import Failure, Observation, Strength, Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.observation import Json

CHECK = """
  - id: {id}
    title: {title}
    clause: ["GDPR 32(1)"]
    status: {status}
    severity: {severity}
    why: Because.
    judges: {judges}
    {more}
    strength: {strength}
    passes_if: {passes_if}
    says: {{fail: "it does not hold"}}
    remedy: Mend it.
    repair: configuration
    examples:
      - {{verdict: pass, {example_good}}}
      - {{verdict: fail, {example_bad}}}
      - {{verdict: inconclusive, {example_open}}}
"""
HSTS = "{fact: hsts.present, equals: true}"
CHECKS: list[dict[str, Json]] = [
    {"id": "a.critical", "severity": "critical", "judges": "http"},
    {
        "id": "a.high",
        "severity": "high",
        "judges": "http",
        "passes_if": "{fact: nosniff, equals: true}",
        "fact": "nosniff",
    },
    {"id": "a.advice", "severity": "critical", "status": "guidance", "judges": "http"},
    {"id": "a.join", "severity": "low", "judges": "http", "more": "targets: {role: [join_page]}"},
    {
        "id": "b.said",
        "severity": "medium",
        "judges": "statement",
        "strength": "attested",
        "passes_if": "{fact: answer, equals: true}",
        "fact": "answer",
    },
    {
        "id": "b.proven",
        "severity": "medium",
        "judges": "statement",
        "strength": "documented",
        "passes_if": "{fact: answer, equals: true}",
        "fact": "answer",
    },
    {
        "id": "b.recording",
        "severity": "high",
        "judges": "http",
        "more": "applies_when: {vendor: product.features.recording, equals: true}",
        "vendor": True,
    },
]


def _examples(check: dict[str, Json]) -> dict[str, str]:
    vendor = "vendor: {product: {features: {recording: true}}}, " if check.get("vendor") else ""

    def example(value: str) -> str:
        shape = {"nosniff": f"{{nosniff: {value}}}", "answer": f"{{answer: {value}}}"}
        return f"{vendor}facts: {shape.get(check.get('fact', ''), f'{{hsts: {{present: {value}}}}}')}"

    return {
        "example_good": example("true"),
        "example_bad": example("false"),
        "example_open": f"{vendor}facts: {{}}",
    }


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return two checklists, ``a`` judged from the http probe and ``b`` mostly from statements."""
    folder: Path = tmp_path_factory.mktemp("checklists")
    defaults: dict[str, Json] = {"title": "It holds", "status": "in_force", "strength": "observed"}
    defaults |= {"passes_if": HSTS, "more": ""}
    for order, name in enumerate("ab"):
        named = [each for each in CHECKS if each["id"].startswith(f"{name}.")]
        checks = [{**defaults, **each, **_examples(each)} for each in named]
        text = "".join(CHECK.format(**each) for each in checks)
        text = "\n".join(line for line in text.splitlines() if line.strip())
        head = f'checklist: {name}\ntitle: List {name}\narticle: "{order}"\norder: {order}\nchecks:\n'
        (folder / f"{name}.yaml").write_text(head + text + "\n", encoding="utf-8")
    return load_catalogue([folder])


def seen(facts: dict[str, Json], name: str = "https://meet.acme.example", roles: tuple[str, ...] = ()) -> Observation:
    return Observation(
        "http",
        Target("endpoint", name, "meet.acme.example", 443, roles),
        Strength.OBSERVED,
        facts,
        {},
        (),
        "2026-11-23T12:00:00.000Z",
        0.1,
    )


def unseen(name: str = "https://meet.acme.example") -> Observation:
    return Observation(
        "http",
        Target("endpoint", name, "meet.acme.example", 443),
        Strength.OBSERVED,
        {},
        {},
        (),
        "2026-11-23T12:00:00.000Z",
        0.1,
        Failure("connection_refused", "192.0.2.1:443 refused the connection"),
    )


def said(check: str, answer: bool | str, strength: Strength = Strength.ATTESTED) -> Observation:  # noqa: FBT001
    facts = {"answer": answer, "by": "CISO", "on": "2026-10-01"}
    return Observation("statement", Target("check", check), strength, facts, {}, (), "2026-11-23T12:00:00.000Z", 0.0)


GOOD: dict[str, Json] = {"hsts": {"present": True}, "nosniff": True}


@pytest.fixture
def record() -> Callable[..., Record]:
    """Return a function from observations, and entries of the vendor file, to a record of 23 November 2026."""

    def make(*observations: Observation, gate: dict[str, Json] | None = None, **vendor: Json) -> Record:
        return Record(
            id="acme-video-20261123T120000Z",
            tool={"name": "vendor-audit", "version": "0"},
            started="2026-11-23T12:00:00.000Z",
            duration=1.0,
            stopped="",
            vendor_name="acme.yaml",
            vendor_sha256="0" * 64,
            vendor={"vendor": {"name": "Acme Video"}, **vendor},
            settings={
                "thresholds": {},
                "gate": {**GateRule().to_json(), **(gate or {})},
                "deadline": 300.0,
                "timeout": 5.0,
                "connections_per_host": 10,
            },
            method=(
                MethodLine("vendor_file", "Reads.", "passive"),
                MethodLine("statement", "Reads.", "passive"),
                MethodLine("http", "Gets.", "normal"),
            ),
            observations=observations,
        )

    return make


@pytest.fixture
def http() -> Callable[..., Observation]:
    """Return a function that makes an observation of the http probe."""
    return seen


@pytest.fixture
def unreached() -> Callable[..., Observation]:
    """Return a function that makes an observation of a host that refused the connection."""
    return unseen


@pytest.fixture
def statement() -> Callable[..., Observation]:
    """Return a function that makes what the vendor attests of a check."""
    return said


@pytest.fixture
def good() -> dict[str, Json]:
    """Return facts by which every check of the http probe passes."""
    return GOOD

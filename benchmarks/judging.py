"""How long judging takes: 150 checks over 20 targets, beside as many validations of the same facts by jsonschema.

Run from the project's folder: .venv/bin/python benchmarks/judging.py
"""

from __future__ import annotations

import itertools
import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema

from vendor_audit.audit.judge import judge
from vendor_audit.audit.record import Record
from vendor_audit.checklist.load import Catalogue, load_catalogue
from vendor_audit.observation import Observation, Strength, Target

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS, TARGETS, ROUNDS = 150, 20, 15
_SCHEMA = {
    "required": ["versions"],
    "properties": {
        "versions": {
            "required": ["accepted"],
            "properties": {"accepted": {"items": {"enum": ["TLSv1.2", "TLSv1.3"]}}},
        }
    },
}
"""The simplest of the checks, as a schema."""
_STARTED = "2026-11-23T12:00:00.000Z"


def main() -> None:
    """Print the table."""
    shipped = load_catalogue()
    catalogue = _of_size(shipped, CHECKS)
    record = _record(shipped)
    validator = jsonschema.Draft202012Validator(_SCHEMA)
    tls = [each.facts for each in record.observations if each.probe == "tls"]
    loading = _median(load_catalogue)
    judging = _median(lambda: judge(record, catalogue))
    validating = _median(lambda: [validator.is_valid(each) for each in tls for _ in range(CHECKS)])
    findings, _ = judge(record, catalogue)
    print(f"{len(catalogue.checks)} checks, {TARGETS} targets, {len(findings)} findings, median of {ROUNDS}")
    print(f"judging                   {judging * 1000:8.1f} ms")
    print(f"jsonschema                {validating * 1000:8.1f} ms   {validating / judging:.1f} times as long")
    print(f"loading the catalogue     {loading * 1000:8.1f} ms   {len(shipped.checks)} checks")


def _of_size(shipped: Catalogue, size: int) -> Catalogue:
    """Return a catalogue with that many checks: the shipped ones, again and again under other ids."""
    checks = {}
    for number, check in zip(range(size), itertools.cycle(shipped.checks.values()), strict=False):
        checks[f"{check.id}-{number}"] = replace(check, id=f"{check.id}-{number}")
    return replace(shipped, checks=checks)


def _record(catalogue: Catalogue) -> Record:
    """Return a record whose facts are those of the checks' passing examples, merged by probe."""
    facts: dict[str, dict[str, object]] = {}
    for check in catalogue.checks.values():
        if len(check.judges) == 1:
            for example in check.examples:
                if example.verdict.value == "pass":
                    facts.setdefault(check.judges[0], {}).update(example.facts)
    roles = tuple({role for check in catalogue.checks.values() for role in check.target_roles})
    observations = tuple(
        Observation(
            probe,
            Target("endpoint", f"https://host{number}.example", f"host{number}.example", 443, roles),
            Strength.OBSERVED,
            dict(facts.get(probe, {})),
            {},
            (),
            _STARTED,
            0.1,
        )
        for number in range(TARGETS)
        for probe in ("dns", "http", "tls")
    )
    return Record(
        "benchmark", {}, _STARTED, 1.0, "", "acme.yaml", "0" * 64, {"vendor": {"name": "Acme"}}, {}, (), observations
    )


def _median(work: Callable[[], object]) -> float:
    """Return the median of the seconds that the work takes."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()

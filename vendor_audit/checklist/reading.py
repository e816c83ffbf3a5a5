"""From one entry of a checklist to a `Check`: expressions compiled, sentences and examples looked through.

What the JSON Schema can say about the entry has been said before; here nothing of it is taken for granted, so that the
other mistakes of a file are told in the same go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vendor_audit.checklist.compiling import compile_expression
from vendor_audit.checklist.model import Check, Example, Repair, Severity, Status, Verdict
from vendor_audit.checklist.says import Template, compile_template
from vendor_audit.checklist.surroundings import probes_of, surroundings_of
from vendor_audit.observation import Strength
from vendor_audit.source.words import did_you_mean, one_of, quoted

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from vendor_audit.checklist.compiling import Surroundings
    from vendor_audit.checklist.data import DatedData
    from vendor_audit.checklist.expression import Expression
    from vendor_audit.observation import Json
    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Path, SourceDocument

EXAMPLE_DATE = "2026-11-23"
"""The day of the audit in examples that do not give one: fixed, so that no example becomes wrong with time."""

_TOPIC = re.compile(r"(?:^|\{)\$([a-z][a-z0-9_]*)\.", re.ASCII)
_NAMING_NONE = frozenset({"examples", "why", "remedy", "question", "proof", "references"})

_NEEDED = ("pass", "fail", "inconclusive")
"""Verdicts that the examples of every check must show."""


class CheckReader:
    """Reads the checks of one document."""

    def __init__(
        self, document: SourceDocument, schemas: FilePath, data: DatedData, diagnostics: list[Diagnostic]
    ) -> None:
        """Take the document, the folder of schemas, the dated data, and the list that diagnostics are added to."""
        self._document = document
        self._schemas = schemas
        self._data = data
        self._diagnostics = diagnostics

    def read(self, node: dict[str, Json], path: Path, checklist: str, *, is_well_formed: bool) -> Check | None:
        """Return the check; None: it is not well-formed, or the diagnostics now say what else is wrong with it."""
        before = len(self._diagnostics)
        judges = self._judges(node.get("judges"), (*path, "judges"))
        known = surroundings_of(judges, self._schemas, self._data)
        self._targets(node, path, judges, known)
        expressions: dict[str, Expression | None] = {
            name: compile_expression(node[name], self._document, (*path, name), known, self._diagnostics)
            for name in ("applies_when", "passes_if", "partial_if")
            if name in node
        }
        says = self._says(node.get("says"), (*path, "says"), known)
        self._examples(node, path, known)
        if not is_well_formed or len(self._diagnostics) > before:
            return None
        return self._check(node, path, checklist, judges, expressions, says)

    def _check(
        self,
        node: dict[str, Any],
        path: Path,
        checklist: str,
        judges: tuple[str, ...],
        expressions: dict[str, Expression | None],
        says: dict[Verdict, Template],
    ) -> Check | None:
        passes_if = expressions["passes_if"]
        if passes_if is None:
            return None
        return Check(
            id=node["id"],
            checklist=checklist,
            title=node["title"].strip(),
            clause=tuple(node["clause"]),
            status=Status(node["status"]),
            severity=Severity(node["severity"]),
            why=node["why"].strip(),
            judges=judges,
            strength=Strength(node["strength"]),
            target_roles=tuple(node.get("targets", {}).get("role", ())),
            applies_when=expressions.get("applies_when"),
            passes_if=passes_if,
            partial_if=expressions.get("partial_if"),
            says=says,
            remedy=node["remedy"].strip(),
            repair=Repair(node["repair"]),
            examples=tuple(
                self._example(each, (*path, "examples", index)) for index, each in enumerate(node["examples"])
            ),
            needs=node.get("needs", ""),
            question=node.get("question", "").strip(),
            proof=node.get("proof", "").strip(),
            asked_by=tuple(node.get("asked_by", ())),
            references=tuple(node.get("references", ())),
            source=self._document,
            path=path,
        )

    def _example(self, node: dict[str, Any], path: Path) -> Example:
        return Example(
            verdict=Verdict(node["verdict"]),
            facts=node["facts"],
            vendor=node.get("vendor", {}),
            unknown=node.get("unknown", {}),
            target=node.get("target", {}),
            date=node.get("date", EXAMPLE_DATE),
            note=node.get("note", ""),
            place=self._document.place(path),
        )

    def _judges(self, written: Json, path: Path) -> tuple[str, ...]:
        """Return the probes that are named, without those that are not known."""
        known = probes_of(self._schemas)
        names = written if isinstance(written, list) else [written]
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in known:
                place = (*path, index) if isinstance(written, list) else path
                hint = did_you_mean(name, known) or f"; there are {one_of(known)}"
                self._wrong(place, f"there is no probe {quoted(name)}{hint}")
        return tuple(each for each in names if isinstance(each, str) and each in known)

    def _targets(self, node: dict[str, Json], path: Path, judges: tuple[str, ...], known: Surroundings) -> None:
        """Tell roles that no target can have: a check for them would never judge anything."""
        if "targets" not in node:
            return
        path = (*path, "targets")
        if len(judges) > 1:
            self._wrong(path, "only a check that judges one probe can choose among targets", at_key=True)
        targets = node["targets"]
        roles = targets.get("role") if isinstance(targets, dict) else None
        for index, role in enumerate(roles if isinstance(roles, list) else ()):
            if known.roles and role not in known.roles:
                hint = did_you_mean(str(role), known.roles) or f"; there are {one_of(known.roles)}"
                self._wrong((*path, "role", index), f"no target has the role {quoted(role)}{hint}")

    def _says(self, node: Json, path: Path, known: Surroundings) -> dict[Verdict, Template]:
        templates: dict[Verdict, Template] = {}
        for verdict, text in node.items() if isinstance(node, dict) else ():
            if not isinstance(text, str) or verdict not in list(Verdict):
                continue
            template, troubles = compile_template(text.strip(), known)
            templates[Verdict(verdict)] = template
            for trouble in troubles:
                self._wrong((*path, verdict), trouble)
        return templates

    def _examples(self, node: dict[str, Json], path: Path, known: Surroundings) -> None:
        examples = node.get("examples")
        if not isinstance(examples, list):
            return
        path = (*path, "examples")
        shown = set()
        for index, example in enumerate(examples):
            if isinstance(example, dict):
                shown.add(str(example.get("verdict")))
                self._fits(example, (*path, index), known)
        needed = (*_NEEDED, "partial") if "partial_if" in node else _NEEDED
        missing = [each for each in needed if each not in shown]
        if missing:
            self._wrong(path, f"no example has the verdict {one_of(missing)}", at_key=True)
        for name, key in (("partial", "partial_if"), ("not_applicable", "applies_when")):
            if name in shown and key not in node:
                index = next(
                    i for i, each in enumerate(examples) if isinstance(each, dict) and each.get("verdict") == name
                )
                self._wrong((*path, index, "verdict"), f"the check has no '{key}', so it is never {name}")

    def _fits(self, example: dict[str, Json], path: Path, known: Surroundings) -> None:
        """Tell facts and entries of the vendor file that no probe and no vendor file could hold."""
        for name, shape in (("facts", known.facts), ("vendor", known.vendor)):
            for place, message, at_key in shape.misfits(example.get(name, {}), (*path, name)):
                self._wrong(place, message, at_key=at_key)

    def _wrong(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self._diagnostics.append(self._document.diagnostic(path, message, at_key=at_key))


def topics_named_by(node: Json) -> set[str]:
    """Return the topics of dated data that an entry of a checklist, or a part of one, names: ``$topic.path``."""
    if isinstance(node, str):
        return {each[1] for each in _TOPIC.finditer(node)} if "$" in node else set()
    if isinstance(node, dict):
        named = (each for key, each in node.items() if key not in _NAMING_NONE)
    else:
        named = (each for each in (node if isinstance(node, list) else ()))
    return {topic for each in named for topic in topics_named_by(each)}

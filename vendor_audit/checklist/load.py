"""Loading: files of checks and of dated data become a catalogue, or one error with every mistake of every file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from vendor_audit.checklist.data import DatedData, read_sets, select
from vendor_audit.checklist.model import Check, Checklist
from vendor_audit.checklist.reading import CheckReader, topics_named_by
from vendor_audit.errors import UsageError
from vendor_audit.resources import shipped
from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vendor_audit.source.strict_yaml import SourceDocument


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every check of an audit."""

    checklists: tuple[Checklist, ...]
    """In the order of reports."""
    checks: Mapping[str, Check]
    """Id -> check, in the order of reports."""
    data: DatedData


def load_catalogue(
    paths: Sequence[Path] | None = None,
    *,
    selection: Mapping[str, str] | None = None,
    data: Sequence[Path] | None = None,
    schemas: Path | None = None,
) -> Catalogue:
    """Return the checks of checklists, compiled with the dated data that are selected.

    Args:
        paths: folders of checklists (``*.yaml``) or single files; the shipped folder if left out.
        selection: topic -> id of the set that answers for it; a topic that is left out answers with its default.
        data: folders of dated data; if left out, the shipped one and the folder ``data`` beside each checklist.
        schemas: the folder of schemas; the shipped one if left out.

    Raises:
        InvalidFileError: with every mistake of every file.
        UsageError: a path has no checklists, or the selection names a topic or a set that there is not.
    """
    own = shipped("checklists")
    files = _checklist_files(paths or [own])
    folders = data if data is not None else _data_folders(files, own)
    diagnostics: list[Diagnostic] = []
    sets = read_sets(
        [(file, _shown(file)) for folder in folders for file in sorted(folder.glob("*.yaml"))], diagnostics
    )
    dated = select(sets, selection or {}, diagnostics)
    documents = _read(files, diagnostics)
    documents += _heads_beside(documents, files)
    reader = _Reader(dated, schemas or shipped("schemas"), diagnostics)
    checklists = reader.checklists(documents)
    if diagnostics:
        raise InvalidFileError(diagnostics)
    checklists.sort(key=lambda each: (each.order, each.id))
    checks = {check.id: check for each in checklists for check in each.checks}
    used = frozenset(topic for each in documents for topic in topics_named_by(each.data))
    return Catalogue(tuple(checklists), checks, replace(dated, topics_used=used))


class _Reader:
    """Reads checklists one after the other and keeps what must be unique among all of them."""

    def __init__(self, data: DatedData, schemas: Path, diagnostics: list[Diagnostic]) -> None:
        self._data = data
        self._schemas = schemas
        self._diagnostics = diagnostics
        self._taken: dict[tuple[str, str], tuple[SourceDocument, tuple[str | int, ...]]] = {}

    def checklists(self, documents: Sequence[SourceDocument]) -> list[Checklist]:
        """Return the checklists; what is wrong with a document is told in the diagnostics."""
        heads: dict[str, Checklist] = {}
        parts: list[tuple[SourceDocument, Checklist]] = []
        for document in documents:
            found = self._checklist(document)
            if found is None:
                continue
            if _is_part(document):
                parts.append((document, found))
            else:
                heads[found.id] = found
        for document, part in parts:
            if part.id not in heads:
                message = f"there is no checklist '{part.id}' of which this could be a part"
                self._diagnostics.append(document.diagnostic(("checklist",), message))
                continue
            head = heads[part.id]
            heads[part.id] = replace(
                head, checks=head.checks + part.checks, parts=(*head.parts, (part.file, part.sha256))
            )
        return list(heads.values())

    def _checklist(self, document: SourceDocument) -> Checklist | None:
        before = len(self._diagnostics)
        self._diagnostics += check_against(document, _form())
        is_well_formed = len(self._diagnostics) == before
        shape: Any = document.data if isinstance(document.data, dict) else {}
        if not _is_part(document):
            self._unique("checklist", shape.get("checklist"), document, ("checklist",))
        reader = CheckReader(document, self._schemas, self._data, self._diagnostics)
        checks: list[Check | None] = []
        nodes = shape.get("checks")
        for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
            if isinstance(node, dict):
                self._unique("check", node.get("id"), document, ("checks", index, "id"))
                name = str(shape.get("checklist"))
                checks.append(reader.read(node, ("checks", index), name, is_well_formed=is_well_formed))
        if len(self._diagnostics) > before:
            return None
        return Checklist(
            id=shape["checklist"],
            title=shape.get("title", "").strip(),
            article=shape.get("article", ""),
            order=shape.get("order", 0),
            file=document.file.replace("\\", "/").rpartition("/")[2],
            sha256=document.sha256,
            checks=tuple(each for each in checks if each),
        )

    def _unique(self, what: str, name: object, document: SourceDocument, path: tuple[str | int, ...]) -> None:
        """Tell an id that is taken, at both places."""
        if not isinstance(name, str):
            return
        first, first_path = self._taken.setdefault((what, name), (document, path))
        if (first, first_path) != (document, path):
            here, there = document.place(path), first.place(first_path)
            self._diagnostics.append(document.diagnostic(path, f"duplicate {what} '{name}': it stands at {there} too"))
            self._diagnostics.append(
                first.diagnostic(first_path, f"duplicate {what} '{name}': it stands at {here} too")
            )


def _heads_beside(documents: Sequence[SourceDocument], files: Sequence[Path]) -> list[SourceDocument]:
    """Return the files beside those that were named which hold the heads of parts among them."""
    parts = {document.data.get("checklist") for document in documents if _is_part(document)}
    parts -= {document.data["checklist"] for document in documents if not _is_part(document) and _has_head(document)}
    named = {file.resolve() for file in files}
    beside = {each for file in files for each in file.parent.glob("*.yaml")} if parts else set()
    others = _read([each for each in sorted(beside) if each.resolve() not in named], [])
    return [each for each in others if _has_head(each) and not _is_part(each) and each.data["checklist"] in parts]


def _has_head(document: SourceDocument) -> bool:
    return isinstance(document.data, dict) and isinstance(document.data.get("checklist"), str)


def _is_part(document: SourceDocument) -> bool:
    return isinstance(document.data, dict) and "part" in document.data


@cache
def _form() -> dict[str, Any]:
    """Return the checklist's schema without the shape of expressions, of which the compiler speaks more plainly.

    References are replaced by what they point at, which makes validation a quarter faster; only expressions refer to
    themselves.
    """
    schema = load_schema("checklist")
    definitions = {**schema["$defs"], "expression": {}}

    def inlined(node: Any) -> Any:  # noqa: ANN401 (any JSON)
        if isinstance(node, list):
            return [inlined(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inlined(
                {**definitions[node["$ref"].removeprefix("#/$defs/")], "description": node.get("description", "")}
            )
        return {key: inlined(each) for key, each in node.items()}

    form: dict[str, Any] = inlined({key: each for key, each in schema.items() if key != "$defs"})
    return form


def _read(files: Sequence[Path], diagnostics: list[Diagnostic]) -> list[SourceDocument]:
    documents = []
    for file in files:
        try:
            documents.append(read_yaml(file, name=_shown(file)))
        except InvalidFileError as error:
            diagnostics += error.diagnostics
    return documents


def _checklist_files(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in paths:
        found = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not found:
            raise UsageError(f"{path}: this folder holds no checklist (*.yaml)")
        for each in found:
            files.setdefault(each.resolve(), each)
    return list(files.values())


def _data_folders(files: Sequence[Path], own: Path) -> list[Path]:
    """Return the folders of dated data, each once: the shipped one first."""
    folders = [own / "data", *(each.parent / "data" for each in files)]
    return list({each.resolve(): each for each in folders if each.is_dir()}.values())


def _shown(file: Path) -> str:
    """Return what diagnostics call a file: as the user named it, a shipped one by its place in the project."""
    own = shipped("checklists")
    return file.relative_to(own.parent).as_posix() if file.is_relative_to(own) else str(file)

"""The process that reads, from within: its limits, and what it answers."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import Any

import pytest

from vendor_audit.documents import worker
from vendor_audit.documents.model import Block, BlockKind, Document, DocumentError, Section, Sentence

HEADER: dict[str, Any] = {
    "kind": "dpa",
    "name": "paper.md",
    "language": "",
    "context": {
        "vendor_names": ["Acme Video", "Acme Video B.V."],
        "customer_names": [],
        "product_names": ["Acme Meet"],
        "audit_date": "2026-11-23",
    },
}


def document(language: str = "", title: str = "", cut: str = "") -> Document:
    text = "Three plain words."
    block = Block(BlockKind.PARAGRAPH, text, 1, (Sentence(text, 1),))
    section = Section("1", "A heading", 1, 1, ("1 A heading",), (block,))
    return Document("application/pdf", 3, 1, language, title, (section,), cut)


def read(monkeypatch: pytest.MonkeyPatch, result: Any, content: bytes = b"x", **header: Any) -> dict[str, Any]:
    def play(content: bytes, *, name: str = "") -> Document:
        if isinstance(result, BaseException):
            raise result
        assert isinstance(result, Document)
        return result

    monkeypatch.setattr(worker, "read_document", play)
    return worker.answer_to({**HEADER, **header}, content, 1 << 30)


def test_every_document_has_the_common_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = read(monkeypatch, document("de", "Vertrag"))
    common = {"pages": 3, "pages_without_text": 1, "words": 5, "cut": "", "language": "de", "title": "Vertrag"}
    assert answer["media_type"] == "application/pdf"
    assert common.items() <= answer["facts"].items()


def test_what_could_not_be_told_is_absent_and_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = read(monkeypatch, document(cut="only the first 2,000 pages were read"))
    assert "language" not in answer["facts"]
    assert "title" not in answer["facts"]
    assert "could not be told" in answer["unknown"]["language"]
    assert answer["facts"]["cut"] == "only the first 2,000 pages were read"


def test_the_language_that_the_vendor_file_names_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = read(monkeypatch, document("en"), language="nl")
    assert answer["facts"]["language"] == "nl"


def test_the_context_travels_with_the_request() -> None:
    context = worker.context_of(HEADER["context"])
    assert context.vendor_names == ("Acme Video", "Acme Video B.V.")
    assert (context.customer_names, context.product_names) == ((), ("Acme Meet",))
    assert context.audit_date == "2026-11-23"


def test_a_document_that_cannot_be_read_is_told_with_its_kind_and_type(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = read(monkeypatch, DocumentError("encrypted", "it has a password"), b"%PDF-1.7 ...")
    assert answer == {
        "media_type": "application/pdf",
        "error": {"kind": "encrypted", "message": "it has a password"},
    }


def test_one_that_takes_all_memory_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped = DocumentError("damaged", "it cannot be read (MemoryError)")
    wrapped.__cause__ = MemoryError()
    for error in (MemoryError(), wrapped):
        answer = read(monkeypatch, error)
        assert answer["error"]["kind"] == "too_large"
        assert "1,073 MB of memory" in answer["error"]["message"]


def test_a_fault_of_ours_is_told_shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = read(monkeypatch, ZeroDivisionError("x" * 5000))
    assert answer["error"]["kind"] == "crashed"
    assert "ZeroDivisionError" in answer["error"]["message"]
    assert len(answer["error"]["message"]) < 400


LIMITED = """
import resource, sys
from vendor_audit.documents.worker import limit
limit(400_000_000, 3)
told = {
    name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0]
    for name in ("CORE", "FSIZE", "NOFILE", "CPU", "AS")
}
try:
    with open(sys.argv[1], "wb", buffering=0) as file:
        file.write(b"x")
except OSError:
    told["wrote"] = False
try:
    bytearray(1_000_000_000)
except MemoryError:
    told["took"] = False
print(told)
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit the address space")
def test_it_limits_itself(tmp_path: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / "file"], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == str(
        {"CORE": 0, "FSIZE": 0, "NOFILE": 32, "CPU": 3, "AS": 400_000_000, "wrote": False, "took": False}
    )


def test_limits_that_a_system_refuses_are_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    worker.limit(1 << 30, 5)

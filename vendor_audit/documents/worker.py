"""The process that reads one document: the only place where a vendor's paper is parsed. Run by the document probe.

``python -m vendor_audit.documents.worker MEMORY SECONDS [FORMAT]`` with bytes of memory, seconds of processor time and
``pdf`` or ``docx`` where the document looks like one. It limits itself before it takes anything in, so that a paper
made to harm can at most end this process. On stdin: a header, one line of JSON (``kind``, ``name``, ``language``,
``context``), then the document's bytes up to the end. On stdout: one JSON object, ``media_type`` with ``facts`` and
``unknown``, or with ``error`` (``kind`` and ``message``). It opens no file but its own program's, no socket, and no
other program.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vendor_audit.documents import sniff
from vendor_audit.documents.analysis import Context, analyse
from vendor_audit.documents.model import DocumentError
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from vendor_audit.documents.model import Document

_OPEN_FILES = 32
"""The three streams, and the modules that are imported when a format needs them."""
_UNKNOWN_TYPE = "application/octet-stream"
_SAMPLE = 100_000
"""Bytes by which the media type of a document is told that could not be read."""
_FAULT = 300
"""Characters of a fault's own words."""


def main() -> None:
    """Limit this process, read one request, answer it."""
    memory, seconds = map(int, sys.argv[1:3])
    for name in sys.argv[3:]:
        # Before the limits: where nothing was compiled at installation, the byte code can then still be kept.
        with suppress(ImportError):
            import_module(f"vendor_audit.documents.{name}")
    limit(memory, seconds)
    header = json.loads(sys.stdin.buffer.readline())
    answer = answer_to(header, sys.stdin.buffer.read(), memory)
    # ASCII: a document may hold halves of characters.
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, allow_nan=False))


def limit(memory: int, seconds: int) -> None:
    """Bound what this process may take, once and for all.

    Args:
        memory: bytes of address space.
        seconds: of processor time.
    """
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: memory,
    }
    for kind, most in bounds.items():
        # macOS refuses to limit the address space; a hard limit of the operator's may be lower already.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    # No byte code is kept where no file may grow.
    sys.dont_write_bytecode = True


def answer_to(header: dict[str, Any], content: bytes, memory: int) -> dict[str, Any]:
    """Return the answer to a request: facts, or why there are none."""
    try:
        document = read_document(content, name=header["name"])
        if header["language"]:
            document = replace(document, language=header["language"])
        reading = analyse(document, header["kind"], context_of(header["context"]))
    except DocumentError as error:
        if isinstance(error.__cause__, MemoryError):
            return _too_large(content, header, memory)
        return _refused(error.kind, error.message, content, header)
    except MemoryError:
        return _too_large(content, header, memory)
    except Exception as error:  # noqa: BLE001 # the one place where a fault of the analysis becomes an answer
        message = f"reading it failed: {type(error).__name__}: {str(error)[:_FAULT]}"
        return _refused("crashed", message, content, header)
    common = common_facts(document)
    return {
        "media_type": document.media_type,
        # Common ones first, and what the analysis may call the same does not count.
        "facts": {**common, **reading.facts, **common},
        "unknown": {**_unknown(document), **reading.unknown},
    }


def context_of(shape: dict[str, Any]) -> Context:
    """Return the context as it stands in a header."""
    names = {key: tuple(shape[key]) for key in ("vendor_names", "customer_names", "product_names")}
    return Context(**names, audit_date=shape["audit_date"])


def common_facts(document: Document) -> dict[str, Any]:
    """Return the facts that every document has."""
    facts = {
        "pages": document.pages,
        "pages_without_text": document.pages_without_text,
        "words": sum(len(block.text.split()) for section in document.sections for block in section.blocks)
        + sum(len(section.heading.split()) for section in document.sections),
        "cut": document.cut,
    }
    found = {"language": document.language, "title": document.title}
    return facts | {name: value for name, value in found.items() if value}


def _unknown(document: Document) -> dict[str, str]:
    if document.language:
        return {}
    return {"language": "it could not be told whether it is in English, German, French or Dutch"}


def _too_large(content: bytes, header: dict[str, Any], memory: int) -> dict[str, Any]:
    message = f"reading it takes more than {memory // 1_000_000:,} MB of memory"
    return _refused("too_large", message, content, header)


def _refused(kind: str, message: str, content: bytes, header: dict[str, Any]) -> dict[str, Any]:
    media_type = _UNKNOWN_TYPE
    with suppress(DocumentError, MemoryError):
        media_type, _ = sniff.sniff(content[:_SAMPLE], header["name"])
    return {"media_type": media_type, "error": {"kind": kind, "message": message}}


if __name__ == "__main__":
    main()

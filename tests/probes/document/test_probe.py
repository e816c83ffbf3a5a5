"""The document probe as a whole: from a target to facts, or to the one reason why there are none."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from vendor_audit.observation import Strength, Target
from vendor_audit.probes.document.probe import DocumentProbe
from vendor_audit.probes.interface import Names, ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.registry import all_probes, probe_named
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vendor_audit.observation import Sight
    from vendor_audit.probes.document.isolation import Isolation

    Make = Callable[..., ProbeContext]
    Of = Callable[..., Target]
    Play = Callable[..., Isolation]


async def observe(target: Target, context: ProbeContext, isolation: Isolation | None = None) -> Sight:
    sight = await DocumentProbe(isolation).observe(target, context)
    assert check_against(SourceDocument("facts", "", sight.facts), load_schema("facts/document")) == []
    return sight


async def failure_of(*arguments: Any) -> ProbeError:
    with pytest.raises(ProbeError) as caught:
        await observe(*arguments)
    return caught.value


def test_it_is_a_probe_like_the_others() -> None:
    probe = probe_named("document")
    assert probe.name in [each.name for each in all_probes()]
    assert (probe.strength, probe.probe_class, probe.per_service) == (Strength.DOCUMENTED, ProbeClass.PASSIVE, False)
    assert {each.strength for each in all_probes() if each.name != "document"} == {Strength.OBSERVED}
    assert probe.accepts(Target("document", "dpa", location="dpa.pdf"))
    assert not probe.accepts(Target("endpoint", "https://acme.example"))
    assert not probe.accepts(Target("document", "dpa"))


async def test_a_file_is_read_and_kept(tmp_path: Path, paper: bytes, context: Make, document: Of) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "dpa.md").write_bytes(paper)
    sight = await observe(document("documents/dpa.md"), context(tmp_path))
    assert list(sight.facts)[:5] == ["kind", "source", "sha256", "size", "media_type"]
    assert sight.facts["kind"] == "dpa"
    assert sight.facts["source"] == "documents/dpa.md"
    assert sight.facts["sha256"] == hashlib.sha256(paper).hexdigest()
    assert (sight.facts["size"], sight.facts["media_type"]) == (len(paper), "text/markdown")
    (evidence,) = sight.evidence
    assert (evidence.title, evidence.media_type) == ("document dpa: documents/dpa.md", "text/markdown")
    assert evidence.content == paper
    assert str(tmp_path) not in json.dumps(sight.facts)


async def test_a_page_is_read_and_kept_and_its_content_type_is_not_believed(
    site: Any, paper: bytes, context: Make, document: Of
) -> None:
    site.put("/old", head="Location: /dpa.md", status="301 Moved Permanently")
    site.put("/dpa.md", paper, "Content-Type: application/pdf")
    sight = await observe(document(site.url("/old")), context())
    assert sight.facts["source"] == site.url("/dpa.md")
    assert sight.facts["media_type"] == "text/markdown"
    assert sight.evidence[0].content == paper


async def test_names_language_kind_and_day_reach_the_reader(
    tmp_path: Path, paper: bytes, context: Make, document: Of, played: Play
) -> None:
    (tmp_path / "dpa.md").write_bytes(paper)
    code = (
        "import json, sys\nheader = json.loads(sys.stdin.buffer.readline())\n"
        "facts = {'pages': 0, 'pages_without_text': 0, 'words': 1, 'cut': '', 'title': json.dumps(header)}\n"
        "print(json.dumps({'media_type': 'text/plain', 'facts': facts, 'unknown': {'x': 'y'}}))\n"
    )
    names = Names(("Acme Video", "Acme Video B.V."), ("Stadtwerke",), ("Acme Meet",))
    sight = await observe(document("dpa.md", "terms", "de"), context(tmp_path, names), played(code))
    assert json.loads(sight.facts["title"]) == {
        "kind": "terms",
        "name": "dpa.md",
        "language": "de",
        "context": {
            "vendor_names": ["Acme Video", "Acme Video B.V."],
            "customer_names": ["Stadtwerke"],
            "product_names": ["Acme Meet"],
            "audit_date": "2026-11-23",
        },
    }
    assert sight.unknown == {"x": "y"}


async def test_what_the_reader_calls_like_an_identity_does_not_count(
    tmp_path: Path, paper: bytes, context: Make, document: Of, played: Play
) -> None:
    (tmp_path / "dpa.md").write_bytes(paper)
    code = (
        "import json\n"
        "facts = {'pages': 0, 'pages_without_text': 0, 'words': 1, 'cut': '', 'sha256': 'forged', 'source': 'x'}\n"
        "print(json.dumps({'media_type': 'text/plain', 'facts': facts, 'unknown': {}}))\n"
    )
    sight = await observe(document("dpa.md"), context(tmp_path), played(code))
    assert sight.facts["sha256"] == hashlib.sha256(paper).hexdigest()
    assert sight.facts["source"] == "dpa.md"


@pytest.mark.parametrize(
    "forged",
    [
        {"pages": -1},
        {"pages": True},
        {"words": "many"},
        {"language": "tlh"},
        {"title": "x" * 3000},
        {"requirements": 7},
        {"requirements": {"28(2)-notice": {"status": "present", "limits": 7}}},
        {"list": {"rows": [7]}},
        {"contacts": [{"domain": 7}]},
        {"retention": [7]},
        {"surprise": 1},
    ],
)
async def test_facts_that_cannot_be_are_refused(
    tmp_path: Path, paper: bytes, context: Make, document: Of, played: Play, forged: dict[str, Any]
) -> None:
    (tmp_path / "dpa.md").write_bytes(paper)
    facts = {"pages": 0, "pages_without_text": 0, "words": 1, "cut": "", **forged}
    answer = json.dumps({"media_type": "text/plain", "facts": facts, "unknown": {}})
    error = await failure_of(document("dpa.md"), context(tmp_path), played(f"print({answer!r})\n"))
    assert error.failure.kind == "crashed"
    assert "cannot be" in str(error)


async def test_what_cannot_be_had_is_told(tmp_path: Path, context: Make, document: Of) -> None:
    error = await failure_of(document("none.pdf"), context(tmp_path))
    assert (error.failure.kind, error.evidence) == ("file_missing", ())


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported", "picture"),
        (b"%PDF-1.7\nnothing of what belongs into it", "damaged", ""),
        (b"PK\x03\x04" + b"\0" * 100, "damaged", ""),
    ],
)
async def test_what_cannot_be_read_is_told_and_kept(
    tmp_path: Path, context: Make, document: Of, content: bytes, kind: str, words: str
) -> None:
    (tmp_path / "paper").write_bytes(content)
    error = await failure_of(document("paper"), context(tmp_path))
    assert error.failure.kind == kind
    assert error.failure.message.startswith("paper: ")
    assert words in error.failure.message
    assert [each.content for each in error.evidence] == [content]


def pdf(*, image_only: bool = False, **settings: Any) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    if image_only:
        image = pikepdf.Stream(made, b"\x80" * 10_000)
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 100, "/Height": 100})
        image.update({"/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8})
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
        made.pages[0].Contents = made.make_stream(b"q 600 0 0 780 0 0 cm /Scan Do Q")
    stream = io.BytesIO()
    made.save(stream, **settings)
    return stream.getvalue()


async def test_a_locked_pdf_and_a_scanned_one_are_told_apart(tmp_path: Path, context: Make, document: Of) -> None:
    (tmp_path / "locked.pdf").write_bytes(pdf(encryption=pikepdf.Encryption(owner="a", user="b")))
    (tmp_path / "scanned.pdf").write_bytes(pdf(image_only=True))
    locked = await failure_of(document("locked.pdf"), context(tmp_path))
    scanned = await failure_of(document("scanned.pdf"), context(tmp_path))
    assert [each.failure.kind for each in (locked, scanned)] == ["encrypted", "no_text"]
    assert [piece.media_type for each in (locked, scanned) for piece in each.evidence] == ["application/pdf"] * 2


async def test_documents_are_read_side_by_side(tmp_path: Path, paper: bytes, context: Make, document: Of) -> None:
    for number in range(6):
        (tmp_path / f"{number}.md").write_bytes(paper + b"%d" % number)
    probe = DocumentProbe()
    looks = [probe.observe(document(f"{number}.md"), context(tmp_path)) for number in range(6)]
    assert [sight.facts["source"] for sight in await asyncio.gather(*looks)] == [f"{each}.md" for each in range(6)]


async def test_a_reader_that_fails_leaves_the_paper_as_evidence(
    tmp_path: Path, paper: bytes, context: Make, document: Of, played: Play
) -> None:
    (tmp_path / "dpa.md").write_bytes(paper)
    error = await failure_of(document("dpa.md"), context(tmp_path), played("import time\ntime.sleep(9)", seconds=0.3))
    assert error.failure.kind == "too_slow"
    assert error.failure.message == (
        "dpa.md: the document could not be read within 0.3 s: ask the vendor for a plain copy of it"
    )
    assert [each.content for each in error.evidence] == [paper]

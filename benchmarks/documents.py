"""How well documents are read: precision, recall and F1 over labelled documents, and how fast.

    python benchmarks/documents.py                       the corpora in tests/accuracy: tuned and kept aside apart
    python benchmarks/documents.py --data FOLDER         also the labelled documents in FOLDER/documents, and the
                                                         labelled sentences in FOLDER/dpa-sentences/*.csv.xz
    python benchmarks/documents.py --each                each requirement by itself
    python benchmarks/documents.py --speed               how long a DPA of 60 pages takes, as PDF, and how much memory

A label says present, partial or absent; a reading may also say unclear. ``missing`` counts what is called absent or
partial as one; a document counts in one split only.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

from vendor_audit.documents.analysis import Context, analyse
from vendor_audit.documents.model import Block, BlockKind, Document, Section, Sentence
from vendor_audit.documents.reader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "tests" / "accuracy"
STATUSES = ("present", "partial", "absent", "unclear")
NOBODY = Context((), (), (), "2026-11-24")
KINDS = {"dpa": "dpa", "real": "dpa", "notices": "privacy_notice", "claims": "trust_page"}
"""Folder of labels -> kind of its documents."""
SENTENCE_LABELS = {
    "R3": ("28(3)-duration",), "R4": ("28(3)-nature", "28(3)-purpose"), "R5": ("28(3)-datatypes",),
    "R6": ("28(3)-datasubjects",), "R7": ("28(3)(c)-security",), "R10": ("28(2)-authorisation",),
    "R11": ("28(2)-notice",), "R12": ("28(3)(a)-instructions",), "R14": ("28(3)(a)-legalreq",),
    "R15": ("28(3)(b)-confidentiality",), "R16": ("28(3)(c)-security",), "R17": ("28(3)(e)-dsr",),
    "R18": ("28(3)(f)-security",), "R19": ("28(3)(f)-priorcons",), "R20": ("28(3)(f)-breach",),
    "R21": ("28(3)(f)-breach",), "R22": ("28(3)(f)-dpia",), "R23": ("28(3)(g)-deletereturn",),
    "R24": ("28(3)-infringe",), "R25": ("28(3)(h)-info",), "R26": ("28(3)(h)-audit",), "R27": ("28(4)-flowdown",),
    "R28": ("28(4)-liability",), "R30": ("28(3)(a)-transfers",), "R34": ("33(2)-breachnotice",),
    "R36": ("28(2)-object",),
}  # fmt: skip
"""The labels of the sentences, by the "shall" requirements of Amaral et al. (2023), and what they are here."""


@dataclass(slots=True)
class Tally:
    """How often a label met a status."""

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, label: str, status: str) -> None:
        """Count one cell."""
        self.cells[label, status] += 1

    def __iadd__(self, other: Tally) -> Self:
        """Add another tally."""
        self.cells.update(other.cells)
        return self

    def count(self, labels: Iterable[str], statuses: Iterable[str]) -> int:
        """Return how many cells have one of the labels and one of the statuses."""
        return sum(self.cells[label, status] for label in labels for status in statuses)

    @property
    def total(self) -> int:
        """How many cells there are."""
        return self.cells.total()

    def precision(self, status: str) -> float:
        """Return the share of a status that is right; 1.0 where it is never given."""
        given = self.count(STATUSES, [status])
        return self.cells[status, status] / given if given else 1.0

    def recall(self, status: str) -> float:
        """Return the share of a label that is found."""
        labelled = self.count([status], STATUSES)
        return self.cells[status, status] / labelled if labelled else 1.0

    @property
    def not_passed(self) -> float:
        """The share of what is absent or only partial that is not called present."""
        wanting = self.count(["absent", "partial"], STATUSES)
        return 1 - self.count(["absent", "partial"], ["present"]) / wanting if wanting else 1.0

    @property
    def unclear(self) -> float:
        """The share of all cells that a person is asked to read."""
        return self.count(STATUSES, ["unclear"]) / self.total if self.total else 0.0

    def missing(self) -> tuple[float, float]:
        """Return precision and recall of "missing": absent and partial together."""
        wanting = ["absent", "partial"]
        right = self.count(wanting, wanting)
        said, labelled = self.count(STATUSES, wanting), self.count(wanting, STATUSES)
        return (right / said if said else 1.0), (right / labelled if labelled else 1.0)

    def line(self) -> str:
        """Return the figures in a line."""
        missing_precision, missing_recall = self.missing()
        return (
            f"present P {self.precision('present'):.3f} R {self.recall('present'):.3f} "
            f"F1 {f1(self.precision('present'), self.recall('present')):.3f} | "
            f"missing P {missing_precision:.3f} R {missing_recall:.3f} "
            f"F1 {f1(missing_precision, missing_recall):.3f} | "
            f"absent P {self.precision('absent'):.3f} R {self.recall('absent'):.3f} | "
            f"wanting not passed {self.not_passed:.3f} | unclear {self.unclear:.3f} | {self.total} cells"
        )

    def confusion(self) -> str:
        """Return the confusion of labels (rows) and statuses (columns)."""
        head = f"{'label':>10} " + " ".join(f"{each:>8}" for each in STATUSES)
        rows = [
            f"{label:>10} " + " ".join(f"{self.cells[label, status]:>8}" for status in STATUSES)
            for label in STATUSES[:3]
        ]
        return "\n".join((head, *rows))


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its labels."""

    name: str
    corpus: str
    language: str
    is_kept_aside: bool
    path: Path
    labels: dict[str, str]
    """Requirement -> present, partial or absent."""


def corpus(data: Path | None = None) -> Iterator[Labelled]:
    """Yield the labelled documents, those of others only where the folder with their texts is given."""
    for folder in KINDS:
        for file in sorted((CORPORA / folder).glob("**/*.labels.yaml")):
            shape: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
            path = file.parent / shape["document"]
            if not path.exists():
                if data is None or not (data / "documents" / shape["document"]).exists():
                    continue
                path = data / "documents" / shape["document"]
            labels = {name: each["status"] for name, each in shape["requirements"].items()}
            name = file.name.removesuffix(".labels.yaml")
            yield Labelled(name, folder, shape["language"], shape["kept_aside"], path, labels)


def statuses_of(document: Document, kind: str) -> dict[str, str]:
    """Return the status of each requirement of a document."""
    facts = analyse(document, kind, NOBODY).facts
    return {name: each["status"] for name, each in facts.get("requirements", {}).items()}


def tally_of(labelled: Labelled) -> dict[str, Tally]:
    """Return for each requirement how label and status met in one document."""
    document = read_document(labelled.path.read_bytes(), name=labelled.path.name)
    found = statuses_of(document, KINDS[labelled.corpus])
    tallies: dict[str, Tally] = {}
    for name, label in labelled.labels.items():
        if name in found:
            tallies.setdefault(name, Tally()).add(label, found[name])
    return tallies


def is_of_the_law(requirement: str) -> bool:
    """Return whether a requirement is one of Article 28(2) to (4) and 33(2), and no term of our own."""
    return requirement.startswith(("28(", "33("))


def measure(documents: Iterable[Labelled], wanted: str) -> dict[str, Tally]:
    """Return the tally of each requirement over the documents of one corpus."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for each in documents:
        if wanted == each.corpus:
            for name, tally in tally_of(each).items():
                tallies[name] += tally
    return dict(tallies)


def summed(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    total = Tally()
    for each in tallies:
        total += each
    return total


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    """Print what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with documents/ and dpa-sentences/")
    parser.add_argument("--each", action="store_true", help="each requirement by itself")
    parser.add_argument("--tuned", action="store_true", help="only what was not kept aside")
    parser.add_argument("--speed", action="store_true", help="time and memory of a DPA of 60 pages")
    options = parser.parse_args()
    if options.speed:
        print_speed()
        return
    everything = list(corpus(options.data))
    for aside in (False, True):
        if aside and options.tuned:
            continue
        split = [each for each in everything if each.is_kept_aside is aside]
        print(f"== {'kept aside' if aside else 'tuned'}: {len(split)} documents")
        for name in KINDS:
            print_corpus(name, [each for each in split if each.corpus == name], each=options.each)
    sentences = sorted(options.data.glob("dpa-sentences/*.csv.xz")) if options.data else []
    for file in sentences:
        print_sentences(file, each=options.each)


def print_corpus(name: str, documents: list[Labelled], *, each: bool) -> None:
    """Print the figures of one corpus, and of its languages."""
    if not documents:
        return
    tallies = measure(documents, name)
    of_law = {key: tally for key, tally in tallies.items() if name not in {"dpa", "real"} or is_of_the_law(key)}
    print(f"\n-- {name}, {len(documents)} documents; Article 28(2) to (4) and 33(2)" if name in {"dpa", "real"} else
          f"\n-- {name}, {len(documents)} documents")  # fmt: skip
    print(summed(of_law.values()).line())
    print(summed(of_law.values()).confusion())
    own = [tally for key, tally in tallies.items() if key not in of_law]
    if own:
        print(f"terms of our own (x-): {summed(own).line()}")
    for language in sorted({document.language for document in documents}):
        some = measure([document for document in documents if document.language == language], name)
        total = summed(tally for key, tally in some.items() if key in of_law)
        print(f"   {language}: {total.line()}")
    if each:
        for key, tally in tallies.items():
            print(f"   {key:26} {tally.line()}")


def print_sentences(file: Path, *, each: bool) -> None:
    """Print the figures over agreements by their labelled sentences: a clause is there if one has its label."""
    with lzma.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    agreements: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        agreements[row["DPA"]].append(row)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    wanted = sorted({name for names in SENTENCE_LABELS.values() for name in names})
    for sentences in agreements.values():
        given = {
            name
            for row in sentences
            for key in ("Requirement-1", "Requirement-2", "Requirement-3")
            for name in SENTENCE_LABELS.get(row[key], ())
        }
        found = statuses_of(_of_sentences([row["Sentence"] for row in sentences]), "dpa")
        for name in wanted:
            # Labelled is found or not; whether in full, the labels do not say: partial counts as found.
            status = "present" if found[name] == "partial" else found[name]
            tallies[name].add("present" if name in given else "absent", status)
    print(f"\n-- {file.name}: {len(agreements)} agreements by labelled sentences; found (in full or in part) or not")
    print(summed(tallies.values()).line())
    print(summed(tallies.values()).confusion())
    if each:
        for key, tally in tallies.items():
            print(f"   {key:26} {tally.line()}")


def _of_sentences(sentences: Iterable[str]) -> Document:
    blocks = []
    for sentence in sentences:
        text = " ".join(sentence.split())
        is_item = text[:1].islower() or text[:1] == "("
        kind = BlockKind.ITEM if is_item else BlockKind.PARAGRAPH
        blocks.append(Block(kind, text, 0, (Sentence(text, 0),), level=int(is_item)))
    section = Section("", "", 0, 0, (), tuple(blocks))
    return Document("text/plain", 0, 0, "en", "Data processing agreement", (section,))


def print_speed() -> None:
    """Print how long the example agreement takes, repeated to 60 pages, in one process, and the memory at its peak."""
    content = _long_pdf(ROOT / "examples" / "flawless" / "documents" / "dpa.pdf", 60)
    started = time.perf_counter()
    document = read_document(content, name="dpa.pdf")
    read = time.perf_counter()
    analyse(document, "dpa", NOBODY)
    judged = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    print(
        f"{document.pages} pages: read in {read - started:.2f} s, clauses in {judged - read:.2f} s, peak {peak:.0f} MB"
    )


def _long_pdf(path: Path, pages: int) -> bytes:
    import io  # noqa: PLC0415 (only for the speed)

    import pikepdf  # noqa: PLC0415 (a dependency of the tests)

    with pikepdf.open(path) as source, pikepdf.new() as target:
        while len(target.pages) < pages:
            target.pages.extend(list(source.pages)[: pages - len(target.pages)])
        stream = io.BytesIO()
        target.save(stream)
    return stream.getvalue()


if __name__ == "__main__":
    main()

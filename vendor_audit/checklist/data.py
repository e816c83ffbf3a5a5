"""Dated data: thresholds and lists that checks compare with, each set with its source and its day.

A check writes ``$tls.versions.allowed``; which set of the topic ``tls`` answers, the operator may select.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_audit.errors import UsageError
from vendor_audit.source.diagnostic import Diagnostic, InvalidFileError
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import read_yaml
from vendor_audit.source.words import did_you_mean, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from vendor_audit.observation import Json
    from vendor_audit.source.strict_yaml import SourceDocument


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a set."""

    value: Json
    """A text, a number, a boolean, or a list of these."""
    source: str
    """How it is cited: ``ncsc-nl-2025-05 §3.3.1``."""
    called: str
    """What sentences call it: "the EEA"; empty: by its values."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One file of dated data."""

    id: str
    topic: str
    title: str
    source: str
    as_of: str
    """The day of which the values are right, YYYY-MM-DD."""
    valid_until: str
    """The last day on which the source is in force; empty: it does not say."""
    licence: str
    is_default: bool
    values: Mapping[str, Datum] = field(repr=False)
    """Dotted path -> value."""
    file: SourceDocument = field(repr=False)

    def to_json(self) -> dict[str, Json]:
        """Return what the audit document keeps of it."""
        shape = {"id": self.id, "topic": self.topic, "title": self.title, "source": self.source, "as_of": self.as_of}
        return {**shape, "sha256": self.file.sha256}


@dataclass(frozen=True, slots=True)
class DatedData:
    """Every set that was read, and for each topic the one that answers."""

    sets: tuple[DataSet, ...]
    selected: Mapping[str, DataSet]
    """Topic -> set."""
    topics_used: frozenset[str] = frozenset()
    """Topics that some check of the catalogue refers to."""

    def find(self, path: str) -> Datum | None:
        """Return the value of ``topic.path``, written without the dollar sign; None: there is none."""
        topic, _, rest = path.partition(".")
        chosen = self.selected.get(topic)
        return chosen.values.get(rest) if chosen else None

    def trouble(self, path: str) -> str:
        """Return why `find` finds nothing, with what was probably meant."""
        topic, _, rest = path.partition(".")
        chosen = self.selected.get(topic)
        if chosen is None:
            return f"there are no data '${topic}'{did_you_mean(topic, [*self.selected, 'audit'])}"
        below = [each for each in chosen.values if each.startswith(f"{rest}.")]
        if below:
            return f"'${path}' is not a value, but a group of them: {one_of([f'${topic}.{each}' for each in below])}"
        return (
            f"the data {chosen.id} have no '${path}'{did_you_mean(path, [f'{topic}.{each}' for each in chosen.values])}"
        )

    def selection(self) -> dict[str, str]:
        """Return the id of the set that answers for each topic, topics in alphabetical order."""
        return {topic: self.selected[topic].id for topic in sorted(self.selected)}

    def used(self) -> tuple[DataSet, ...]:
        """Return the selected sets that some check refers to, in the order of their topics."""
        return tuple(self.selected[topic] for topic in sorted(self.topics_used & self.selected.keys()))

    def topics_of(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the selection, topic -> id, that a list of set ids makes.

        Raises:
            UsageError: there is no such set, or two of one topic are named.
        """
        by_id = {each.id: each for each in self.sets}
        selection: dict[str, str] = {}
        for each in ids:
            if each not in by_id:
                raise UsageError(f"there are no data '{each}'{did_you_mean(each, by_id)}")
            topic = by_id[each].topic
            if selection.setdefault(topic, each) != each:
                raise UsageError(f"'{each}' and '{selection[topic]}' are both data about {topic}: select one")
        return selection


def load_data(folder: Path, selection: Mapping[str, str] | None = None) -> DatedData:
    """Return the dated data of a folder.

    Raises:
        InvalidFileError: with every mistake of every file.
        UsageError: the selection names a topic or a set that there is not.
    """
    diagnostics: list[Diagnostic] = []
    sets = read_sets([(each, each.name) for each in sorted(folder.glob("*.yaml"))], diagnostics)
    data = select(sets, selection or {}, diagnostics)
    if diagnostics:
        raise InvalidFileError(diagnostics)
    return data


def read_sets(files: Sequence[tuple[Path, str]], diagnostics: list[Diagnostic]) -> list[DataSet]:
    """Return the sets of data files that are valid; what is wrong with the others goes to the diagnostics.

    Args:
        files: each with the name that diagnostics call it.
        diagnostics: is added to.
    """
    sets: dict[str, DataSet] = {}
    for path, name in files:
        try:
            document = read_yaml(path, name=name)
        except InvalidFileError as error:
            diagnostics += error.diagnostics
            continue
        mistakes = check_against(document, load_schema("data"))
        if mistakes:
            diagnostics += mistakes
            continue
        new = _data_set(document)
        earlier = sets.setdefault(new.id, new)
        if earlier is not new:
            where = earlier.file.place(("id",))
            diagnostics.append(document.diagnostic(("id",), f"the id '{new.id}' is taken already, at {where}"))
    return list(sets.values())


def select(sets: Sequence[DataSet], selection: Mapping[str, str], diagnostics: list[Diagnostic]) -> DatedData:
    """Return the data with one set for each topic: the selected, else the default, else the only one.

    Raises:
        UsageError: the selection names a topic or a set that there is not.
    """
    topics: dict[str, list[DataSet]] = {}
    for each in sets:
        topics.setdefault(each.topic, []).append(each)
    selected: dict[str, DataSet] = {}
    for topic, wanted in selection.items():
        ids = {each.id: each for each in topics.get(topic, ())}
        if not ids:
            raise UsageError(f"there are no data about '{topic}'{did_you_mean(topic, topics)}")
        if wanted not in ids:
            hint = did_you_mean(wanted, ids) or f"; there are {one_of(list(ids))}"
            raise UsageError(f"there are no data '{wanted}' about {topic}{hint}")
        selected[topic] = ids[wanted]
    for topic, candidates in topics.items():
        defaults = [each for each in candidates if each.is_default]
        if len(defaults) > 1:
            where = defaults[0].file.place(("default",))
            message = f"the topic {topic} has a default already, at {where}: only one set may be it"
            diagnostics += [each.file.diagnostic(("default",), message) for each in defaults[1:]]
        if topic in selected:
            continue
        if defaults or len(candidates) == 1:
            selected[topic] = (defaults or candidates)[0]
        else:
            message = f"the topic {topic} has {len(candidates)} sets, and none says 'default: true'"
            diagnostics.append(candidates[0].file.diagnostic(("topic",), message))
            selected[topic] = candidates[0]
    return DatedData(tuple(sets), selected)


def _data_set(document: SourceDocument) -> DataSet:
    shape: dict[str, Any] = document.data
    return DataSet(
        id=shape["id"],
        topic=shape["topic"],
        title=shape["title"].strip(),
        source=shape["source"].strip(),
        as_of=shape["as_of"],
        valid_until=shape.get("valid_until", ""),
        licence=shape.get("licence", ""),
        is_default=shape.get("default", False),
        values=dict(_leaves(shape["values"], "", shape["id"])),
        file=document,
    )


def _leaves(tree: Mapping[str, Json], prefix: str, set_id: str) -> Iterator[tuple[str, Datum]]:
    for key, node in tree.items():
        if "value" not in node:
            yield from _leaves(node, f"{prefix}{key}.", set_id)
            continue
        yield (
            f"{prefix}{key}",
            Datum(node["value"], _citation(set_id, node.get("paragraph", "")), node.get("called", "")),
        )


def _citation(set_id: str, paragraph: str) -> str:
    if not paragraph:
        return set_id
    return f"{set_id} §{paragraph}" if paragraph[0].isdigit() else f"{set_id}, {paragraph}"

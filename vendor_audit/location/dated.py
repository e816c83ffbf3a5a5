"""Reads the dated data of this room from checklists/data: the same files, read as strictly, as the checks compare with.

This room knows no checklist and no selection: of several editions it takes the newest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from vendor_audit.resources import shipped
from vendor_audit.source.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.observation import Json


@dataclass(frozen=True, slots=True)
class Dated:
    """One file of dated data."""

    id: str
    source: str
    as_of: date
    """The day of which the values are right."""
    licence: str
    tree: Mapping[str, Any] = field(repr=False)
    """As in the file: branches by name, leaves with ``value``."""

    def at(self, path: str) -> Json:
        """Return the value at a dotted path.

        Raises:
            KeyError: there is none.
        """
        return self.branch(path)["value"]

    def branch(self, path: str) -> Mapping[str, Any]:
        """Return the node at a dotted path.

        Raises:
            KeyError: there is none.
        """
        node = self.tree
        for step in path.split("."):
            node = node[step]
        return node


@cache
def dated(name: str) -> Dated:
    """Return the newest shipped set of a name: ``location-weighing`` reads location-weighing-2026-11.yaml.

    Raises:
        FileNotFoundError, InvalidFileError, UsageError: the file is not there or cannot be read; the installation is
            broken.
    """
    paths = sorted((shipped("checklists") / "data").glob(f"{name}-[0-9]*.yaml"))
    if not paths:
        raise FileNotFoundError(f"the shipped data '{name}' are missing: the installation is incomplete")
    shape = read_yaml(paths[-1], name=paths[-1].name).data
    return Dated(
        shape["id"],
        shape["source"].strip(),
        date.fromisoformat(shape["as_of"]),
        shape.get("licence", ""),
        shape["values"],
    )

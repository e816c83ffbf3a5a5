"""Every source that this machine has, asked together: embedded data, the user's copies and files.

Nothing is asked over the network. What could not be asked, and why, is part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError
from vendor_audit.location import tor
from vendor_audit.location.cache import BrokenCopyError, Cache
from vendor_audit.location.country_table import EmbeddedCountries
from vendor_audit.location.edges import AnycastCensus, ShippedEdges, edge_claim
from vendor_audit.location.jurisdictions import jurisdictions
from vendor_audit.location.mmdb import MmdbCountries
from vendor_audit.location.operators import geofeed
from vendor_audit.location.operators.declared import InvalidOperatorFileError
from vendor_audit.location.operators.formats import DATABASE
from vendor_audit.location.operators.source import OperatorRanges, table_of
from vendor_audit.location.published import published
from vendor_audit.location.special_purpose import SpecialPurpose, carried
from vendor_audit.location.weighing import Question, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from vendor_audit.location.discs import Possible
    from vendor_audit.location.jurisdictions import Jurisdictions
    from vendor_audit.location.model import Address, Claim, Source, Statement

_MOST_BYTES = 100_000_000
_GOOGLE, _GOOGLE_GLOBAL = "google", "google-global"


@dataclass(frozen=True, slots=True)
class UserFiles:
    """What the user has and names."""

    databases: tuple[Path, ...] = ()
    """MaxMind DB files."""
    geofeeds: tuple[Path, ...] = ()
    """RFC 8805."""
    census: tuple[Path, ...] = ()
    """Anycast censuses as CSV."""
    tor: Path = tor.FOLDER
    """Where Tor's geoip files are, if anywhere."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is, as far as can be said."""

    asked: Address
    """As it was asked for."""
    address: Address
    """What was located: the address, or the one that it carries."""
    carried_by: str
    """The form in which ``asked`` carries ``address``; empty: they are one."""
    statement: Statement


@dataclass(frozen=True, slots=True)
class LocalSources:
    """The sources, in the order in which they are asked."""

    sources: tuple[Source, ...]
    not_asked: dict[str, str] = field(default_factory=dict)
    """Name -> why it could not be asked."""

    def claims(self, address: Address) -> tuple[Claim, ...]:
        """Return every source's answer."""
        return tuple(claim for each in self.sources for claim in each.claims(address))

    def locate(
        self,
        asked: Address,
        on: date,
        *,
        where: Jurisdictions | None = None,
        claimed: frozenset[str] | None = None,
        possible: Possible | None = None,
        more: tuple[Claim, ...] = (),
    ) -> Located:
        """Return where an address is.

        Args:
            asked: the address; one that it carries is located in its place.
            on: the day by which data are old or fresh.
            where: the jurisdictions on that day; read if left out.
            claimed: countries in which it is claimed to be; None: nothing is claimed.
            possible: what a round-trip time leaves; None: none was measured.
            more: claims of sources that are asked elsewhere: names, a registration.
        """
        inner = carried(asked)
        address = inner.address if inner else asked
        question = Question(
            (*self.claims(address), *more), address.version, on, where or jurisdictions(on), claimed, possible
        )
        return Located(asked, address, inner.form if inner else "", weigh(question))


def load_sources(cache: Cache, files: UserFiles | None = None) -> LocalSources:
    """Return every source that can be asked on this machine.

    Raises:
        UsageError: a file that the user names is missing or not in its format.
    """
    files = files or UserFiles()
    not_asked: dict[str, str] = {}
    operators = _operators(cache, not_asked)
    names = {each.name for each in operators}
    sources: list[Source] = [SpecialPurpose(), ShippedEdges(names)]
    sources += map(AnycastCensus, files.census)
    sources += _without_place(operators, not_asked)
    sources += map(_geofeed, files.geofeeds)
    sources += _databases(cache, files, not_asked)
    return LocalSources(tuple(sources), not_asked)


@dataclass(frozen=True, slots=True)
class _GoogleGlobal:
    """Google's list of everything: what is not Google Cloud there is served from wherever Google chooses."""

    name: str
    own: OperatorRanges
    cloud: OperatorRanges
    licence: str = ""

    @property
    def edition(self) -> date | None:
        return self.own.edition

    @property
    def checked(self) -> date | None:
        return self.own.checked

    def claims(self, address: Address) -> tuple[Claim, ...]:
        if self.own.table.find(address) is None or self.cloud.table.find(address) is not None:
            return ()
        return (edge_claim(self.name, "anycast", address, self.own.operator, self.edition, self.checked),)


def _operators(cache: Cache, not_asked: dict[str, str]) -> list[OperatorRanges]:
    found = []
    for each in published().values():
        if each.format == DATABASE:
            continue
        try:
            ranges = cache.ranges(each)
        except BrokenCopyError as error:
            not_asked[each.name] = str(error)
            continue
        if ranges is None:
            not_asked[each.name] = "there is no copy of its data here: run 'vendor-audit data update'"
        else:
            found.append(ranges)
    return found


def _without_place(operators: Sequence[OperatorRanges], not_asked: dict[str, str]) -> list[Source]:
    """Return the operators as sources, Google's list of everything read beside that of Google Cloud."""
    by_name = {each.name: each for each in operators}
    sources: list[Source] = []
    for each in operators:
        if each.name != _GOOGLE_GLOBAL:
            sources.append(each)
        elif _GOOGLE in by_name:
            sources.append(_GoogleGlobal(each.name, each, by_name[_GOOGLE]))
        else:
            not_asked[each.name] = "without the list of Google Cloud it cannot be told what is not Google Cloud"
    return sources


def _geofeed(path: Path) -> OperatorRanges:
    """Return a geofeed of the user as a source. It counts as of the day on which the file was written here."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read: {error.strerror or error}") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{path}: a geofeed has at most {_MOST_BYTES:,} bytes")
    try:
        file = geofeed.parse(content)
        table = table_of(file)
    except InvalidOperatorFileError as error:
        raise UsageError(f"{path}: {error}") from error
    return OperatorRanges(path.name, f"whoever publishes {path.name}", table, file.edition, written)


def _databases(cache: Cache, files: UserFiles, not_asked: dict[str, str]) -> list[Source]:
    """Return the databases: the embedded one, or the newer copy of the same; those of the user; Tor's."""
    sources: list[Source] = [_newer(cache, not_asked) or EmbeddedCountries()]
    sources += map(MmdbCountries, files.databases)
    try:
        sources.append(tor.TorCountries(files.tor))
    except FileNotFoundError:
        not_asked[tor.TorCountries.name] = f"Tor's geoip files are not installed ({files.tor})"
    return sources


def _newer(cache: Cache, not_asked: dict[str, str]) -> MmdbCountries | None:
    name = EmbeddedCountries.name
    try:
        if cache.note(name) is None:
            return None
        return MmdbCountries(cache.path_of(name), name)
    except (BrokenCopyError, UsageError) as error:
        not_asked[f"{name} in the cache"] = str(error)
        return None

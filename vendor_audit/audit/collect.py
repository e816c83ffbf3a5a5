"""Collecting: the only part of the audit that waits for the world. One deadline for all; every failure is data."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vendor_audit.audit.progress import Finished, Observer, Planned, Started, ignore
from vendor_audit.observation import Failure, Observation, Sight
from vendor_audit.probes.interface import ProbeClass, ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vendor_audit.audit.plan import Look
    from vendor_audit.observation import Evidence, Lead
    from vendor_audit.probes.interface import ProbeContext

INTERRUPTED = "the audit was interrupted"
"""Why an audit stopped that somebody ended with Ctrl-C."""
_MOST_FOLLOWED = 60
"""Looks at what the service itself named: a vendor that names thousands of servers keeps nobody busy."""
_LOOKS_AT_ONCE = 32
"""Bounds memory and open files; the limit per host, which is politeness, is the network's."""


@dataclass(slots=True)
class Collector:
    """Takes looks side by side and keeps what each of them saw, also when it is stopped half-way."""

    context: ProbeContext
    deadline: float
    """Seconds for all looks together."""
    keep_evidence: Callable[[Evidence], None]
    """Called for each piece of evidence as soon as it is there."""
    keep_observation: Callable[[Observation], None]
    """Called for each observation as soon as it is there, so that a crash loses nothing."""
    observer: Observer = ignore
    follow: Callable[[Lead], Sequence[Look]] = lambda _: ()
    """Gives the looks that a lead is worth."""
    followed: list[Look] = field(default_factory=list)
    """What was looked at because the service named it."""
    observations: dict[str, Observation] = field(default_factory=dict)
    """By id."""
    stopped: str = ""
    """Why not every look could be finished; empty: all were."""
    _planned: set[str] = field(default_factory=set)

    async def collect(self, looks: Sequence[Look]) -> tuple[Observation, ...]:
        """Return one observation a look, in the order of the looks; then what they led to, in the order of its names.

        A look that could not be finished (deadline, Ctrl-C) is there with an error that says so.

        Raises:
            OSError: what was gathered cannot be kept.
        """
        self.observer(Planned(len(looks)))
        self._planned = {look.id for look in looks}
        slots = asyncio.Semaphore(_LOOKS_AT_ONCE)
        try:
            async with asyncio.timeout(self.deadline), asyncio.TaskGroup() as group:
                for look in looks:
                    group.create_task(self._take(look, self.context, slots, group))
        except TimeoutError:
            self.stopped = f"the deadline of {self.deadline:g} s for the whole audit passed"
            kind = "deadline"
        except asyncio.CancelledError:
            # Ctrl-C: what was gathered is worth more than the manner of the end, so the cancellation stops here.
            self.stopped = INTERRUPTED
            kind = "interrupted"
        except ExceptionGroup as group:
            # A look raises only what its keepers do: the disk is full. The first such reason is enough.
            raise group.exceptions[0] from group
        else:
            kind = ""
        everything = [*looks, *sorted(self.followed, key=lambda each: each.id)]
        for look in everything:
            if look.id not in self.observations:
                now = self.context.now()
                self._keep(_observation(look, now, 0.0, Sight({}), Failure(kind, f"not observed: {self.stopped}")))
        return tuple(self.observations[look.id] for look in everything)

    async def _take(
        self, look: Look, context: ProbeContext, slots: asyncio.Semaphore, group: asyncio.TaskGroup
    ) -> None:
        async with slots:
            self.observer(Started(look.probe.name, look.target))
            started, clock = self.context.now(), time.perf_counter()
            sight, failure = Sight({}), None
            try:
                sight = await look.probe.observe(look.target, context)
            except ProbeError as error:
                sight, failure = Sight({}, evidence=error.evidence), error.failure
            except Exception as error:  # noqa: BLE001 # the one place where a probe's fault becomes an observation
                failure = Failure("internal", f"the {look.probe.name} probe failed: {type(error).__name__}: {error}")
            for evidence in sight.evidence:
                self.keep_evidence(evidence)
            self._keep(_observation(look, started, time.perf_counter() - clock, sight, failure))
        for lead in sight.leads:
            self._follow(lead, context, slots, group)

    def _follow(self, lead: Lead, context: ProbeContext, slots: asyncio.Semaphore, group: asyncio.TaskGroup) -> None:
        """Look at what the service named, once, with the credentials that came with it, as an ordinary client would.

        Whose servers these are nobody knows: the vendor's permission and the operator's word are not for them.
        """
        for look in self.follow(lead):
            if look.id in self._planned or len(self.followed) >= _MOST_FOLLOWED:
                continue
            self._planned.add(look.id)
            self.followed.append(look)
            self.observer(Planned(len(self._planned)))
            credentials = {look.target.name: lead.credentials} if lead.credentials else {}
            armed = replace(context, credentials=credentials, permitted=ProbeClass.NORMAL)
            group.create_task(self._take(look, armed, slots, group))

    def _keep(self, observation: Observation) -> None:
        self.observations[observation.id] = observation
        self.keep_observation(observation)
        self.observer(Finished(observation))


def utc_now() -> datetime:
    """Return the moment: the clock of a real audit."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """Return a UTC moment as ISO 8601 with milliseconds and Z, the form of every time in an audit."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _observation(look: Look, started: datetime, duration: float, sight: Sight, failure: Failure | None) -> Observation:
    return Observation(
        probe=look.probe.name,
        target=look.target,
        strength=look.probe.strength,
        facts=sight.facts,
        unknown=sight.unknown,
        evidence=tuple(each.reference() for each in sight.evidence),
        started=timestamp(started),
        duration=round(duration, 3),
        error=failure,
    )

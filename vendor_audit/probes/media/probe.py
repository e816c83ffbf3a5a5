"""The probe `media`: a session of the auditor's own, or what a person captured of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.observation import Strength
from vendor_audit.probes.interface import ProbeClass

if TYPE_CHECKING:
    from vendor_audit.observation import Sight, Target
    from vendor_audit.probes.interface import ProbeContext


class MediaProbe:
    """How media is protected, where it goes, and what the service tells its clients to use."""

    name = "media"
    title = (
        "Joins a media session of its own as a client does (ICE, and the first flight of DTLS), and ends it at once; "
        "and reads what a person captured of one call. Each version, cipher suite and SRTP profile is tried apart, in "
        "at most twenty sessions, only with --active."
    )
    probe_class = ProbeClass.NORMAL
    strength = Strength.OBSERVED
    per_service = False

    def accepts(self, target: Target) -> bool:
        """Return whether it is a place to have a session, or a capture."""
        return target.kind in {"session", "capture"}

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what was seen.

        Raises:
            ProbeError: the service gives no answer, or the file cannot be read.
        """
        if target.kind == "capture":
            from vendor_audit.probes.media.capture import read_capture  # noqa: PLC0415 # its readers are many

            return await read_capture(target, context)
        from vendor_audit.probes.media.session.look import observe_session  # noqa: PLC0415 # it brings ICE along

        return await observe_session(target, context)

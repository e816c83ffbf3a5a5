"""From the placeholders of a vendor file to credentials in memory, for the targets that ask for some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_audit.secret import Credentials, Secret
from vendor_audit.vendor.secrets import resolve_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.source.strict_yaml import Json, Path
    from vendor_audit.vendor.file import VendorFile


def credentials_of(vendor: VendorFile, environ: Mapping[str, str]) -> dict[str, Credentials]:
    """Return the credentials of the vendor file's targets by the target's name: a TURN URI, the URL of a session.

    Raises:
        UsageError: an environment variable that the file names is not set; says which, and where the file names it.
    """

    def secret(entry: Json, *path: str | int) -> Secret | None:
        placeholder = entry.get(path[-1])
        return resolve_secret(placeholder, environ, vendor.source.place(path)) if placeholder else None

    found: dict[str, Credentials] = {}
    media = vendor.data.get("media", {})
    for index, each in enumerate(media.get("turn", [])):
        at: Path = ("media", "turn", index)
        name, password = secret(each, *at, "username"), secret(each, *at, "password")
        if name is not None:
            found.setdefault(each["uri"], Credentials(username=name, password=password))
    sessions: list[tuple[Path, Json]] = [(("media", "whip"), media["whip"])] if "whip" in media else []
    sessions += [(("media", "sessions", index), each) for index, each in enumerate(media.get("sessions", []))]
    for path, each in sessions:
        if (token := secret(each, *path, "token")) is not None:
            found.setdefault(each["url"], Credentials(token=token))
    return found

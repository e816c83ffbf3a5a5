"""Captures of one call that a person saved: what browsers dump, session descriptions, packets. `read_capture` reads."""

from vendor_audit.probes.media.capture.reading import read_capture

__all__ = ["read_capture"]

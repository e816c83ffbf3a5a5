"""Bytes to values and back for the protocols of a call: no I/O, no clock, no logging."""

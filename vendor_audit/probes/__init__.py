"""Probes: the only code that touches the network or reads a vendor's files. One file a probe, one small contract."""

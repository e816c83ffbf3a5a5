"""Where an address is: each source of evidence in a file of its own, and how they are weighed.

Addresses and the content of files come in, claims and statements go out. There is no network in this room: what the
operators publish is fetched elsewhere (`vendor_audit.probes.location_files`) and read here from the user's cache.
"""

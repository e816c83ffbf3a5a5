"""Checklists: read with places, compiled to three-valued expressions, judged, and tested by their own examples.

What enters this room: YAML files, facts as plain JSON values, the vendor file as plain JSON values. No probe, no
network, no clock: the day of the audit is given.
"""

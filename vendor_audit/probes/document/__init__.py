"""The document probe: takes a vendor's paper from a file or a URL, and has it read in a process of its own.

One file a subject: where the bytes come from (files, fetching), whether a page that came is the one that was asked for
(pages), the process that reads (isolation) and what it may answer (answer), and the probe that puts them together.
"""

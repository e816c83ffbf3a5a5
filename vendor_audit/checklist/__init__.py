"""Checklists: read and validate them with line numbers, compile their expressions, run their examples."""

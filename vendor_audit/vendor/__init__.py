"""The vendor file: read it, validate it with line numbers, resolve its secrets late, list its targets."""

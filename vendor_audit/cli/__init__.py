"""The command line: one file a command; it parses arguments and prints, and has no logic of its own."""

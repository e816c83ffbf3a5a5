"""The demonstration vendor: real servers on loopback, with planted flaws."""

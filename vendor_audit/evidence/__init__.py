"""Evidence: stored once, under the SHA-256 of its content."""

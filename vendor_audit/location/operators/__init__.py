"""What the operators of networks publish about them: a parser for each format, one source for all."""

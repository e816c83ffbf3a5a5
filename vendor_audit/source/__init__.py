"""Files that a person wrote: strict YAML with places, JSON Schema with line numbers, errors like a compiler's."""

"""Clauses: which requirements of a clause library a document meets, with the sentence that says so."""

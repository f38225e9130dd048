"""A kind of document: its questions, its clauses, its Word file, and how that is filled."""

"""Two texts beside each other: tracked changes, comments, comparison, what was changed without tracking."""

"""The demonstration: the facts of a real ceremony, loaded and performed through the real operations."""

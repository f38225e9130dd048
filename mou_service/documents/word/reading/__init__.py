"""A Word file as blocks that pages are made of."""

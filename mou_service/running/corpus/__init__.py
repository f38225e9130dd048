"""A folder of Word files by others, measured: what becomes pages, what is refused, and whether the words are all there."""

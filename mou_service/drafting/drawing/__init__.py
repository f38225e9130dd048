"""Word files whose pages another program draws."""

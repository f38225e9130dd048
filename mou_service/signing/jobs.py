"""Jobs of the package."""

"""Jobs of the package."""

from .drawing import jobs as drawing_jobs  # noqa: F401  (registers its handler)

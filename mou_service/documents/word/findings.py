"""What a look at a Word file can end in."""

from mou_service.documents.findings import Finding, Hindered, Outcome, finding

__all__ = ["Finding", "Outcome", "TemplateFailed", "UnsafeFile", "finding"]


class UnsafeFile(Hindered):
    """The upload is no Word document that can be used."""


class TemplateFailed(Hindered):
    """A template could not be filled."""

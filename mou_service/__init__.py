"""From a Word template to a witnessed, verifiable, permanently readable memorandum of understanding."""

__version__ = "0.1.0"

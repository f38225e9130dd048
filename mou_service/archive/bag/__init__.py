"""The bag of evidence: everything about one archived agreement in one file that others can check without us."""

"""What comes back from Word: read, decided change by change, made into the next version."""

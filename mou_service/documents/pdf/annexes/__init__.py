"""PDF files of others that become annexes: looked at in a limited process, cleaned, kept as pages or as pictures."""

"""What comes in and what goes out: checked, cleaned, frozen, and nothing of the work left in it."""

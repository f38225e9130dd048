"""What does not go as planned: somebody else signs, waits too long or may not; the time is over; less proof has to do."""

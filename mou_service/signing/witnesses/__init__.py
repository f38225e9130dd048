"""Who witnesses: named, changed, what they state and are asked at the act."""

"""How long a test waits for an event before it gives up. It measures nothing: a busy machine may take its time."""

#: Seconds.
PATIENCE = 300.0

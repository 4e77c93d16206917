"""The outbox, its relay, and running a job inside the right agency."""

"""The outbox relay: what goes out now, to whom, and what became of it."""

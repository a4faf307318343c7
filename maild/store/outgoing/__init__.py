"""The outbox, events for other systems, and what was heard of addresses."""

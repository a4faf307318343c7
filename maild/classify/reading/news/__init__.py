"""What a supplier tells of a request: its words, and what leaves them open."""

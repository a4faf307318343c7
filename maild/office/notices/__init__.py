"""Which notice goes to whom, and what may leave beside a mail that waits."""

"""The pages where staff make rules: what is in force, a rule in the making, and its tries."""

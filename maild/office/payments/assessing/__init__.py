"""Payment proofs judged: what they show, what hinders them, what they pay, and what becomes of each. Pure."""

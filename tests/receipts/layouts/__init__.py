"""Layouts of payment proofs and of what is mistaken for them; each module draws several of one kind."""

"""Proofs, books, statements, invoices."""

"""Statements held against the books, and what staff post: claims confirmed, money of nobody, refunds paid out."""

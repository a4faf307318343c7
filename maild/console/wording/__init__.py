"""Texts of the pages, reasons and values in the reader's language."""

"""Commands on the books: fees, claims, deposits, invoices, statements, evidence."""

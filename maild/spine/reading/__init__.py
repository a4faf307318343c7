"""What is read of a mail, its files and requests for invoices: pure, for a confined process; and read again."""

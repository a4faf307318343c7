"""Files of any kind, opened: pictures, PDFs, office documents, archives, issued invoices."""

"""Readers of what mails say: claims, numbers, invoices, renewals, consent, status, ISO 18626."""

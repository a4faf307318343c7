"""Invoices that patrons ask for, and refunds that are asked for once one is issued.

What the notices say (their data's keys) is told in announce_invoice: INVOICE_RECEIVED {title, tax_number, email,
person, amount, currency, transactions, standing, missing, doubts, items} and INVOICE_ISSUED {title, tax_number, email,
number, issued, amount, currency, transactions, again, note}; REFUND_ANSWER in announce_payment {answer, amount,
currency, transactions, note}, here with the answer 'refused_invoiced'.
"""

from __future__ import annotations

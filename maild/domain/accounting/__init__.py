"""Money: sums, fees, payments, proofs of payment, invoices, and the laws of the books."""

"""Invoices that patrons ask for: what is still lacking, issuing, amending, cancelling."""

"""Invoices that patrons ask for: what is still lacking, issuing, amending, cancelling."""

from maild.tables.texts import Texts

SAY = Texts(__name__)

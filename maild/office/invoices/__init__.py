"""Invoices that patrons ask for: what is still lacking, issuing, amending, cancelling."""

from maild.texts import Texts

SAY = Texts(__name__)

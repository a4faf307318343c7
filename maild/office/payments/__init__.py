"""What is owed and how it is paid: price list, payment proofs, prepaid balances, and what the patron is told of it."""

from maild.texts import Texts

SAY = Texts(__name__)

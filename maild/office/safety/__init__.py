"""No mail is lost: the balance sheet, missing bytes, and what is taken in again after a restore."""

from maild.texts import Texts

SAY = Texts(__name__)

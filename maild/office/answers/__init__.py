"""Questions of patrons: what is asked, what may be told at once, and what a person has to read first."""

from maild.texts import Texts

SAY = Texts(__name__)

"""What staff write themselves: rules, tried on the mails of the last months, and the words of notices."""

from maild.texts import Texts

SAY = Texts(__name__)

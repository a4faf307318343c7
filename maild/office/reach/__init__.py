"""Whether our mails arrive: delivery reports, how patrons want to be written to, notices sent again or elsewhere."""

from maild.texts import Texts

SAY = Texts(__name__)

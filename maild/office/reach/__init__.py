"""Whether our mails arrive: delivery reports, how patrons want to be written to, notices sent again or elsewhere."""

from maild.tables.texts import Texts

SAY = Texts(__name__)

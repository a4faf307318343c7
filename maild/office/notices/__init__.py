"""Which notice goes to whom, and what may leave beside a mail that waits."""

from maild.texts import Texts

SAY = Texts(__name__)

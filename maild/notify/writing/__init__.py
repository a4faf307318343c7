"""What a notice says: the values that its templates are given."""

from maild.texts import Texts

SAY = Texts(__name__)

"""Personal data: what is held on somebody, shown, handed out and erased; what is too old goes."""

from maild.texts import Texts

SAY = Texts(__name__)

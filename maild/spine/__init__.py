"""The way of a mail, in its order: received, read, looked up, decided, recorded, filed. Its matters: maild.office."""

from maild.texts import Texts

SAY = Texts(__name__)

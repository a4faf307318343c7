"""The second reader: labels from what staff did, training, back-test, and the record of its agreement."""

from maild.texts import Texts

SAY = Texts(__name__)

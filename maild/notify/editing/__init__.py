"""Templates that staff change: what they may say, samples to try them on, and the judge."""

from maild.texts import Texts

SAY = Texts(__name__)

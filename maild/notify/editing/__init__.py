"""Templates that staff change: what they may say, samples to try them on, and the checks."""

from maild.texts import Texts

SAY = Texts(__name__)

"""The calendar, what the clock brings, the morning mail to staff, figures of the past, and alarms."""

from maild.texts import Texts

SAY = Texts(__name__)

"""What every act of staff stands on: its result, the version its author had seen, drafts let go or withdrawn."""

from maild.texts import Texts

SAY = Texts(__name__)

"""Mail that nobody needs: the law of ignoring, what was ignored, and the senders staff want to see no more."""

from maild.texts import Texts

SAY = Texts(__name__)

"""The general reader with models of whole mails: asked where words come to nothing (news/by_mail.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.news.by_mail import told_by_mail
from maild.classify.reading.news.left_open import anothers, no_news, remarks
from maild.classify.reading.news.wordings import means_none
from maild.classify.reading.status import Stated, StatusReader, doubtful
from maild.classify.rules.model import EVENT_OF_KIND, ReaderResult
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.values import Typing
    from maild.classify.rules.view import View

_NOTHING = frozenset({None, Kind.PROVIDER_OTHER})


class GeneralReader(StatusReader):
    """Any provider's mail, in whatever words."""

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """Raises nothing; `kind` is None where neither words nor models make anything of the mail."""
        stated = self.stated(view, typing)
        if stated.labelled or view.row or stated.result.kind not in _NOTHING:
            return stated.result
        return self._by_mail(view, typing, stated) or stated.result

    def _by_mail(self, view: View, typing: Typing, stated: Stated) -> ReaderResult | None:
        """What the mail as a whole tells of one request, where nothing bends it or is of another thing."""
        numbers, doubts = stated.numbers, stated.doubts
        heard = None if numbers.several or means_none(doubts) else told_by_mail(view, stated.told)
        if heard is None:
            return None
        kind, said = heard
        why = SAY("told_by_mail", kind=kind)
        if no_news(kind, view, numbers, why) or anothers(kind, view, numbers, why, ""):
            return None
        if any(doubt.about == kind for doubt in doubts) or self.of_another_thing(kind, view, typing):
            return None
        if self.nameless(kind, numbers, view, typing):
            return None
        fields = {**numbers.fields(), **remarks(view, kind)}
        fields |= {name: Field(said, 0.6, "text") for name in ("heard", "by_mail")}
        reasons = (why, *(() if numbers.distinct else (SAY("number_unsaid"),)), *doubtful(doubts))
        return ReaderResult(kind=kind, event=EVENT_OF_KIND.get(kind), fields=fields, reasons=reasons)

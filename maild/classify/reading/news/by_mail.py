"""What a mail of a supplier's tells as a whole, to a model of mails (learned/clauses.py), where words tell nothing.

Asked where the rules find no outcome: lists of words do not know every way to say it. What it hears counts where it is
sure, where such mails hardly need a person, and where nothing that was read says otherwise or leaves it open. Who
writes, about which request, and whether what came is what was asked for are decided as ever; and the models are asked
once more there, with the titles known (office/providers/heard_news.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from maild.classify.learned.news import BACK, PERSON, WITH_FILE
from maild.classify.reading.news.heard import BESIDE, says_it, told_otherwise, with_what_it_needs
from maild.classify.reading.news.left_open import unsettled
from maild.classify.rules.patterns import label_matches
from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View

# How sure the model has to be of what is told, and how sure at most that a person has to read the mail first; the office
# asks for more, where titles are masked.
SURE, MOST_NEED = 0.9, 0.15
LONGEST = 2000  # characters: what is longer speaks of more than the models read (linear/grams.py)
MASK = "■"  # a title, as the models were taught
_FILES = ("application/pdf", "image/")


def told_by_mail(view: View, told: Collection[Kind]) -> tuple[Kind, str] | None:
    """The outcome, and by what words the mail is called where that is shown; None where the models are not sure.

    told: what was read of it, though it did not count
    """
    if len(view.text) > LONGEST:
        return None
    from maild.classify.learned.clauses import of_mails

    kinds, persons = of_mails()
    subject, text = _words(view)
    heard, need = kinds.tells(text, subject), persons.tells(text, subject)[PERSON]
    best = max(heard, key=heard.__getitem__)
    if heard[best] < SURE or need > MOST_NEED or not with_what_it_needs(best, view):
        return None
    kind = Kind.LOAN_DUE if best in BACK and best != Kind.LOAN_OVERDUE else Kind(best)
    words = set(told) - {Kind.PROVIDER_OTHER}
    if (words and kind not in words) or not words <= {kind, *BESIDE.get(best, ())} or told_otherwise(best, view):
        return None
    if unsettled(kind, view) or not says_it(kind, f"{view.read_subject}\n{view.read_text}", view):
        return None
    return kind, " ".join(view.subject.split()) or view.text[:40]


def _words(view: View) -> tuple[str, str]:
    """Subject and new text as the models were taught them, as far as a form says by labels what a title is."""
    label = view.lexicon.labels["title"]
    subject, text = view.mail.subject, view.mail.reply_text
    for pair in view.mail.pairs:
        if len(pair.value) > 3 and label_matches(label, view.read(pair.label)):
            text = text.replace(pair.value, MASK)
    documents = any(each.media_type.startswith(_FILES) for each in view.own_attachments)
    return subject, text + (WITH_FILE if documents else "")

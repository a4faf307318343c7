"""Whether a mail has a wish that no rule read: the second reader finds it, and nothing in the mail bars it. Pure.

A wish to cancel, to renew, to accept a fee, or thanks and nothing else. Its words are as many as its writers; what
speaks against it is much alike: a question, a condition, something that stays, another matter that is likelier, a sign
of danger. How probable it has to be is proven on hands of mails that no model has seen (decisions 0116 and 0122).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import WAYS, WISHES, said
from maild.domain.learning.control import NEVER
from maild.domain.requests.lifecycle import OPEN, Service, State
from maild.domain.requests.patron import Transaction
from maild.domain.subject import is_of_another
from maild.match.pieces import CLAUSE, MASK, folded, foreign_titles, without
from maild.match.told_apart import Apart, told_apart
from maild.office.answers import SAY
from maild.office.answers.danger import Then
from maild.office.answers.decide_answer import ASKED_FOR, files_of
from maild.office.answers.heard import CONSENT, SUM, UNSAID, WORD, Heard, answered, clauses, hear, signs
from maild.office.answers.sums import of_that_sum, own_of
from maild.office.answers.telling_policy import Telling
from maild.spine.facts import Facts
from maild.spine.policy import Policy

MOST_WISHED = 600  # characters of a mail with such a wish: a longer one says more
MOST_DIVIDED = 3000  # of one that is gone through clause by clause: a person reads a longer one
MOST_NEED = 0.6  # how probable the need of a person may be in it
# Where thanks are as probable, and the need of a person as improbable, a clause may tell a story.
SURE_THANKS, NO_NEED = 0.8, 0.15
# And here whatever it tells is a story (decision 0136: of 244 such mails that no model was trained on 2 were more).
ALL_THANKS, LEAST_NEED = 0.9, 0.1
SURE_OF_FEE = 0.95  # how probable a consent has to be that says the very fee
OUT = (State.ON_LOAN, State.OVERDUE)
# Of what a person wishes, and rules read, each is a wish of its own and no by-word.
_OTHER_WISHES = frozenset({*WISHES, Kind.REFUND_REQUEST, Kind.ADDRESS_CHANGE})
_STRICT = (Then.HOLD, Then.BEND, Then.DENY)
_ONE = re.compile(r"[篇本份]|文献|文章|论文|\b(?:article|paper|copy|chapter|book|scan|loan|request|order)\b")


@dataclass(frozen=True, kw_only=True)
class Wishing:
    """A mail that was read once more, beside what is known of its writer."""

    heard: Heard
    facts: Facts

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """What rules read, but for a renewal beside what ends where no loan is out: 'let the book go on' keeps one."""
        keeps = bool(self.apart and self.apart.ends) and not any(is_out(case) for case in self.facts.requests)
        return frozenset(self.heard.kinds) - ({Kind.RENEW_REQUEST} if keeps else frozenset())

    def bends(self, matters: Collection[Kind]) -> str:
        """Why a wish that was read may not be meant so (Heard.bends)."""
        return self.heard.bends(matters)

    def finds(self, wish: str) -> bool:
        """Whether the mail has that wish, as surely as labelled mails of other hands prove that it has to be
        (rules/second/standing.toml). wish: a kind, or 'consent'.
        """
        return (least := self.least_of(wish)) < NEVER and self.sure_of(wish) >= least

    def least_of(self, wish: str) -> float:
        """How probable it has to be; NEVER where nothing proves it."""
        standing, found = self.heard.telling.standing, self.heard.opinion
        return standing.at_wish(wish, found.version) if standing is not None and found is not None else NEVER

    def sure_of(self, wish: str) -> float:
        """How probable the second reader finds it; 0.0 where something bars it."""
        found = self.heard.opinion
        return 0.0 if found is None or self._is_barred(wish) else found.probability(wish)

    def why_found(self, wish: str) -> str:
        """What the second reader found, for staff: nobody else read it."""
        found = self.heard.opinion
        if found is None:
            return ""
        share, words = f"{100 * found.probability(wish):.0f}", ", ".join(found.words)[:80] or "–"
        return SAY("reader_sure", share=share, words=words)

    def _is_barred(self, wish: str) -> bool:
        """Whether anything speaks against it, however probable it is."""
        heard, danger, mail = self.heard, self.heard.telling.danger, self.heard.reading.mail
        if danger.questions is None or danger.keeps is None or self._is_likelier(wish):
            return True
        if heard.need > MOST_NEED and not self._needs_nobody(wish):
            return True
        if mail.forwarded or any(files_of(mail)) or len(heard.text) > MOST_WISHED:
            return True
        if wish != Kind.THANKS and self._answers_several and not (wish == CONSENT and self._says_the_fee):
            return True
        if wish in WISHES and (self._names_another or (heard.in_thread and not WORD.search(mail.reply_text))):
            return True  # a thumb below the subject of a letter of ours wishes nothing that is read in it
        if (_OTHER_WISHES & self.kinds) - heard.guessed - {wish} or self._asks(wish) or self._leaves_open(wish):
            return True
        of_it = {Kind.FEE_QUESTION} if wish == CONSENT else {kind for kind in Kind if kind == wish}
        strict = Then if wish == Kind.THANKS else _STRICT
        if any(danger.of(self._text_of(wish), {*heard.kinds, *of_it}, then) for then in strict):
            return True
        return wish == Kind.THANKS and self._stings

    def _text_of(self, wish: str) -> str:
        """What is held against it: who accepts a fee may ask how it is paid."""
        return without(self.heard.text, self.ways) if wish == CONSENT else self.heard.text

    @property
    def ways(self) -> tuple[str, ...]:
        """The folded clauses that ask how a fee is paid, beside a consent."""
        return tuple(line for line in folded(said(self.heard.reading, WAYS)).split("\n") if line)

    @property
    def _answers_several(self) -> bool:
        """Whether it answers a letter about several requests and names none of them: one 'no' under two questions."""
        query = self.facts.query
        return len({*query.quoted}) > 1 and not (query.numbers or query.tokens or self.heard.names)

    @property
    def _names_another(self) -> bool:
        """Whether it says a title between 《 and 》 of which nothing is in a title of the writer's."""
        own, mail = [*self.facts.requests, *(c.transaction for c in self.facts.candidates)], self.heard.reading.mail
        return bool(foreign_titles(f"{mail.subject}\n{mail.reply_text}", own))

    def _is_likelier(self, wish: str) -> bool:
        """Whether the second reader finds another matter likelier, by-words aside; a fee is what a consent is about."""
        found, own = self.heard.opinion, {wish, *UNSAID, *({Kind.FEE_QUESTION} if wish == CONSENT else ())}
        return found is not None and any(p > found.probability(wish) for kind, p in found.kinds if kind not in own)

    def _asks(self, wish: str) -> bool:
        """Whether words of asking bar it: always consent and thanks, and cancelling in words that nobody knows. Who
        wishes to renew mostly asks.
        """
        heard, text = self.heard, self._text_of(wish)
        if not heard.telling.danger.question_in(text) or (wish == Kind.THANKS and self._is_thanks_alone):
            return False
        words = heard.telling.words.get(Kind.CANCEL_REQUEST)
        unsaid = wish == Kind.CANCEL_REQUEST and (words is None or not words.search(heard.text))
        return wish in (CONSENT, Kind.THANKS) or unsaid

    def _leaves_open(self, wish: str) -> bool:
        """Whether something is to stay, or goes to an address from now on: of cancelling it is not plain what ends."""
        heard, keeps = self.heard, self.heard.telling.danger.keeps
        kept = wish in (Kind.CANCEL_REQUEST, Kind.THANKS) and keeps is not None and bool(keeps.search(heard.text))
        plain = (
            self._is_thanks_alone
            if wish == Kind.THANKS
            else wish == Kind.CANCEL_REQUEST and self.apart and self.apart.ends
        )
        kept = kept and not plain
        return kept or (wish in WISHES and "@" in heard.reading.mail.reply_text)

    @cached_property
    def apart(self) -> Apart | None:
        """Which of the writer's requests the mail ends, and which it keeps, where it says so clause by clause."""
        words, ids = self.heard.telling.danger.apart_words, {patron.patron_id for patron in self.facts.authors}
        cases = (*self.facts.requests, *(c.transaction for c in self.facts.candidates))
        own = {t.number: t for t in cases if t.patron_id in ids}
        if words is None or not {*self.facts.query.numbers} <= own.keys():
            return None
        if len(self.heard.text) > MOST_DIVIDED:
            return Apart(ends=(), named=frozenset())
        mail = self.heard.reading.mail
        headings = 0 if mail.in_reply_to else sum(bool(c.strip()) for c in CLAUSE.split(folded(mail.subject)))
        names = {folded(patron.name) for patron in self.facts.authors}  # a signature: 卞若衡 makes no condition (若)
        said = [clause for clause in clauses(self.heard.reading) if clause.strip() not in names]
        return told_apart(said, [*own.values()], words, headings=headings)

    @cached_property
    def _stings(self) -> bool:
        """Whether a mail of thanks may be more: 'ok, thanks' that accepts what was asked, or a clause that is none."""
        telling, mail = self.heard.telling, self.heard.reading.mail
        fee, listen, danger = telling.words.get(Kind.FEE_QUESTION), telling.thanks, telling.danger
        if listen is None or (fee is not None and fee.search(folded(mail.subject))):
            return True
        if self.heard.in_thread and not WORD.search(mail.reply_text) and self._is_awaited:
            return True
        clauses = [c for c in self.heard.unsigned_clauses if WORD.search(c)]
        awaited = self.heard.in_thread and danger.awaits_in(answered(mail.quoted_text))
        if awaited and any(danger.agrees_in(clause) for clause in clauses):
            return True
        if self._is_thanks_alone:
            return False
        more = [clause for clause in clauses if not danger.is_idle(clause)]
        if self._is_calm:
            least = telling.loosely if self._is_under_way else telling.hardly
            return any(listen(c) < (telling.surely if danger.is_of_a_thing(c) else least) for c in more)
        return any(listen(c) < (telling.surely if self.heard.asks(c) else telling.barely) for c in more)

    @property
    def _is_under_way(self) -> bool:
        """Whether a request of the writer's runs, or a loan is out: then a story may be about it."""
        ids = {patron.patron_id for patron in self.facts.authors}
        return any(t.state in (*OPEN, State.SUBMITTED, *OUT) for t in self.facts.requests if t.patron_id in ids)

    @property
    def _is_thanks_alone(self) -> bool:
        """Whether it can be nothing else, asks nothing, and no book waits for who 'will be passing by'."""
        ids, found = {patron.patron_id for patron in self.facts.authors}, self.heard.opinion
        if any(t.state is State.RECEIVED for t in self.facts.requests if t.patron_id in ids):
            return False
        clauses, danger = CLAUSE.split(folded(self.heard.reading.mail.reply_text)), self.heard.telling.danger
        if found is None or "?" in self.heard.text or any(danger.is_of_a_thing(clause) for clause in clauses):
            return False
        return found.probability(Kind.THANKS) >= ALL_THANKS and self.heard.need <= LEAST_NEED

    @property
    def _is_calm(self) -> bool:
        """Whether it can hardly be more than thanks, and is like no mail that a person has to read first."""
        found = self.heard.opinion
        return found is not None and found.probability(Kind.THANKS) >= SURE_THANKS and self.heard.need <= NO_NEED

    def is_only_thanks(self, guessed: Collection[Kind]) -> bool:
        """Whether it can be nothing else, and single words that rules guessed by say nothing to the second reader."""
        found, beside = self.heard.opinion, self.heard.telling.beside
        return self._is_thanks_alone and found is not None and all(found.probability(kind) < beside for kind in guessed)

    def _needs_nobody(self, wish: str) -> bool:
        """Whether it may look like what a person reads first: who misses something is read by a person anyway."""
        return wish == Kind.NOT_RECEIVED or (wish == CONSENT and (self._only_agrees or self._says_the_fee))

    @property
    def _says_the_fee(self) -> bool:
        """Whether it accepts the very sum that was told, says no other, and all else is which one or to get it: what
        is said of money looks like what a person reads first.
        """
        found, ids = self.heard.opinion, {patron.patron_id for patron in self.facts.authors}
        if found is None or found.probability(CONSENT) < SURE_OF_FEE or len(ids) != 1:
            return False
        own = own_of(self.facts, min(ids))
        case = of_that_sum(self.heard.reading, self.facts, own.values(), has_fee)
        return case is not None and self._is_of(case) and not any(map(self._says_more, self._clauses(own.values())))

    def _is_of(self, case: Transaction) -> bool:
        """Whether it names or answers the request, or begins of itself to speak of one, or of a fee."""
        query, mail = self.facts.query, self.heard.reading.mail
        if case.number in {*query.numbers, *query.tokens, *query.threads, *query.quoted} or self.heard.names:
            return True
        fee, text = self.heard.telling.words.get(Kind.FEE_QUESTION), self.heard.text
        of_it = bool(_ONE.search(text)) or (fee is not None and fee.search(text) is not None)
        return of_it and not (mail.quoted_text.strip() or is_of_another(mail.subject))

    def _clauses(self, own: Collection[Transaction]) -> list[str]:
        """The clauses of the writer's words, without numbers and titles of own requests."""
        names = [*(folded(case.title) for case in own if case.title), *self.ways]
        text = without(self.heard.reading.mail.reply_text, names)
        for case in own:
            text = text.replace(case.number.lower(), MASK)
        return [c for c in CLAUSE.split(text) if WORD.search(c) and not signs(c, self.heard.writers, self.heard.houses)]

    def _says_more(self, clause: str) -> bool:
        """Whether a clause says more than that the fee is accepted, which one is meant, and to get it."""
        danger = self.heard.telling.danger
        if danger.agrees is None or danger.orders is None:
            return True
        if danger.is_idle(clause.strip()):
            return False
        left = danger.orders.sub(" ", SUM.sub(" ", danger.agrees.sub(" ", clause.strip())).strip()).strip()
        return bool(WORD.search(left)) and not danger.is_idle(left)

    @cached_property
    def _only_agrees(self) -> bool:
        """Whether it is a bare yes to a letter about a fee: such mails are held for what they answer, not for what they
        say.
        """
        telling, mail = self.heard.telling, self.heard.reading.mail
        danger, fee, quoted = telling.danger, telling.words.get(Kind.FEE_QUESTION), answered(mail.quoted_text)
        if danger.agrees is None or fee is None or not (fee.search(folded(mail.subject)) or fee.search(quoted)):
            return False
        query = self.facts.query
        standing = self.facts.standing
        if not (query.numbers or query.tokens or query.threads or query.quoted) or (standing and not standing.named):
            return False  # a yes to somebody else's letter, or to one that only an unsigned field names
        said = [danger.agrees.sub(" ", SUM.sub(" ", clause)) for clause in CLAUSE.split(folded(mail.reply_text))]
        return not any(WORD.search(left) and not danger.is_idle(left.strip()) for left in said)

    @property
    def _is_awaited(self) -> bool:
        """Whether a bare sign may answer a letter of ours: a thumb the fee, a book the reminder."""
        ids = {patron.patron_id for patron in self.facts.authors}
        return any(has_fee(t) or is_out(t) for t in self.facts.requests if t.patron_id in ids)


def wishing(reading: Reading, facts: Facts, policy: Policy) -> Wishing:
    """What a handler asks whether the mail has its wish."""
    return Wishing(heard=hear(reading, facts, policy.of(Telling)), facts=facts)


def has_fee(case: Transaction) -> bool:
    """Whether a fee was told, and nothing is paid: a consent can be to it."""
    return case.state is State.CONDITIONAL or (case.state in OPEN and case.payment_state in ASKED_FOR)


def is_out(case: Transaction) -> bool:
    """Whether it is a loan that its reader has."""
    return case.service is Service.LOAN and case.state in OUT

"""What a person wrote beside the matters that were read: danger, clauses that ask for more, the second reader. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import islice

from maild.domain.incoming.matter import Source
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import WAYS, WISHES, said
from maild.domain.learning.control import NEVER
from maild.domain.subject import is_of_another
from maild.match.pieces import CLAUSE, MASK, folded, titles_of, without
from maild.office import SAY as COMMON
from maild.office.answers import SAY
from maild.office.answers.danger import Then
from maild.office.answers.telling_policy import GUESSES, Telling
from maild.spine.facts import Facts

SENTENCE = re.compile(r"[。;?!；？！\n]|\.(?=\s|$)")
MOST_SENTENCES = 12
# A plain question within a long letter: its sentence counts by itself. For other kinds sentences were wrong too often.
BY_SENTENCE = frozenset({Kind.STATUS_QUERY, Kind.PICKUP_QUESTION})
SPEECH = re.compile(r"[‘“「『][^‘’“”「」『』\n]{1,60}[’”」』]")
WORD = re.compile(r"\w")
AGAIN = re.compile(r"([\u4e00-\u9fff]{1,4}?)\1+")  # what is said twice for warmth: '好的好的', '谢谢谢谢'
SUM = re.compile(r"(?:¥|￥|rmb|cny|人民币)? ?\d{1,6}(?:\.\d{1,2})? ?(?:元|块钱?|yuan|rmb|cny)?", re.IGNORECASE)
CONSENT = "consent"  # a field of the rules, and a kind of its own to the second reader
# Below a letter, after the name or alone: '顿首', the day.
_DAY = r"[\d十廿卅一二三四五六七八九初 年月日号]*"
CLOSING = re.compile(rf"再拜|顿首|敬[上启呈]|[拜谨叩]上|谨[启呈]|鞠躬|^上$|^{_DAY}[年月日号]{_DAY}$")
# Beside the name of who writes: what he is.
_OFFICES = re.compile(
    r"(?:副|助理)?(?:教授|研究员)|讲师|博士|硕士|律师|主任|经理|处长|院长|工程师|编辑|医[师生]|护士|老师|学生|同学"
)
_ENDS = (" ", "\n", ".", "。", "!", "~", ";", ",")  # what stands between a letter and a name in its last line
AROUND = "("  # begins what is no words of the writer's: a file, a forwarded mail, hidden text
MOST_QUOTED = 4000  # characters of quoted history: the mail that is answered comes first
MOST_THANKS = 400  # characters of a mail of thanks: a longer one tells more
# Their answer shows what is asked about, however it is asked; any other fits only the question it was written for.
SHOWN_WHOLE = frozenset({Kind.STATUS_QUERY, Kind.NOT_RECEIVED})
FOUND_RULE = "96-patron-found"  # found in the spam folder, not elsewhere
FOUND = frozenset({Kind.CANCEL_REQUEST, Kind.NOT_RECEIVED})
UNSAID = frozenset({Kind.PATRON_OTHER, Kind.THANKS})  # beside a matter they ask nothing


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the writer wrote, folded, without numbers and titles of the writer's requests: they are names.

    text     subject (of a mail that answers none of ours) and new text
    rest     the clauses that nobody understood, as written and as folded
    titles   of the writer's requests, folded: the learned models read the mail without them
    guessed  kinds that the rules only guess by single words
    known    its author is a patron
    writers  names of its author, folded; houses: where he is
    """

    text: str
    rest: tuple[tuple[str, str], ...]
    reading: Reading
    telling: Telling
    titles: tuple[str, ...] = ()
    guessed: frozenset[Kind] = frozenset()
    known: bool = False
    writers: frozenset[str] = frozenset()
    houses: frozenset[str] = frozenset()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self.reading.classification.kinds

    @property
    def unsigned_clauses(self) -> tuple[str, ...]:
        """The clauses of the writer's words, folded, without own name and day: these thank for nothing, nor do they say
        anything else. Titles are names, as the learned models read them.
        """
        text = without(self.reading.mail.reply_text, self.titles)
        said = (clause for clause in CLAUSE.split(text) if clause.strip())
        return tuple(clause for clause in said if not signs(clause, self.writers, self.houses))

    @property
    def names(self) -> bool:
        """Whether a request of the writer's is named, by number or title."""
        return MASK in self.text

    @cached_property
    def opinion(self) -> Opinion | None:
        """What the second reader thinks; None where there is none, or nobody listens to it."""
        second = self.telling.second
        return second(*self._words) if second is not None else None

    @cached_property
    def calm(self) -> bool:
        """Whether it looks like the mails that colleagues let go; False where nobody can say."""
        return self._agrees_calmly < NEVER and self.need <= self.telling.calm

    @cached_property
    def need(self) -> float:
        """How probable it is that a person has to read it first; 1.0 where nobody can say."""
        listen = self.telling.letting
        return listen().need(*self._words) if listen is not None else 1.0

    @cached_property
    def _words(self) -> tuple[str, str]:
        """Subject and new text as the learned models read them, and are trained: titles are names."""
        mail = self.reading.mail
        return without(mail.subject, self.titles), without(mail.reply_text, self.titles)

    @cached_property
    def _agrees_calmly(self) -> float:
        """How likely the second reader has to find a kind that a rule read, in such a mail."""
        listen = self.telling.letting
        return listen().agrees(self.opinion.version) if listen is not None and self.opinion is not None else NEVER

    def confidence(self, kind: Kind) -> tuple[float, Source]:
        """That the mail carries the kind, and who says so: rules and second reader are independent voices."""
        read = kind in self.kinds and kind not in self.guessed
        sure = self.opinion.probability(kind) if self.opinion is not None else 0.0
        if read or kind in self.guessed:
            guess = self.telling.named_guess if self.names and kind is Kind.STATUS_QUERY else self.telling.guess
            enough = self.telling.agrees if read else max(guess, self.telling.agrees)
            if sure < enough and kind not in WISHES and self._is_likeliest(kind) and self.calm:
                enough = min(enough, self._agrees_calmly)
            if read and sure < enough and kind in BY_SENTENCE:
                sure = self.in_a_sentence(kind)
            return (sure, Source.BOTH) if sure >= enough else (0.0, Source.RULES)
        return (sure, Source.LEARNED) if sure >= max(self.telling.alone, self.telling.agrees) else (0.0, Source.RULES)

    def _is_likeliest(self, kind: Kind) -> bool:
        """Whether the second reader finds nothing likelier."""
        return self.opinion is not None and self.opinion.kind == kind

    def in_a_sentence(self, kind: Kind) -> float:
        """How probable the second reader finds the kind in the sentence that speaks most of it."""
        return max((one.probability(kind) for one in self.sentences), default=0.0)

    @property
    def sentences(self) -> tuple[Opinion, ...]:
        """What the second reader thinks of each sentence; of a long letter the first MOST_SENTENCES."""
        return tuple(found for _, found in self.by_sentence)

    @cached_property
    def by_sentence(self) -> tuple[tuple[str, Opinion], ...]:
        """The same, with each sentence as it is written."""
        own = SPEECH.sub(MASK, self.reading.mail.reply_text)  # what another asks in it, the writer does not
        said = islice(filter(WORD.search, SENTENCE.split(own)), MOST_SENTENCES)
        second = self.telling.second
        if second is None:
            return ()
        heard = ((one, second("", without(one, self.titles))) for one in said)
        return tuple((one, found) for one, found in heard if found is not None)

    def unread(self, matters: Collection[Kind]) -> str:
        """The likeliest kind beside these that the second reader finds; ''."""
        silent: set[str] = {*matters, *UNSAID, *(SHOWN_WHOLE if SHOWN_WHOLE & {*matters} else ())}
        silent |= {CONSENT} if said(self.reading, CONSENT) else set()
        silent |= {Kind.FEE_QUESTION} if said(self.reading, WAYS) else set()  # how it is paid, beside a consent
        return self._likely(self.telling.doubts, silent)

    def _likely(self, least: float, silent: Collection[str]) -> str:
        """The likeliest kind that the second reader finds at least so likely, but for these; ''."""
        found = self.opinion.kinds if self.opinion is not None else ()
        return next((kind for kind, sure in found if sure >= least and kind not in silent), "")

    def outweighs(self, kind: str, matters: Collection[Kind]) -> bool:
        """Whether the second reader finds that kind likelier than all of these."""
        found = self.opinion
        return found is not None and all(found.probability(kind) > found.probability(each) for each in matters)

    def danger(self, then: Then, *, guide: bool = False) -> str:
        """The first sign from which that follows, in words for staff; ''. guide: only the guide would be told."""
        return self.telling.danger.of(self.text, self.kinds, then, lambda: self.known and self.calm, guide=guide)

    def strange(self) -> str:
        """The first sign for which a person answers who is no known patron, in words for staff; ''."""
        return self.telling.danger.strange(self.text, self.kinds)

    def beyond(self, kinds: Collection[Kind]) -> str:
        """The likeliest kind that the second reader finds beside these, patron_other among them; ''."""
        return self._likely(self.telling.doubts, {*kinds} - {Kind.PATRON_OTHER})

    def against(self, matters: Collection[Kind]) -> str:
        """Why the mail may be more than these matters: a sign of danger, a clause or a kind that asks for more; ''."""
        if danger := self.danger(Then.HOLD) or self.danger(Then.BEND) or self.danger(Then.READ):
            return danger
        if left := self.left(matters):
            return COMMON("not_understood", text=" / ".join(left)[:200])
        return SAY("may_be_kind", kind=other) if (other := self.unread(matters)) else ""

    def surely_more(self, matters: Collection[Kind]) -> str:
        """Another kind of which the second reader is as sure as of a guess, in words for staff; ''."""
        asks = self.telling.danger.questions
        if asks is not None and (hit := asks.search(self.text)):
            return SAY("asks", text=hit.group())
        other = self._likely(self.telling.guess, {*matters, *UNSAID, *self._found}) if WORD.search(self.text) else ""
        return SAY("may_be_kind", kind=other) if other else ""

    def more_than_thanks(self) -> str:
        """Why a mail of thanks may be more than that, in words for staff; ''. A clause that no rule understood has to
        be thanks by itself: 'received. Pages 4 to 9 are blank' asks nothing in words.
        """
        signs = (self.telling.danger.of(self.text, {*self.kinds, Kind.THANKS}, then) for then in Then)
        if danger := next(filter(None, signs), ""):
            return danger
        if len(self.text) > MOST_THANKS:
            return SAY("long")
        if other := self._likely(self.telling.beside, UNSAID | self._found):
            return SAY("may_be_kind", kind=other)
        return next(
            (COMMON("not_understood", text=said) for said, clause in self.rest if not self._is_thanks(said, clause)), ""
        )

    @property
    def _found(self) -> frozenset[Kind]:
        """Who found what had been sent misses nothing and drops nothing, though the words are alike."""
        found = any(ruling.rule == FOUND_RULE for ruling in self.reading.classification.rulings)
        return FOUND if found else frozenset()

    def is_all_thanks(self) -> bool:
        """Whether the second reader finds thanks, and nothing likelier, where no rule reads anything."""
        return self.opinion is not None and self.opinion.kind == Kind.THANKS

    def _is_thanks(self, said: str, clause: str) -> bool:
        mail, listen = self.reading.mail, self.telling.thanks
        if said.startswith(AROUND) or f"{clause}?" in self.text or listen is None or self.opinion is None:
            return False
        if self.in_thread:
            if said == mail.subject:
                return True  # whose words these are, and they are not what is written now
            if self.telling.danger.agrees_in(clause) and self.telling.danger.awaits_in(answered(mail.quoted_text)):
                return False  # 'ok, thanks' may accept what was asked
        told = self.asks(clause) or self.telling.danger.is_of_a_thing(clause)
        least = self.telling.surely if told else self.telling.grateful
        once = AGAIN.sub(r"\1", clause)
        return self.telling.danger.is_idle(once) or listen(once) >= least

    def bends(self, matters: Collection[Kind]) -> str:
        """Why a wish may not be meant as it is read: a sign of danger, a condition, another kind; ''. Whatever else the
        mail asks, the person reads who passes the wish on.
        """
        strict = (self.telling.danger.of(self.text, self.kinds, then) for then in (Then.HOLD, Then.BEND))
        if danger := next(filter(None, strict), ""):
            return danger
        other = self.unread(matters)
        return SAY("may_be_kind", kind=other) if other and self.outweighs(other, matters) else ""

    @property
    def in_thread(self) -> bool:
        """Whether it answers another mail, by its headers, its subject or what it quotes."""
        mail = self.reading.mail
        return bool(mail.in_reply_to or mail.references or mail.quoted_text) or is_of_another(mail.subject)

    @property
    def is_thankful(self) -> bool:
        """Whether rules or second reader find thanks before all else."""
        return Kind.THANKS in self.kinds[:1] or self.is_all_thanks()

    @property
    def only_thanks(self) -> bool:
        """Whether the second reader finds thanks before all else, and no word asks for anything."""
        return self.is_all_thanks() and "?" not in self.text and not self.telling.danger.question_in(self.text)

    @property
    def is_reply(self) -> bool:
        """Whether it may be the word that the mail which it quotes waits for."""
        mail = self.reading.mail
        return self.telling.danger.replies_in(folded(mail.reply_text), answered(mail.quoted_text))

    def speaks_of(self, kind: Kind) -> bool:
        """Whether a clause is about the kind and about no other that was read: it is no by-word of another matter."""
        if kind is self.kinds[0] or kind in SHOWN_WHOLE.intersection(self.kinds[:1]):
            return True
        own = self.telling.words.get(kind)
        others = [self.telling.words[k] for k in self.kinds if k is not kind and k in self.telling.words]
        clauses = (c for c in CLAUSE.split(self.text) if own is not None and own.search(c))
        return any(not any(other.search(clause) for other in others) for clause in clauses)

    def left(self, matters: Collection[Kind]) -> tuple[str, ...]:
        """Of the clauses that nobody understood those that ask or wish something beside these matters."""
        return tuple(said for said, clause in self.rest if self._asks_more(clause, matters))

    def is_loose(self, matters: Collection[Kind]) -> bool:
        """Whether words are left over that nobody understood: they may bend a question, correct a request, or say that
        it is needed no more. It is told all the same, and a person reads the mail.
        """
        return bool(self.rest)

    def asks(self, clause: str) -> bool:
        """The mark of a question stands behind its clause."""
        return f"{clause}?" in self.text or self.telling.danger.asks_in(clause)

    def _asks_more(self, clause: str, matters: Collection[Kind]) -> bool:
        if not self.asks(clause):
            return False
        about = {kind for kind, pattern in self.telling.words.items() if pattern.search(clause)}
        return not about or not about <= set(matters)


def answered(quoted: str) -> str:
    """The latest of what a mail quotes, folded: the mail that it answers."""
    return folded(quoted[:MOST_QUOTED])


def clauses(reading: Reading) -> Iterator[str]:
    """Of the writer's words, folded; the subject of a reply is not among them."""
    mail = reading.mail
    text = mail.reply_text if mail.in_reply_to else f"{mail.subject}\n{mail.reply_text}"
    return (clause for clause in CLAUSE.split(folded(text)) if clause.strip())


def signs(said: str, names: Collection[str], houses: Collection[str] = ()) -> bool:
    """Whether that is nothing but how a letter closes, or a name of the writer's: the given one, the family's (戚), one
    of several, or all with an office or a house beside it.
    """
    left = CLOSING.sub("", said).strip()
    if any(len(name) > 1 and left.startswith(name) for name in names):
        rest = reduce(
            lambda text, name: text.replace(name, " "), sorted((*names, *houses), key=len, reverse=True), left
        )
        return not WORD.search(_OFFICES.sub(" ", rest))
    given = any(len(left) > 1 and name.endswith(left) for name in names)
    family = len(left) == 1 and not left.isascii() and any(name.startswith(left) for name in names)
    return not left or left in houses or given or family or any(set(left.split()) <= set(n.split()) for n in names)


def _unsigned(text: str, names: Collection[str], houses: Collection[str]) -> str:
    """The text without its writer's name below it: 邝若蘅 makes no condition (若), 江别鹤 denies nothing (别)."""
    for name in names:
        left = text.rstrip().removesuffix(name)
        text = left if left.endswith(_ENDS) else text
    lines = text.split("\n")
    return "\n".join("" if signs(line, names, houses) else line for line in lines)


def hear(reading: Reading, facts: Facts, telling: Telling) -> Heard:
    """Read a mail once more for what it may say beside its matters."""
    mail, rulings = reading.mail, reading.classification.rulings
    titles = titles_of(facts.requests)
    names = sorted({*titles, *(t.number.lower() for t in facts.requests)}, key=len, reverse=True)
    heading = f"{mail.subject};" if mail.subject.strip() else ""  # no sign runs over both
    own = mail.reply_text if mail.in_reply_to else f"{heading}\n{mail.reply_text}"
    own_names = frozenset(folded(patron.name) for patron in facts.authors)  # below a letter they say nothing
    houses = frozenset(folded(patron.department) for patron in facts.authors if patron.department)
    rest = tuple(
        (clause, said)
        for clause in reading.classification.rest
        if WORD.search(said := without(clause, names)) and not signs(said, own_names, houses)
    )
    guessed = frozenset(r.kind for r in rulings if r.rule in GUESSES)
    known = bool(facts.authors)
    return Heard(
        text=_unsigned(without(own, names), own_names, houses),
        rest=rest,
        reading=reading,
        telling=telling,
        titles=titles,
        guessed=guessed,
        known=known,
        writers=own_names,
        houses=houses,
    )

"""Learning from the office's own decided history: gather labels, train, back-test, adopt, silence.

Nothing is adopted by itself: what speaks changes only by a person's act, and drift may only silence it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zlib import crc32

from maild.classify.learned import second
from maild.classify.learned.agreement import kinds_read, thresholds
from maild.classify.learned.levels import load_levels
from maild.domain.desk.access import Role
from maild.domain.errors import ConfigError, NotFound, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party
from maild.domain.learning.control import fewest
from maild.domain.learning.learned import SHIPPED, SHIPPED_NAME, InForce, Model, Record, Use, in_force
from maild.domain.records.journal import JournalEntry, MailRecord, ReviewState
from maild.linear.weights import pack, unpack
from maild.match.pieces import titles_of, without
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, act
from maild.office.acting.drafts import line
from maild.office.acting.result import ActResult, Apart
from maild.office.answers.questions import AnswerPolicy
from maild.office.learning import SAY
from maild.office.learning.agreement_record import record_of
from maild.office.learning.labels import LABEL, StaffLabel, label_of
from maild.spine.poison import Trouble, guard
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.linear.training import Example
    from maild.store.uow import UnitOfWork

MOST_MAILS = 5000  # labelled ones, the newest; training holds the square of that in memory
MAILS_OF_AUTHOR = 5  # the newest of each author: who writes a hundred weighs as much as who writes five
FEWEST = 60  # labelled mails; below that nothing is learned
FEWEST_AUTHORS = 12
BACKTEST_DAYS = 90
FOLDS = 5
SHOWN = 40  # rows of a back-test that are kept
# Whose mail it was, was not sure: nothing is learned from it.
UNPROVEN = frozenset({Cause.UNKNOWN_SENDER, Cause.UNAUTHENTICATED, Cause.SENDER_MISFIT})
MOST_TITLES = 50  # of one author: the newest requests
CONTRADICTS = 0.66  # from here on a first kind other than staff's is told as a contradiction


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A mail of a known patron that staff decided: what they say it is, what the rules read, and its new words."""

    mail: MailRecord
    author: str
    label: StaffLabel
    read: tuple[str, ...]
    subject: str
    text: str

    @property
    def right(self) -> frozenset[str]:
        return self.label.kinds | self.label.maybe

    def example(self) -> Example:
        """As it is learned from. The fold is the author's, so that no author is on both sides."""
        from maild.linear.training import Example

        fold = str(crc32(self.author.encode()) % FOLDS)
        return Example(
            subject=self.subject,
            text=self.text,
            kinds=self.label.kinds,
            maybe=self.label.maybe,
            author=self.author,
            group=fold,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What learning made. report: as it is kept with the weights and shown."""

    version: str
    report: Mapping[str, object]


_READER = "/rules/second/reader"
Why = Annotated[str, Given(help="Why; kept in the history.", most=2000)]


class Learner:
    """Raises NotFound, Permanent (not possible, with the reason), Temporary as the store does."""

    def __init__(self, parts: Parts, rules_folder: str) -> None:
        self._parts, self._folder = parts, rules_folder

    def learn(self, *, actor: str) -> Learned:
        """Train on what staff decided, back-test on the last 90 days, keep the weights. They do not speak by that."""
        from maild.linear.training import adapt

        now = self._parts.clock.now()
        decided = capped(self._decided())
        _enough(decided)
        levels = load_levels(self._folder)
        examples = [one.example() for one in decided]
        trained = adapt(second.shipped(), examples)
        read = [one.read for one in decided]
        found_on = thresholds(examples, read, trained.held_out, trained.weights.kinds, levels)
        about = {"mails": len(decided), "thresholds": {risk: asdict(found) for risk, found in found_on.items()}}
        weights = replace(trained.weights, about=about)
        report = {
            "mails": len(decided),
            "authors": len({one.author for one in decided}),
            "kinds": dict(Counter(kind for one in decided for kind in sorted(one.label.kinds)).most_common()),
            "thresholds": {risk: asdict(found) | {"words": found.words()} for risk, found in found_on.items()},
            "lacking": {
                risk: need for risk, level in levels.items() if (need := fewest(level) - sum(map(len, read))) > 0
            },
            "backtest": self._backtest(decided, now - timedelta(days=BACKTEST_DAYS)),
        }
        with self._parts.store.begin() as uow:
            uow.learned.add(weights.version, pack(weights), report, actor=actor, at=now)
        return Learned(version=weights.version, report=report)

    @act("second.adopt", f"{_READER}/adopt", role=Role.ADMINISTRATOR, command="learn adopt")
    def adopt(
        self,
        version: Annotated[
            str,
            Given(help="A version, or 'shipped': the one of maild itself.", most=40, word=True, needed=True),
        ] = SHIPPED,
        *,
        actor: str,
        note: Why = "",
    ) -> ActResult:
        """Let a version of the second reader speak from now on.

        An earlier one is restored the same way. Raises NotFound.
        """
        version = SHIPPED if version == SHIPPED_NAME else version
        with self._parts.store.begin() as uow:
            if version != SHIPPED and uow.learned.get(version) is None:
                raise NotFound(SAY("no_version", version=version), remedy="maild learn list")
            uow.learned.use(Use.ADOPTED, version, actor=actor, at=self._parts.clock.now(), note=note)
        return Apart(done=SAY("adopted", version=version or SAY("shipped_weights")))

    @act("second.silence", f"{_READER}/silence", command="learn silence")
    def silence(self, *, actor: str, note: Annotated[Why, Given(help="Why.", least=1)]) -> ActResult:
        """Do not listen to the second reader, with the reason.

        What needs its agreement waits for a person until one arms it again. Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(SAY("silencing_needs_reason"), remedy=COMMON("say_why"))
        self._use(Use.SILENCED, actor, note)
        return ActResult(done=SAY("reader_silent"))

    @act("second.arm", f"{_READER}/arm", role=Role.ADMINISTRATOR, command="learn arm")
    def arm(self, *, actor: str, note: Why = "") -> ActResult:
        """Listen to the second reader again.

        It was silenced by staff, or by drift.
        """
        self._use(Use.ARMED, actor, note)
        return ActResult(done=SAY("reader_listened_to"))

    def _use(self, what: Use, actor: str, note: str) -> None:
        with self._parts.store.begin() as uow:
            version = in_force(uow.learned.last()).version
            uow.learned.use(what, version, actor=actor, at=self._parts.clock.now(), note=note)

    @act("learn.label")
    def label(
        self,
        item_id: Annotated[int, Given(help="Number of a queue item.", name="item", word=True)],
        kinds: Annotated[
            tuple[str, ...], Given(help="What its mail is, the most important first.", option="kind…", word=True)
        ],
        *,
        actor: str,
    ) -> ActResult:
        """Say what an item's mail is, so that it is learned.

        Raises NotFound where the item or the kind is unknown.
        """
        known = second.shipped().kinds
        unknown = [kind for kind in kinds if kind not in known]
        if unknown or not kinds:
            raise NotFound(
                SAY("no_kind", kind=repr(unknown[0])) if unknown else SAY("kind_not_given"),
                remedy=COMMON("one_of", names=", ".join(known)),
            )
        with self._parts.store.begin() as uow:
            item = uow.reviews.get(item_id)
            if item is None or item.mail_id is None:
                raise NotFound(SAY("no_item_with_mail", item=item_id), remedy="maild queue list --all")
            entry = JournalEntry(what=LABEL, at=self._parts.clock.now(), actor=actor, after=" ".join(kinds))
            uow.journal.add([line(item, entry)])
        return Apart(done=SAY("labelled", item=item_id, kinds=", ".join(kinds)))

    def labelled(self) -> list[tuple[MailRecord, StaffLabel]]:
        """The mails of known patrons that staff decided, with what they say each is; the newest first."""
        return [(mail, label) for mail, _, label in self._labelled().values()]

    def known(self) -> tuple[InForce, list[Model]]:
        """What speaks, and all that was learned here."""
        with self._parts.store.read() as uow:
            return in_force(uow.learned.last()), uow.learned.models()

    def record(self) -> Record:
        """How its agreement fared since the weights in force were adopted."""
        with self._parts.store.read() as uow:
            return record_of(
                uow, in_force(uow.learned.last()), self._parts.clock.now(), self._parts.policy.of(AnswerPolicy)
            )

    # --- inside -----------------------------------------------------------------------------------------

    def _decided(self) -> list[Decided]:
        """Labelled mails of patrons, the newest first."""
        labelled = self._labelled().values()
        titles = self._titles({author for _, author, _ in labelled})
        with ThreadPoolExecutor(max(1, self._parts.threads), thread_name_prefix="learn") as pool:
            read = pool.map(lambda one: self._read(one, titles[one[1]]), labelled)
            return [one for one in read if one is not None]

    def _titles(self, authors: set[str]) -> dict[str, tuple[str, ...]]:
        """Of each author's requests: they are masked where weights are learned, as they are where they are asked."""
        with self._parts.store.read() as uow:
            return {one: titles_of(uow.transactions.of_patrons([one], limit=MOST_TITLES)) for one in sorted(authors)}

    def _labelled(self) -> dict[int, tuple[MailRecord, str, StaffLabel]]:
        """Mail, author and label by the mail's number, of known authors' mails that staff decided; the newest first."""
        parts = self._parts
        found: dict[int, tuple[MailRecord, str, StaffLabel]] = {}
        with parts.store.read() as uow:
            items = uow.reviews.find(state=ReviewState.ASSIGNED, limit=4 * MOST_MAILS)
            items += uow.reviews.find(state=ReviewState.DISMISSED, limit=MOST_MAILS)
            for item in sorted(items, key=lambda one: -one.id):
                if item.mail_id is None or item.key or item.mail_id in found or item.cause in UNPROVEN:
                    continue
                author, label = author_of(uow, item.sender), label_of(uow, item, parts.policy.of(AnswerPolicy))
                if author and label and len(found) < MOST_MAILS:
                    found[item.mail_id] = (uow.mails.get(item.mail_id), author, label)
        return found

    def _read(self, known: tuple[MailRecord, str, StaffLabel], titles: tuple[str, ...]) -> Decided | None:
        """The mail read again, in confinement; None where it is gone, broken, or no patron's."""
        mail, author, label = known
        reading = guard(lambda: self._parts.reader.read(self._parts.blobs.get(mail.sha256), {}), but=ConfigError)
        if isinstance(reading, Trouble) or reading.classification.main.party is not Party.PATRON:
            return None
        subject, text = (without(words, titles) for words in words_of(reading))
        read = kinds_read(reading.classification.rulings)
        return Decided(mail=mail, author=author, label=label, read=read, subject=subject, text=text)

    def _backtest(self, decided: Sequence[Decided], since: datetime) -> dict[str, object]:
        """What weights of before then would have said of the mails since, against what speaks now."""
        from maild.linear.training import adapt

        before = [one for one in decided if _at(one) < since]
        after = [one for one in decided if _at(one) >= since]
        if len(before) < FEWEST or len({one.example().group for one in before}) < 2 or not after:
            why = SAY("too_few_in_time", before=len(before), days=BACKTEST_DAYS, after=len(after))
            return {"mails": 0, "why": SAY("no_back_test", why=why)}
        with self._parts.store.read() as uow:
            content = uow.learned.weights(in_force(uow.learned.last()).version)
        now = second.shipped() if content is None else unpack(content)
        then = adapt(second.shipped(), [one.example() for one in before]).weights
        rows = [compare(one, now.opinion(one.subject, one.text), then.opinion(one.subject, one.text)) for one in after]
        counts = Counter(str(row["finding"]) for row in rows)
        right = {name: sum(bool(row[f"{name}_right"]) for row in rows) for name in ("before", "after")}
        shown = [row for row in rows if row["finding"] != "same"]
        return {"mails": len(rows), **right, **{name: counts[name] for name in FINDINGS}, "rows": shown[:SHOWN]}


FINDINGS = ("gained", "changed", "contradicting", "same")


def compare(one: Decided, before: Opinion, after: Opinion) -> dict[str, object]:
    """A mail's row of a back-test.

    gained         the old first kind was not what staff say, the new one is
    contradicting  the new one is sure of a kind that staff say it is not
    changed        another first kind, neither of both
    """
    right, wrong = after.kind in one.right, before.kind not in one.right
    finding = "same"
    if not right and after.sure >= CONTRADICTS:
        finding = "contradicting"
    elif right and wrong:
        finding = "gained"
    elif before.kind != after.kind:
        finding = "changed"
    return {
        "finding": finding,
        "mail_id": one.mail.id,
        "staff": sorted(one.label.kinds),
        "by": one.label.by,
        "before": before.kind,
        "after": after.kind,
        "sure": after.sure,
        "words": list(after.words),
        "before_right": not wrong,
        "after_right": right,
    }


def author_of(uow: UnitOfWork, address: str) -> str:
    """The one patron who has the address: several addresses of one are one author. '' for strangers."""
    owners = uow.patrons.by_email([address])
    return owners[0].patron_id if len(owners) == 1 else ""


def words_of(reading: Reading) -> tuple[str, str]:
    """Subject and new text as the second reader takes them: the subject of a reply is not the writer's word."""
    mail = reading.mail
    return "" if mail.in_reply_to else mail.subject, mail.reply_text


def capped(decided: Iterable[Decided]) -> list[Decided]:
    """The newest few of each author, so that nobody can move what is learned, or a threshold, by writing much."""
    seen: Counter[str] = Counter()
    kept = []
    for one in decided:
        seen[one.author] += 1
        if seen[one.author] <= MAILS_OF_AUTHOR:
            kept.append(one)
    return kept


def _enough(decided: Sequence[Decided]) -> None:
    authors = len({one.author for one in decided})
    if len(decided) < FEWEST or authors < FEWEST_AUTHORS:
        raise Permanent(
            SAY("decided_so_far", mails=len(decided), writers=authors),
            remedy=SAY("at_least", mails=FEWEST, writers=FEWEST_AUTHORS),
        )


def _at(one: Decided) -> datetime:
    moment = one.mail.received or one.mail.stored
    assert moment is not None
    return moment

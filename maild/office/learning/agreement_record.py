"""How the second reader's agreement fares where something went out on it; and the watch that silences it.

Each time its agreement counts, a line of history says so. What staff later say of the same mail (labels)
is the judge. Once more is wrong than was promised, beyond chance, nobody listens to it any more until a person arms it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.classify.learned import second
from maild.config import Staff
from maild.domain.desk.listing import JournalFilter
from maild.domain.incoming.decision import Cause
from maild.domain.learning.control import Threshold
from maild.domain.learning.learned import InForce, Record, Use, in_force
from maild.domain.outgoing.notice import Alert
from maild.domain.records.journal import ReviewItem
from maild.office.answers.questions import AnswerPolicy
from maild.office.answers.second_reader import weights_in_force
from maild.office.learning import SAY
from maild.office.learning.agreed import AGREED
from maild.office.learning.labels import judged
from maild.office.notices.announce_staff import alert
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

WATCHED = timedelta(days=90)
MOST = 5000  # lines that are looked through, the newest
RISK = "facts"  # of the acts that go by agreement


def record_of(uow: UnitOfWork, now: InForce, at: datetime, answers: AnswerPolicy) -> Record:
    """Of the last 90 days, since the last decision about the reader: mails answered on it, and those that were wrong.

    Wrong is what staff say is another kind; a mail that nobody looked at again counts as right.
    """
    start = max(at - WATCHED, now.since) if now.since else at - WATCHED
    lines = uow.listings.journal.page(JournalFilter(what=AGREED, start=start), limit=MOST).items
    said = {line.mail_id: frozenset(line.after.split()) for line in lines if line.mail_id is not None}
    labels = judged(uow, list(said), answers)
    wrong = [mail_id for mail_id, label in labels.items() if not said[mail_id] & (label.kinds | label.maybe)]
    return Record(mails=len(said), corrected=len(wrong))


class AgreementWatch:
    """A part of the hourly upkeep."""

    def __init__(self, store: Store, clock: Clock, answers: AnswerPolicy, staff: Staff) -> None:
        self._store, self._clock, self._answers, self._staff = store, clock, answers, staff

    def run_once(self) -> int:
        """Silence the reader where it has drifted, and tell staff; returns how many items are new."""
        at = self._clock.now()
        with self._store.read() as uow:
            now = in_force(uow.learned.last())
            record = record_of(uow, now, at, self._answers)
        if now.silent or not record.corrected or not record.drifted(self._promised()):
            return 0
        with self._store.begin() as uow:
            if in_force(uow.learned.last()) != now:
                return 0  # a person has decided meanwhile
            why = SAY("wrong_of", wrong=record.corrected, mails=record.mails)
            uow.learned.use(Use.SILENCED, now.version, actor="maild", at=at, note=why)
            self._tell(uow, why, at)
        return 1

    def _promised(self) -> Threshold | None:
        weights = weights_in_force(self._store) or second.shipped()
        return weights.thresholds.get(RISK)

    def _tell(self, uow: UnitOfWork, why: str, at: datetime) -> None:
        last = uow.learned.last()
        key = f"second:{last.id if last else 0}"
        reasons = (SAY("wrong_too_often"), why, SAY("listen_again"))
        uow.reviews.add(
            ReviewItem(
                id=0,
                mail_id=None,
                cause=Cause.DRIFT,
                kind="drift",
                key=key,
                subject=SAY("second_reader"),
                reasons=reasons,
            ),
            at,
        )
        zh = self._staff.language.startswith("zh")
        lines = (
            (f"按其判断答复的邮件，馆员更正过多：{why}", "恢复或换用其他版本：maild learn arm；maild learn adopt 版本")
            if zh
            else (why, SAY("listen_again"))
        )
        uow.outbox.add(alert(self._staff, Alert.SECOND, lines, subject=key), at)

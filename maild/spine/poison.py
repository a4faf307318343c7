"""The one net under the stages: whatever a mail makes them raise is caught here, and the queue goes on."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from maild.domain.errors import BytesLost, MaildError, MalformedMail
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import MailRecord, ReviewItem
from maild.spine import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


T = TypeVar("T")
SURROUNDINGS_PAUSE = timedelta(seconds=15)
PATIENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What went wrong with one mail. `blame`: the mail is the likely cause, not the surroundings; `lost`: its bytes are
    gone, and trying again helps nothing.
    """

    what: str
    trace: str
    blame: bool
    lost: bool = False

    @property
    def whose(self) -> str:
        """In a word that tells nothing of the mail."""
        return "bytes lost" if self.lost else "the mail" if self.blame else "the surroundings"


def guard(work: Callable[[], T], *, but: type[MaildError] | tuple[()] = ()) -> T | Trouble:
    """Run a stage for one mail; anything it raises becomes a Trouble, `but` what is named.

    A command that goes through many mails names ConfigError: a reader that cannot start with the settings, or with the
    rules, reads none of them. The daemon names nothing: it keeps the mails, and goes on once that is mended.
    """
    try:
        return work()
    except but:
        raise
    except MalformedMail as error:
        return Trouble(what=str(error), trace=traceback.format_exc(), blame=True)
    except BytesLost as error:
        return Trouble(what=error.what, trace=traceback.format_exc(), blame=True, lost=True)
    except MaildError as error:
        # Raised on purpose by an adapter: the disk, the database, a worker that cannot start. A worker that was
        # stopped over this very mail says so.
        return Trouble(what=str(error), trace=traceback.format_exc(), blame=getattr(error, "mail_to_blame", False))
    except Exception as error:  # noqa: BLE001  the net: a mail that breaks a stage must not stop the others
        return Trouble(what=f"{type(error).__name__}: {error}", trace=traceback.format_exc(), blame=True)


def put_back(uow: UnitOfWork, mail: MailRecord, trouble: Trouble, max_tries: int, now: datetime) -> bool:
    """Try the mail again later, or shunt it after `max_tries`; True if it was shunted.

    Trouble that is not the mail's own (a locked database, a full disk) never counts as a try; only a mail that
    has met nothing else for PATIENCE stands before staff all the same.
    """
    attempts = mail.attempts + (1 if trouble.blame else 0)
    weary = mail.stored is not None and now - mail.stored > PATIENCE
    if attempts < max_tries and not trouble.lost and (trouble.blame or not weary):
        pause = timedelta(seconds=min(2.0**attempts, 60.0)) if trouble.blame else SURROUNDINGS_PAUSE
        uow.mails.release(mail.id, not_before=now + pause, error=trouble.trace, attempts=attempts)
        return False
    if not uow.mails.shunt(mail.id, error=trouble.trace, now=now):
        return False  # somebody else has settled it meanwhile
    said = trouble.what if trouble.lost else SAY("not_processed", tries=attempts, why=trouble.what)
    cause = Cause.BYTES_MISSING if trouble.lost else Cause.SHUNTED
    item = ReviewItem(id=0, mail_id=mail.id, cause=cause, sender=mail.sender, subject=mail.subject, reasons=(said,))
    uow.reviews.add(item, now)
    return True

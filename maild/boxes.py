"""Connections of one's own to an account's folders: beside those that the daemon watches, closed after use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from maild.config import Mailbox as MailboxSettings
from maild.domain.errors import NoFolder
from maild.mailbox import ImapMailbox, keyword
from maild.ports import Clock, FilingMode
from maild.ports.bearer import Bearer


class Boxes:
    """Opens folders of the mailboxes in the settings."""

    def __init__(self, mailboxes: Sequence[MailboxSettings], clock: Clock, bearer: Bearer | None = None) -> None:
        self._mailboxes, self._clock, self._bearer = mailboxes, clock, bearer

    @contextmanager
    def inbound(self, account: str = "", *, sent: bool = False) -> Iterator[list[ImapMailbox]]:
        """The folders that are read (with `sent` those of sent mail as well), of an account or of all."""
        with self._open([(m, f) for m in self._of(account) for f in (m.all_folders if sent else m.folders)]) as boxes:
            yield boxes

    @contextmanager
    def filed(self, account: str = "") -> Iterator[list[ImapMailbox]]:
        """The folders that settled mail is moved into, whether there are any yet or not."""
        with self._open([(m, folder) for m in self._of(account) for folder in filed(m)]) as boxes:
            yield boxes

    @contextmanager
    def folder(self, name: str) -> Iterator[ImapMailbox | None]:
        """A folder by its name ('account/folder'); None where the account is not set up any more."""
        account, _, folder = name.partition("/")
        with self._open([(m, folder) for m in self._of(account)][:1] if account else []) as boxes:
            yield boxes[0] if boxes else None

    def _of(self, account: str) -> list[MailboxSettings]:
        return [m for m in self._mailboxes if account in ("", m.name)]

    @contextmanager
    def _open(self, wanted: Sequence[tuple[MailboxSettings, str]]) -> Iterator[list[ImapMailbox]]:
        boxes = [ImapMailbox(settings, folder, self._clock, bearer=self._bearer) for settings, folder in wanted]
        try:
            yield boxes
        finally:
            for box in boxes:
                box.close()


def filed(mailbox: MailboxSettings) -> list[str]:
    """The folders that an account's settled mail is moved into."""
    return _targets(mailbox) if FilingMode(mailbox.filing) is FilingMode.MOVE else []


def marks(mailbox: MailboxSettings) -> frozenset[str]:
    """The keywords that an account's handled mail bears, in lower case."""
    names = _targets(mailbox) if FilingMode(mailbox.filing) is FilingMode.KEYWORD else []
    return frozenset(keyword(name).lower() for name in names)


def _targets(mailbox: MailboxSettings) -> list[str]:
    names = (mailbox.folder_settled, mailbox.folder_review, mailbox.folder_ignored)
    return [name for name in dict.fromkeys(names) if name]


def there(boxes: Iterable[ImapMailbox]) -> list[ImapMailbox]:
    """Those that there are: a folder is made when the first mail is moved into it. Raises as the server does."""
    found = []
    for box in boxes:
        with suppress(NoFolder):
            box.open()
            found.append(box)
    return found

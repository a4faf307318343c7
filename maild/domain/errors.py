"""Errors that say what, where, why, and what to do."""

from __future__ import annotations

import errno

from maild.domain.operation.trouble import TroubleCause


def sign_of_disk(error: BaseException) -> TroubleCause | None:
    """Of what an error of the file system is a sign, whatever work met it: of a full disk, or of nothing else."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return TroubleCause.DISK_FULL if full else None


class MaildError(Exception):
    """Base of every error maild raises on purpose.

    `what` is the fault in a sentence, `remedy` what the reader of the message can do about it. `trouble` is what it is
    a sign of, where that is not the work that met it: a full disk is one trouble, whoever runs into it.
    """

    def __init__(self, what: str, *, remedy: str = "", trouble: TroubleCause | None = None) -> None:
        super().__init__(what if not remedy else f"{what}\n  remedy: {remedy}")
        self.what = what
        self.remedy = remedy
        self.trouble = trouble


class ConfigError(MaildError):
    """A setting is wrong: names the option, the fault of its value, and the remedy. Exit code 2."""


class RuleError(ConfigError):
    """A rule file is broken: names the file, the line where known, and the reason."""


class TemplateFault(ConfigError):
    """A notice template is missing, broken, or uses a variable that no notice has."""


class MalformedMail(MaildError):
    """Bytes that even the lenient parser cannot make a mail of; carries what could be saved."""

    def __init__(self, what: str, *, headers: tuple[tuple[str, str], ...] = (), raw: bytes = b"") -> None:
        super().__init__(what)
        self.headers = headers
        self.raw = raw


class Temporary(MaildError):
    """Not now: back off, keep the work, try again. Never to be taken for failed."""


class Permanent(MaildError):
    """Trying the same again will not help; a person has to look."""


class Unsure(Permanent):
    """It can be done, and is done once who asks says that the reasons were looked at."""


class Damaged(Permanent):
    """Stored bytes are not those of their name any more."""


class BytesLost(Permanent):
    """The bytes of a stored mail are gone, and nowhere to be had."""


class NoFolder(Permanent):
    """The mail server has no folder of that name."""


class StaleVersion(Temporary):
    """Somebody changed the aggregate between our read and our write; read again and repeat."""


class NotFound(MaildError):
    """What was asked for by name or number does not exist."""

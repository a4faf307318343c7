"""What does not work at present, as values: opened where it is noticed, closed when it is well, told in between.

The daemon keeps the list in its heartbeat, so that the console, the doctor, the digest and monitors see the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

KEEP = timedelta(days=3)  # what is over stays in the list so long: the digest of a Monday tells of the weekend
MOST = 100  # of what is over


class TroubleCause(StrEnum):
    """Codes of troubles: a contract with the outside (docs/operations.md). What each is called: troubles.toml."""

    FOLDER_UNHEARD = "folder_unheard"
    RELAY_FAILING = "relay_failing"
    DATABASE_AWAY = "database_away"
    DATABASE_BEHIND = "database_behind"
    DISK_FULL = "disk_full"
    ROOM_SHORT = "room_short"
    BLOBS_MISSING = "blobs_missing"
    CLOCK_JUMPED = "clock_jumped"
    RULES_BROKEN = "rules_broken"
    TEMPLATES_BROKEN = "templates_broken"
    RELOAD_REFUSED = "reload_refused"
    READERS_FAILING = "readers_failing"
    LOOP_FAILING = "loop_failing"
    LOOP_STALLED = "loop_stalled"
    BALANCE_UNEVEN = "balance_uneven"
    BACKUP_OLD = "backup_old"
    COPIES_FAILING = "copies_failing"
    WEBHOOK_FAILING = "webhook_failing"
    ALARM_FAILING = "alarm_failing"
    DAEMON_SILENT = "daemon_silent"  # noticed by others: who is silent opens nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing noticed now. about: the folder, loop or road it is about, '' where there is one only."""

    cause: TroubleCause
    about: str = ""
    what: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What began with a sign. closed: when it was well again; told: when an alarm last said that it lasts;
    ended: an alarm has said that it is over (or there was nothing to say).
    """

    cause: TroubleCause
    since: datetime
    about: str = ""
    what: str = ""
    remedy: str = ""
    closed: datetime | None = None
    told: datetime | None = None
    ended: bool = False

    @property
    def key(self) -> tuple[TroubleCause, str]:
        return self.cause, self.about

    @property
    def open(self) -> bool:
        return self.closed is None

    def row(self) -> dict[str, object]:
        """As JSON: moments in ISO 8601."""
        return {
            "cause": self.cause.value,
            "about": self.about,
            "what": self.what,
            "remedy": self.remedy,
            "since": self.since.isoformat(timespec="seconds"),
            "closed": self.closed.isoformat(timespec="seconds") if self.closed else None,
            "told": self.told.isoformat(timespec="seconds") if self.told else None,
            "ended": self.ended,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRule:
    """How a cause is taken. name, help: by language ('zh', 'en'), with {about} in the name.

    ready: maild works on in spite of it; alarm: it is told by the alarm roads; tries: failures in a row that open it
    """

    name: Mapping[str, str]
    help: Mapping[str, str]
    ready: bool = False
    alarm: bool = True
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRules:
    """All of them (rules/troubles.toml)."""

    rules: Mapping[TroubleCause, TroubleRule] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, cause: TroubleCause) -> TroubleRule:
        return self.rules[cause]

    def name(self, trouble: Trouble | Sign, locale: str) -> str:
        """What it is called, as a sentence without its end."""
        return self.of(trouble.cause).name[language(locale)].format(about=trouble.about).strip(" ：:")

    def unready(self, troubles: Iterable[Trouble]) -> tuple[TroubleCause, ...]:
        """Why maild does not do its work now: the causes of what is open, each once."""
        found = [one.cause for one in troubles if one.open and not self.of(one.cause).ready]
        return tuple(dict.fromkeys(found))


def language(locale: str) -> str:
    """'zh' or 'en'."""
    return "zh" if locale.startswith("zh") else "en"


def of_row(row: object) -> Trouble | None:
    """A trouble of its JSON; None for what an older or a newer maild wrote that is not understood."""
    if not isinstance(row, Mapping):
        return None
    try:
        moments = {name: datetime.fromisoformat(row[name]) if row.get(name) else None for name in ("closed", "told")}
        return Trouble(
            cause=TroubleCause(row["cause"]),
            about=str(row["about"]),
            what=str(row["what"]),
            remedy=str(row["remedy"]),
            since=datetime.fromisoformat(row["since"]),
            ended=bool(row.get("ended")),
            **moments,
        )
    except (KeyError, TypeError, ValueError):
        return None


def of_data(data: Mapping[str, object]) -> tuple[Trouble, ...]:
    """The troubles that a heartbeat tells."""
    rows = data.get("troubles")
    found = map(of_row, rows) if isinstance(rows, list | tuple) else ()
    return tuple(one for one in found if one is not None)


def renewed(known: Sequence[Trouble], signs: Iterable[Sign], now: datetime) -> tuple[Trouble, ...]:
    """The list after what is noticed now: new ones open, those without a sign are closed, what is long over goes.

    What comes again before anybody was told that it was over goes on as it was: a thing that flaps is one trouble.
    """
    now = now.replace(microsecond=0)  # as it is kept: a moment that is read again is the same one
    seen: dict[tuple[TroubleCause, str], Sign] = {}
    for sign in signs:
        seen.setdefault((sign.cause, sign.about), sign)
    made = [_after(one, seen.pop(one.key, None) if one.open or not one.ended else None, now) for one in known]
    made += [Trouble(cause=s.cause, about=s.about, what=s.what, remedy=s.remedy, since=now) for s in seen.values()]
    still = [one for one in made if one.open]
    over = [one for one in made if one.closed is not None and now - one.closed < KEEP]
    return (*over[-MOST:], *still)


def _after(trouble: Trouble, sign: Sign | None, now: datetime) -> Trouble:
    if sign is not None:
        return replace(trouble, what=sign.what, remedy=sign.remedy, closed=None)
    # Nobody heard of it: there is nothing to call off.
    return replace(trouble, closed=now, ended=trouble.told is None) if trouble.open else trouble

"""The staff digest as templates see it. Pure; the data (JSON) may be older than this program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from maild.domain.wording.words_queue import CAUSES
from maild.notify.language import say
from maild.notify.language.locales import Style, line

LONGEST = 100  # per cent: the bar of the largest heap


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One thing that waits: its queue item, the requests, a text, for how many days."""

    id: str
    numbers: str
    text: str
    sender: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeapView:
    """Open items of one cause. `width`: of its bar, per cent, never 0; `rest`: the bar's other part."""

    name: str
    count: int
    days: int
    width: int
    rest: int
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantView:
    """A registration whose review is due; `due` is said in the office's time."""

    id: str
    name: str
    phone: str
    due: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedView:
    """An address that refuses our mail; `other`: an address of the patron that does not."""

    address: str
    name: str
    phone: str
    other: str
    until: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A folder's half of the balance sheet."""

    mailbox: str
    stored: int
    settled: int
    review: int
    ignored: int
    pending: int
    shunted: int
    baseline: int
    skipped: int
    unaccounted: int
    even: bool
    asked: bool
    server: int
    missing: int
    waiting: int
    bytes_missing: int
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleView:
    """What of maild itself does not work, or did not; `until` is '' while it lasts."""

    name: str
    what: str
    since: str
    until: str


def count(value: object, style: Style) -> int:
    """A number that is not negative; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    entries = value[: say.MAX_ROWS] if isinstance(value, list | tuple) else ()
    return (row for row in entries if isinstance(row, Mapping))


def rows(value: object, style: Style) -> tuple[RowView, ...]:
    """Things that wait."""
    return tuple(
        RowView(
            id=line(row.get("id"), 20),
            numbers="、".join(say.texts(row.get("numbers"), style))
            if style.locale != "en"
            else ", ".join(say.texts(row.get("numbers"), style)),
            text=line(row.get("subject"), 90),
            sender=line(row.get("sender"), 120),
            days=count(row.get("days"), style),
        )
        for row in _maps(value)
    )


def heaps(value: object, style: Style) -> tuple[HeapView, ...]:
    """The queue by cause, with the lengths of its bars."""
    found = list(_maps(value))
    largest = max((count(row.get("count"), style) for row in found), default=0)
    made = []
    for row in found:
        number = count(row.get("count"), style)
        width = max(3, round(LONGEST * number / largest)) if largest else 3
        made.append(
            HeapView(
                name=_cause(row.get("cause"), style),
                count=number,
                days=count(row.get("days"), style),
                width=width,
                rest=LONGEST - width,
                rows=rows(row.get("items"), style),
            )
        )
    return tuple(made)


def _cause(value: object, style: Style) -> str:
    code = line(value, 60)
    return CAUSES[code].to(style.locale) if code in CAUSES else code.replace("_", " ")


def applicants(value: object, style: Style) -> tuple[ApplicantView, ...]:
    """Registrations to be reviewed."""
    return tuple(
        ApplicantView(
            id=line(row.get("id"), 20),
            name=line(row.get("name"), 80),
            phone=line(row.get("phone"), 40),
            due=line(row.get("due"), 40)[:16].replace("T", " "),
            late=row.get("late") is True,
        )
        for row in _maps(value)
    )


def bounced(value: object, style: Style) -> tuple[BouncedView, ...]:
    """Whom to phone."""
    return tuple(
        BouncedView(
            address=line(row.get("address"), 120),
            name=line(row.get("name"), 80),
            phone=line(row.get("phone"), 40),
            other=line(row.get("other"), 120),
            until=style.date(row.get("until")),
            why=line(row.get("why"), 120),
        )
        for row in _maps(value)
    )


def folders(value: object, style: Style) -> tuple[FolderView, ...]:
    """The balance sheet of the mailboxes."""
    made = []
    for row in _maps(value):
        said = row.get("by_status")
        status = said if isinstance(said, Mapping) else {}
        counts = {
            name: count(status.get(name), style)
            for name in ("settled", "review", "ignored", "pending", "shunted", "baseline")
        }
        made.append(
            FolderView(
                mailbox=line(row.get("mailbox"), 80),
                stored=count(row.get("stored"), style),
                **counts,
                skipped=count(row.get("skipped"), style),
                unaccounted=count(row.get("unaccounted"), style),
                even=row.get("even") is True,
                trouble=line(row.get("trouble"), 200),
                asked=isinstance(row.get("server"), int),
                **{name: count(row.get(name), style) for name in ("server", "missing", "waiting", "bytes_missing")},
            )
        )
    return tuple(made)


def troubles(value: object, style: Style) -> tuple[TroubleView, ...]:
    """What of maild itself does not work, the open ones first."""
    return tuple(
        TroubleView(
            name=line(row.get("en" if style.locale == "en" else "zh"), 120),
            what=line(row.get("what"), 200),
            since=line(row.get("since"), 40)[5:16].replace("T", " "),
            until=line(row.get("until"), 40)[5:16].replace("T", " "),
        )
        for row in _maps(value)
    )


def said_line(value: object, style: Style) -> str:
    """A line as it is; '' for what is none."""
    return line(value, 200)


def budget(value: object, style: Style) -> Mapping[str, object]:
    """total (0: no limit), left, low."""
    said = value if isinstance(value, Mapping) else {}
    return {
        "total": count(said.get("total"), style),
        "left": count(said.get("left"), style),
        "low": said.get("low") is True,
    }


def years(value: object, style: Style) -> tuple[str, ...]:
    """Years whose working days are not known."""
    return tuple(line(year, 8) for year in value[:5]) if isinstance(value, list | tuple) else ()


DATA: Mapping[str, tuple[str, say.Say]] = {
    "day": ("day", say.date),
    "since": ("since", say.date),
    "mails": ("mails", count),
    "by_itself": ("by_itself", count),
    "queued": ("queued", count),
    "ignored": ("ignored", count),
    "notices": ("notices", count),
    "heaps": ("queue", heaps),
    "registrations": ("registrations", applicants),
    "silent": ("silent", rows),
    "claims": ("claims", rows),
    "bounced": ("bounced", bounced),
    "failed": ("failed", rows),
    "circulars": ("circulars", rows),
    "held": ("held", count),
    "budget": ("budget", budget),
    "years": ("years", years),
    "folders": ("folders", folders),
    "even": ("even", say.flag),
    "compared": ("compared", say.flag),
    "troubles": ("troubles", troubles),
    "unwell": ("unwell", say.flag),
    "faults": ("books", say.lines),
    "evidence": ("evidence", said_line),
}

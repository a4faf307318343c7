"""The rules: which there are and how they fare; and one: its text, what it says, what it took, its versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from maild.classify import SAY as CLASSIFY
from maild.classify.providers import Provider
from maild.console.acts import Input, Line
from maild.console.desk import Desk
from maild.console.drawing import plot_dates, plots
from maild.console.drawing.chart import Chart, Kind, Series, Words
from maild.console.drawing.shapes import PATTERNS
from maild.console.drawing.sparkline import sparkline
from maild.console.views import View
from maild.console.who import Who
from maild.domain.desk.listing import JournalFilter, MailFilter
from maild.domain.desk.rows import API
from maild.domain.desk.statistics import Grain
from maild.domain.errors import ConfigError, MaildError, NotFound
from maild.domain.learning.drift import Line as DriftLine
from maild.domain.learning.rule_health import RuleHealth, RuleKey, first_monday
from maild.domain.records.journal import JournalEntry, MailRecord, ReviewItem
from maild.office.workshop.notice_acts import diff
from maild.office.workshop.rule_acts import RuleVersion
from maild.office.workshop.rule_figures import health_row, keys_of, rule_row
from maild.office.workshop.rule_files import RuleFile, RuleState

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.store.uow import UnitOfWork

LATEST = 15  # mails of a rule that are shown
# What a rule file says of whom and when, in the order it is told.
KNOWN: Mapping[str, Sequence[str]] = {
    "who": ("domains", "addresses", "unauthenticated"),
    "when": (
        "subject",
        "text",
        "any",
        "none",
        "says",
        "headline",
        "wants",
        "unless",
        "picture",
        "attachment",
        "headers",
        "automatic",
        "has_attachment",
        "text_at_most",
    ),
}
HISTORY = 200  # lines of history about rules that are looked through


class Asked(Input):
    state: RuleState | None = None
    kind: Annotated[str, Field(max_length=100)] = ""
    drifting: bool = False
    text: Line = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule. in_force: mails are classified by it now."""

    file: RuleFile
    health: RuleHealth
    in_force: bool
    provider: Provider | None = None

    @property
    def drifting(self) -> bool:
        return bool(self.health.drift) and self.in_force

    def fits(self, asked: Asked) -> bool:
        """Whether it is among those asked for."""
        if (asked.state not in (None, self.file.state)) or (asked.kind and asked.kind != self.file.said("kind")):
            return False
        names = (self.provider.name_zh, self.provider.name_en) if self.provider else ()
        said = " ".join((self.file.name, self.file.said("title"), self.file.said("provider"), *names)).casefold()
        return (self.drifting or not asked.drifting) and asked.text.casefold() in said


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The rules asked for, in their order. none: mails that no rule took; faults: what is wrong with the folder."""

    rows: Sequence[Row]
    states: Mapping[RuleState, int]
    kinds: Sequence[str]
    drifting: int
    none: RuleHealth
    folder: str
    faults: Sequence[MaildError]
    counted: Any

    def wrong(self, fault: MaildError) -> str:
        """What is wrong, without the name of the folder."""
        return fault.what.replace(f"{self.folder}/", "")

    def spark(self, health: RuleHealth, t: Callable[..., str]) -> str:
        """The curve of its weeks."""
        return sparkline(health.weeks, t("rules.spark", count=sum(health.weeks), top=max(health.weeks)))


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    rows = _rows(desk)
    services = desk.services
    health = _figures(services, keys_of(row.file for row in rows))
    with services.store.read() as uow:
        counted = uow.statistics.refreshed()
    return Listing(
        rows=[row for row in rows if row.fits(asked)],
        states=Counter(row.file.state for row in rows),
        kinds=sorted({row.file.said("kind") for row in rows} - {""}),
        drifting=sum(row.drifting for row in rows),
        none=health.get("", RuleHealth(rule="")),
        folder=services.settings.rules.folder,
        faults=desk.in_force.faults(),
        counted=counted,
    )


def _rows(desk: Desk) -> list[Row]:
    services = desk.services
    files = services.rule_files.all()
    working = _in_force(desk, files)
    health, providers = _figures(services, keys_of(files)), _providers(services)
    return [
        Row(
            file=file,
            health=health.get(file.name, RuleHealth(rule=file.name)),
            in_force=file.name in working,
            provider=providers.get(file.said("provider")),
        )
        for file in files
    ]


def _figures(services: Services, keys: Sequence[RuleKey]) -> Mapping[str, RuleHealth]:
    """Nothing where what they are reckoned by is broken: the page is there to tell that."""
    try:
        return services.rule_figures.of(keys)
    except ConfigError:
        return {}


def _providers(services: Services) -> Mapping[str, Provider]:
    try:
        return services.lookup.trusted
    except ConfigError:
        return {}


def _in_force(desk: Desk, files: Sequence[RuleFile]) -> frozenset[str]:
    """The names of those that mails are classified by; where the console began with broken files, those that would."""
    try:
        return frozenset(rule.name for rule in desk.services.rules.rules)
    except ConfigError:
        return frozenset(file.name for file in files if file.state not in (RuleState.DISABLED, RuleState.BROKEN))


def _row_json(row: Row) -> dict[str, object]:
    return rule_row(row.file, row.health, in_force=row.in_force)


def _list_json(loaded: Listing) -> object:
    return {
        "items": [_row_json(row) for row in loaded.rows],
        "no_rule": health_row(loaded.none),
        "folder": loaded.folder,
        "fault": loaded.faults[0].what if loaded.faults else "",
        "faults": [{"what": fault.what, "remedy": fault.remedy} for fault in loaded.faults],
        "counted": API.moment(loaded.counted),
    }


# --- one ----------------------------------------------------------------------------------------------------------


class OfRule(Input):
    name: Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A mail that the rule took, with its item in the queue and the requests that it was about."""

    mail: MailRecord
    item: ReviewItem | None
    transactions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A rule. seen: names its text for acts; diffs: by version, what changed from it until now.

    replaced: what the office's own changes of the shipped one; cannot: why nothing can be saved; lines: fields that
    it fills less than it did
    """

    row: Row
    seen: str
    versions: Sequence[tuple[RuleVersion, str]]
    replaced: str
    latest: Sequence[Taken]
    history: Sequence[JournalEntry]
    lines: Sequence[DriftLine]
    cannot: MaildError | None
    first: date

    @property
    def examples(self) -> Sequence[Mapping[str, Any]]:
        found = self.row.file.data.get("examples", [])
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def may(self) -> Mapping[str, bool]:
        """Which acts make sense now."""
        state = self.row.file.state
        return {
            "try": self.row.in_force and bool(self.examples),
            "disable": not self.cannot and state in _WORKING,
            "enable": not self.cannot and state is RuleState.DISABLED,
            "restore": not self.cannot,
        }

    def table(self, name: str) -> Mapping[str, Any]:
        """A table of the file ('who', 'when', 'fields'), as far as it is one, and what stands in it is known."""
        found = self.row.file.data.get(name, {})
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if name not in KNOWN or key in KNOWN[name]}

    def plot(self, t: Callable[..., str], locale: str) -> str:
        """What it took, by week."""
        weeks = self.row.health.by_week
        days = [self.first + timedelta(weeks=n) for n in range(len(weeks))]
        series = [
            Series(name=t(f"rules.fates.{name}"), values=[week[n] for week in weeks])
            for n, name in enumerate(("held", "waiting", "corrected"))
        ]
        return PATTERNS + plots.figure(
            Chart(
                key="weeks",
                title=t("rules.by_week"),
                slots=plot_dates.slots(days, Grain.WEEK, locale),
                series=series,
                kind=Kind.STACKED,
                along=t("rules.week"),
                whole=True,
                words=Words(empty=t("rules.never"), table=t("statistics.table")),
            )
        )


_WORKING = (RuleState.SHIPPED, RuleState.OWN, RuleState.OVERRIDES, RuleState.BROKEN)


def _load_one(desk: Desk, who: Who, asked: OfRule) -> One:
    row = next((one for one in _rows(desk) if one.file.name == asked.name), None)
    if row is None:
        raise NotFound(CLASSIFY("no_rule", name=repr(asked.name)), remedy="maild rules list")
    services, acts, file = desk.services, desk.rule_acts, row.file
    versions = [(version, diff(version.text, file.text)) for version in acts.versions(file.name)]
    shipped = services.rule_files.shipped_text(file.name)
    own = file.shipped and file.state is not RuleState.SHIPPED
    lines = services.rule_figures.fields(file.name, row.provider.id) if row.provider else ()
    with services.store.read() as uow:
        latest, history = _latest(uow, file.name), _history(uow, file.name)
    return One(
        row=row,
        seen=file.seen,
        versions=versions,
        replaced=diff(shipped, file.text) if own else "",
        latest=latest,
        history=history,
        lines=lines,
        cannot=acts.fault(),
        first=first_monday(services.clock.now().astimezone(services.figures.zone).date()),
    )


def _latest(uow: UnitOfWork, name: str) -> list[Taken]:
    mails = uow.listings.mails.page(MailFilter(rule=name), limit=LATEST).items
    items = {item.mail_id: item for item in uow.reviews.of_mails([mail.id for mail in mails])}
    return [Taken(mail=mail, item=items.get(mail.id), transactions=_about(uow, mail.id)) for mail in mails]


def _about(uow: UnitOfWork, mail_id: int) -> Sequence[str]:
    decisions = uow.decisions.of_mail(mail_id)
    numbers = decisions[-1].get("transactions", ()) if decisions else ()
    return [str(number) for number in numbers] if isinstance(numbers, tuple | list) else []


def _history(uow: UnitOfWork, name: str) -> list[JournalEntry]:
    lines = uow.listings.journal.page(JournalFilter(what="rule"), limit=HISTORY).items
    return [line for line in lines if line.data.get("rule") == name]


def _one_json(loaded: One) -> object:
    return {
        **_row_json(loaded.row),
        "text": loaded.row.file.text,
        "seen": loaded.seen,
        "examples": [str(one.get("mail", "")) for one in loaded.examples],
        "versions": [{"id": v.id, "replaced": API.moment(v.at), "text": v.text} for v, _ in loaded.versions],
        "latest": [
            {
                "mail_id": one.mail.id,
                "at": API.moment(one.mail.received or one.mail.stored),
                "from": one.mail.sender,
                "subject": one.mail.subject,
                "status": one.mail.status.value,
                "item": one.item.id if one.item else None,
                "transactions": list(one.transactions),
            }
            for one in loaded.latest
        ],
        "history": [
            {"at": API.moment(line.at), "actor": line.actor, "what": line.after, "reasons": list(line.reasons)}
            for line in loaded.history
        ],
        "cannot_save": loaded.cannot.what if loaded.cannot else "",
    }


VIEWS = (
    View(
        name="rules.list",
        path="/rules",
        input=Asked,
        load=_load,
        json=_list_json,
        template="rules/list.html.j2",
        summary="The rules in their order: where from, what they took, what staff corrected, and drift.",
    ),
    View(
        name="rules.one",
        path="/rules/{name}",
        input=OfRule,
        load=_load_one,
        json=_one_json,
        template="rules/one.html.j2",
        summary="One rule: its text, examples, versions, and the mails it took.",
    ),
)

"""An office after years, for measuring the console: 100,000 requests, 20,000 items that wait, 200,000 handled, a million
lines of history. Rows are put in past the repositories (a minute or so); all names are invented.

    fill(store)                       the whole
    fill(store, Size(scale=0.01))     a hundredth of it, for a test
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from maild.domain.decision import Cause
from maild.domain.journal import ReviewState
from maild.domain.lifecycle import PaymentState, RegistrationState, State
from maild.domain.notice import NoticeKind, OutboxState
from maild.domain.search import words
from maild.resources import data_folder
from maild.store import tables as t
from maild.store import tables_money as m
from maild.store.finding import patron_key, request_key
from maild.store.tables_search import search, vector
from maild.store.tables_service import rule_day
from maild.store.uow import SqlStore
from maild.traditional import simplified

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SPAN = timedelta(days=1500)  # so far back reach the oldest
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊洋艳勇杰娟涛超明霞平刚桂英华文玲辉鑫宇晨阳雪"
TOPICS = (
    "湖泊沉积物",
    "硅藻群落",
    "钙钛矿电池",
    "敦煌写本",
    "手性催化剂",
    "肝纤维化",
    "城市河流",
    "明清市镇",
    "桥梁风振",
    "茶多酚提取",
)
KINDS = ("研究进展", "综述", "的实验研究", "方法比较", "与应用", "的历史考察", "模型", "调查报告")
ENGLISH = ("Advances in lake sediments", "A review of chiral catalysis", "Perovskite cells", "Urban rivers and health",
           "Hepatic fibrosis: mechanisms", "Fatigue of stay cables", "The Grand Canal", "Wetlands of the delta")  # fmt: skip
DEPARTMENTS = (
    "化学系",
    "历史学院",
    "医学院",
    "土木工程学系",
    "环境与资源学院",
    "School of Law",
    "物理学院",
    "外国语学院",
)
MAILS = (
    "您好，附件是转账凭证，费用已经付清，请查收并开具电子发票。抬头为浙江某某研究院，谢谢老师。",
    "老师好，我在系统里看到文献状态是已传递，但是一直没有收到邮件，垃圾箱里也没有，请帮忙再发一次。",
    "您请求的文献已寄送，见附件。当前状态：已寄送。本邮件由系统自动发出，请勿直接回复。",
    "Dear colleagues, could you please tell me when my article will arrive? I need it for my thesis. Thank you.",
    "请问馆际互借的图书可以续借吗？还书日期是下周，我想再借一个月。",
    "付款人 户名 账号 网上银行电子回单 收款人 图书馆文献传递费 金额 叁拾捌元整 交易流水号 记账日期",
    "This is the mail system. I'm sorry to have to inform you that your message could not be delivered.",
    "您的请求暂时无法满足：本馆缺藏该期刊，建议转其他成员馆。如有问题请与我们联系。",
)
RULES = tuple(sorted(path.stem for path in data_folder("rules").glob("[0-9]*.toml")))
PROVIDERS = ("calis", "cashl", "nstl", "nlc", "zadl", "subito", "oclc", "rapidill", "bl", "shanghai")
CAUSES = tuple(cause for cause in Cause if cause)
WORK = tuple(State)[:8]
ACTORS = ("maild", "li", "wang", "zhao", "chen")
WHATS = ("state", "notice", "payment", "news", "review", "act", "import", "address", "invoice", "registration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything. `scale` shrinks all of it."""

    transactions: int = 100_000
    patrons: int = 20_000
    open_items: int = 20_000
    handled_items: int = 200_000
    notices: int = 200_000
    lines: int = 1_000_000
    registrations: int = 10_000
    invoices: int = 10_000
    statements: int = 30_000
    scale: float = 1.0

    def of(self, name: str) -> int:
        """How many of them there are."""
        return max(int(getattr(self, name) * self.scale), 20)


def number_of(n: int) -> str:
    """The number of the nth request."""
    return f"20{22 + n % 5}11{n:07}"


@cache
def name_of(n: int) -> str:
    """The name of the nth patron."""
    if n % 7 == 0:
        return f"{('Maria', 'John', 'Ann', 'Petra')[n % 4]} {('Weber', 'Meyer', 'Smith', 'Jones', 'Rossi')[n // 7 % 5]}"
    return SURNAMES[n % 20] + GIVEN[n // 20 % 30] + (GIVEN[n // 600 % 30] if n % 3 else "")


def title_of(n: int) -> str:
    """The title of the nth request."""
    if n % 3 == 0:
        return f"{ENGLISH[n // 3 % 8]}, part {n % 97}"
    return f"{TOPICS[n % 10]}{KINDS[n // 10 % 8]}，第{n % 89}卷"


class Filler:
    """Puts rows into tables as fast as each database takes them."""

    def __init__(self, store: SqlStore) -> None:
        self._engine = store._engine
        self.sqlite = self._engine.dialect.name == "sqlite"

    def at(self, moment: datetime) -> Any:
        """An instant as the database's driver wants it."""
        return (moment - EPOCH) // timedelta(microseconds=1) if self.sqlite else moment

    def words(self, said: list[str]) -> Any:
        """Words of an item as its table has them."""
        return zlib.compress(" ".join(said).encode(), 1) if self.sqlite else vector(said)

    def put(self, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
        """Insert rows, all of the same columns; those that are not given are '', 0, [], now or NULL."""
        rows = iter(rows)
        first = next(rows)
        rest = {c.name: self._blank(c) for c in table.c if c.name not in first and (c.name != "id" or "id" in first)}
        names = [*first, *rest]
        tail = tuple(rest.values())
        self._insert(table.name, names, (tuple(row.values()) + tail for row in _chain(first, rows)))

    def _insert(self, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
        columns = ", ".join(f'"{name}"' for name in names)
        with self._engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            if self.sqlite:
                marks = ", ".join("?" * len(names))
                raw.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
                return
            with raw.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)

    def _blank(self, column: sa.Column[Any]) -> Any:
        if column.nullable:
            return None
        if isinstance(column.type, t.Json):
            return "[]"
        if isinstance(column.type, t.Time):
            return self.at(NOW)
        if isinstance(column.type, sa.Boolean):
            return False
        return 0 if isinstance(column.type, sa.Integer) else ""

    def run(self, *statements: str) -> None:
        """Statements of SQL, each for itself."""
        with self._engine.connect() as connection:
            if self.sqlite:
                raw: Any = connection.connection.driver_connection  # which begins nothing by itself
                for statement in statements:
                    raw.execute(statement)
                return
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                outside.exec_driver_sql(statement)


def _chain(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def fill(store: SqlStore, size: Size = Size(), *, said: Callable[[str], None] = lambda what: None) -> None:
    """Fill an empty store; `said` hears what is being done. The database's statistics are made at the end."""
    filler, luck = Filler(store), random.Random(5)
    if filler.sqlite:
        filler.run("PRAGMA synchronous=OFF")
    for what, work in (("patrons", _patrons), ("requests", _requests), ("notices", _notices), ("queue", _queue),
                       ("index", _index), ("history", _history), ("money", _money)):  # fmt: skip
        said(what)
        work(filler, size, luck)
    if not filler.sqlite:
        filler.run(*(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM \"{name}\"))"
                     for name in ("mail", "review", "outbox", "journal", "registration", "invoice")))  # fmt: skip
    said("statistics")
    filler.run("ANALYZE" if filler.sqlite else "VACUUM ANALYZE")


def _patrons(filler: Filler, size: Size, luck: random.Random) -> None:
    count = size.of("patrons")
    filler.put(t.patron, (
        {"patron_id": f"P{n:06}", "name": name_of(n), "name_key": name_of(n).casefold().replace(" ", ""),
         "kind": "internal" if n % 4 else "external", "department": DEPARTMENTS[n % 8], "login": f"user{n}",
         "login_key": f"user{n}", "language": "zh-CN",
         "find_key": patron_key(f"P{n:06}", name_of(n), f"user{n}", [f"user{n}@patron{n % 9}.example"], DEPARTMENTS[n % 8])}
        for n in range(count)
    ))  # fmt: skip
    filler.put(t.patron_address, (
        {"patron_id": f"P{n:06}", "address": f"user{n}@patron{n % 9}.example", "position": 0} for n in range(count)
    ))  # fmt: skip
    states = tuple(RegistrationState)
    filler.put(t.registration, (
        {"id": n + 1, "email": f"new{n}@patron.example", "login": f"new{n}", "login_key": f"new{n}", "name": name_of(n),
         "state": RegistrationState.PENDING if n % 100 == 0 else states[n % len(states)], "step": "account",
         "submitted": filler.at(NOW - SPAN * luck.random())}
        for n in range(size.of("registrations"))
    ))  # fmt: skip


def _requests(filler: Filler, size: Size, luck: random.Random) -> None:
    count, patrons = size.of("transactions"), size.of("patrons")

    def row(n: int) -> dict[str, Any]:
        age = SPAN * (1 - n / count)
        done = n < count * 0.95 and luck.random() < 0.97
        payable = 500 + n % 90 * 10 if n % 3 else None
        return {
            "number": number_of(n), "patron_id": f"P{luck.randrange(patrons):06}", "service": "loan" if n % 5 == 0 else "copy",
            "title": title_of(n), "find_key": request_key(number_of(n), title_of(n)), "provider": ("calis", "nstl", "cashl", "zjlib", "bl")[min(luck.randrange(40), 4)],
            "state": State.CLOSED if done else luck.choice(WORK), "opened": filler.at(NOW - age),
            "submitted": filler.at(NOW - age), "since": filler.at(NOW - age / 2),
            "due": filler.at(NOW - age + timedelta(days=30)) if n % 5 == 0 else None, "payable_cents": payable,
            "payable_currency": "CNY" if payable else None, "rush": n % 50 == 0,
            "payment_state": PaymentState.NONE if payable is None else PaymentState.CONFIRMED if done else PaymentState.DUE,
        }  # fmt: skip

    filler.put(t.transactions, map(row, range(count)))


def _notices(filler: Filler, size: Size, luck: random.Random) -> None:
    count, requests, kinds = size.of("notices"), size.of("transactions"), tuple(NoticeKind)
    rare = {1: OutboxState.WAITING, 2: OutboxState.FAILED, 3: OutboxState.HELD}
    filler.put(t.outbox, (
        {"id": n + 1, "kind": kinds[min(luck.randrange(60), len(kinds) - 1)], "subject": f"s{n}",
         "number": number_of(n * 7 % requests), "recipient": f"user{n % 20_000}@patron{n % 9}.example", "data": "{}",
         "state": rare.get(luck.randrange(300), OutboxState.SENT), "created": filler.at(NOW - SPAN * (1 - n / count)),
         "sent": filler.at(NOW - SPAN * (1 - n / count)), "message_id": f"<maild.{n}@lib.example>"}
        for n in range(count)
    ))  # fmt: skip


def _is_open(n: int, opened: int, handled: int) -> bool:
    """Most of what waits came lately; some of it has been waiting for ever."""
    return n >= handled + opened * 0.05 or n % (handled // max(int(opened * 0.05), 1) + 1) == 0


def _rule(n: int) -> str:
    """Few rules take most of what comes; some mails none takes."""
    return RULES[n * n % 7919 % len(RULES)] if n % 9 else ""


def _queue(filler: Filler, size: Size, luck: random.Random) -> None:
    opened, handled, requests = size.of("open_items"), size.of("handled_items"), size.of("transactions")
    count = opened + handled
    filler.put(t.mail, (
        {"id": n + 1, "sha256": f"{n:064x}", "message_id": f"<m{n}@patron.example>", "size": 9000,
         "sender": f"user{n % 20_000}@patron{n % 9}.example", "subject": f"关于事务 {number_of(n % requests)}",
         "status": "review", "stored": filler.at(NOW - SPAN * (1 - n / count)), "rule": _rule(n)} for n in range(count)
    ))  # fmt: skip
    filler.put(rule_day, (
        {"provider": provider, "day": day.isoformat(), "rule": rule, "kind": "shipped", "field": field, "mails": 3}
        for provider in PROVIDERS for back in range(800) for day in [(NOW - timedelta(days=back)).date()]
        for rule in RULES[:6] for field in ("", "transaction", "title", "patron_name", "link", "pages")
    ))  # fmt: skip

    def row(n: int) -> dict[str, Any]:
        waits = _is_open(n, opened, handled)
        number = number_of(n % requests)
        return {
            "id": n + 1, "mail_id": n + 1, "cause": CAUSES[min(luck.randrange(90), luck.randrange(90)) % len(CAUSES)],
            "state": ReviewState.OPEN if waits else luck.choice((ReviewState.ASSIGNED, ReviewState.DISMISSED)),
            "created": filler.at(NOW - SPAN * (1 - n / count)), "kind": ("payment_proof", "patron_other", "shipped")[n % 3],
            "sender": f"user{n % 20_000}@patron{n % 9}.example", "subject": f"关于事务 {number}",
            "transactions": f'["{number}"]', "reasons": '["no number in the mail", "the sender is not known"]',
            "candidates": f'[{{"transaction": "{number}", "score": 40, "reasons": ["+40 named in the mail"]}}]',
            "handled_by": "" if waits else "li", "handled": None if waits else filler.at(NOW - SPAN * luck.random()),
            "assignee": luck.choice(ACTORS[1:]) if waits and n % 5 == 0 else "",
        }  # fmt: skip

    filler.put(t.review, map(row, range(count)))


def _index(filler: Filler, size: Size, luck: random.Random) -> None:
    """The words of every item: the mail's, and those of its sender, request and patron."""
    opened, handled = size.of("open_items"), size.of("handled_items")
    requests, patrons = size.of("transactions"), size.of("patrons")
    texts = [words(text, simplified) for text in MAILS]
    titles = [words(title_of(n), simplified) for n in range(720)]
    names = [words(name_of(n), simplified) for n in range(patrons)]

    def said(n: int) -> list[str]:
        return ["user" + str(n % 20_000), f"patron{n % 9}", "example", "关于", "于事", "事务", "务", number_of(n % requests),
                *texts[n % 8], *texts[(n // 8) % 8], f"{luck.randrange(10**16):016}", *titles[n % 720],
                *names[n * 31 % patrons]]  # fmt: skip

    def rows(keep: list[tuple[int, bool, str]]) -> Iterator[dict[str, Any]]:
        for n in range(opened + handled):
            own, waits = said(n), _is_open(n, opened, handled)
            if filler.sqlite:
                keep.append((n + 1, waits, " ".join(own)))
            yield {"item_id": n + 1, "open": waits, "words": filler.words(own)}

    kept: list[tuple[int, bool, str]] = []
    if not filler.sqlite:
        filler.run(*(f"DROP INDEX {name}" for name in ("ix_search_open", "ix_search_handled", "ix_search_open_items")))
    filler.put(search, rows(kept))
    if filler.sqlite:
        for which, state in (("search_open", True), ("search_handled", False)):
            mine = ((item_id, own) for item_id, waits, own in kept if waits is state)
            filler._insert(which, ["rowid", "words"], mine)
    else:
        from maild.store.tables_search import MADE

        filler.run("SET maintenance_work_mem = '256MB'", *MADE["search", "postgresql"])


def _history(filler: Filler, size: Size, luck: random.Random) -> None:
    count, requests = size.of("lines"), size.of("transactions")
    items = size.of("open_items") + size.of("handled_items")
    filler.put(t.journal, (
        {"id": n + 1, "at": filler.at(NOW - SPAN * (1 - n / count)), "actor": ACTORS[max(0, luck.randrange(60) - 55)],
         "what": WHATS[min(luck.randrange(11), luck.randrange(11)) % 10], "number": number_of(n % requests),
         "mail_id": n % items + 1 if n % 3 else None, "before": "submitted", "after": "shipped",
         "reasons": '["the provider says so"]', "data": "{}"} for n in range(count)
    ))  # fmt: skip


def _money(filler: Filler, size: Size, luck: random.Random) -> None:
    states = ("requested", "issued", "sent", "refused")
    filler.put(m.invoice, (
        {"id": n + 1, "patron_id": f"P{n % size.of('patrons'):06}", "title": f"某某研究院{n % 700}", "cents": 3800,
         "currency": "CNY", "state": states[0] if n % 40 == 0 else "sent", "number": f"{n:020}", "mail_id": n + 1}
        for n in range(min(size.of("invoices"), size.of("open_items") + size.of("handled_items")))
    ))  # fmt: skip
    filler.put(m.statement_line, (
        {"key": f"bank:{n:07}", "format": "icbc", "channel": "bank", "cents": 3800 + n % 50, "currency": "CNY",
         "booked": (NOW - SPAN * luck.random()).date().isoformat(), "payer": name_of(n % 20_000),
         "purpose": "图书馆文献传递费", "placed_cents": 0 if n % 60 == 0 else 3800 + n % 50}
        for n in range(size.of("statements"))
    ))  # fmt: skip

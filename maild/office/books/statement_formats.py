"""How banks, payment services and the finance office write their statements: data in rules/statements/*.toml."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from maild.domain.accounting.account import same_account, serial_of
from maild.domain.accounting.channel import STATEMENTS, Channel
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import ConfigError
from maild.domain.money import Money
from maild.match.reconcile import SERIAL_DIGITS
from maild.office.books import SAY
from maild.office.imports.import_values import BadValue, amount, moment, plain
from maild.resources import data_folder
from maild.store.accounting.statement_tables import Reader, fold, read_below
from maild.store.tabular import Row, Table
from maild.tables import Source, read_toml
from maild.tables.table import Among, Elsewhere, From, Some, read_as

COLUMNS = (
    "serial",
    "serials",
    "amount",
    "credit",
    "debit",
    "booked",
    "time",
    "account",
    "payer",
    "payer_account",
    "payee",
    "payee_account",
    "purpose",
    "department",
    "project",
)
_Names = Annotated[tuple[str, ...], Some]
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A column whose words decide; `yes` and `no`: words that the cell contains."""

    column: _Names = ()
    yes: _Names = ()
    no: _Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFormat:
    """One way of writing a statement. name: the file's, by which `--format` calls it.

    title      as people know it; title_en: to readers of English
    head       columns that a header line must have to be of this format
    columns    our field → headers it may have there; purpose and serials: all that are there, joined
    direction  which lines came in (yes) and went out (no); without it an amount's sign or column tells
    status     which lines are done (yes) and not (no); a word in neither list is a fault of its row
    account    where the file names the receiving account: only lines of one of ours count, if ours are set
    """

    name: Annotated[str, Elsewhere]
    title: str
    channel: Annotated[Channel, From(Channel, Annotated[str, Among(STATEMENTS)])]
    head: _Names
    columns: Mapping[Annotated[str, Among(COLUMNS)], _Names]
    direction: Words = field(default_factory=Words)
    status: Words = field(default_factory=Words)
    synthetic: bool = False
    title_en: str = ""


def load_formats(rules_folder: str = "") -> dict[str, StatementFormat]:
    """By name: the shipped ones, and those of the rules folder's statements/, which replace them. Raises RuleError."""
    folders = [data_folder("rules") / "statements", *([Path(rules_folder) / "statements"] if rules_folder else [])]
    files = {path.stem: path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))}
    return {name: read_format(read_toml(path)) for name, path in sorted(files.items())}


def read_format(source: Source) -> StatementFormat:
    """One file. Raises RuleError naming file, line and key."""
    form: StatementFormat = read_as(
        StatementFormat, source, "see the shipped files in rules/statements", name=source.path.stem
    )
    if not form.columns.keys() & {"amount", "credit"} or "booked" not in form.columns:
        raise source.error("columns", "an amount (or credit) and booked are needed", "name their headers")
    return form


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that was left out (`skipped`: rightly so), or is odd."""

    row: int
    what: str
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A file as understood. Lines of money that went out are in it, negative."""

    format: StatementFormat
    lines: tuple[StatementLine, ...]
    faults: tuple[Fault, ...] = ()


def read_statement(
    path: Path,
    formats: Mapping[str, StatementFormat],
    zone: tzinfo,
    *,
    name: str = "",
    accounts: Sequence[str] = (),
    reader: Reader | None = None,
) -> StatementFile:
    """Read a statement; its format is told by its header line, or by `name`.

    accounts  ours: a line of another account is left out
    reader    takes the file apart, in another process

    Raises ConfigError where the file is of no known format.
    """
    if name and name not in formats:
        raise ConfigError(f"no statement format {name!r}", remedy=f"one of: {', '.join(formats)}")
    possible = [formats[name]] if name else sorted(formats.values(), key=lambda f: -len(f.head))
    found = read_below(path, [form.head for form in possible], reader)
    if found is not None:
        return _read(path, possible[found[0]], found[1], zone, accounts)
    wanted = "; ".join(f"{f.name}: {', '.join(f.head)}" for f in possible)
    raise ConfigError(
        f"{path}: no line of it names the columns of a known statement ({wanted})",
        remedy="name the columns in a file of your own in the rules folder's statements/",
    )


def _read(path: Path, form: StatementFormat, table: Table, zone: tzinfo, accounts: Sequence[str]) -> StatementFile:
    headers = {fold(header): header for header in reversed(table.headers)}
    at = {name: [headers[fold(n)] for n in names if fold(n) in headers] for name, names in form.columns.items()}
    reader = _RowReader(form, at, zone, tuple(accounts), path.name)
    lines: list[StatementLine] = []
    faults: list[Fault] = []
    for row in table.rows:
        try:
            line = reader.line(row)
        except BadValue as error:
            faults.append(Fault(row=row.line, what=str(error)))
            continue
        if isinstance(line, str):
            faults.append(Fault(row=row.line, what=line, skipped=True))
        else:
            lines.append(line)
    return StatementFile(format=form, lines=tuple(_unique(lines)), faults=tuple(faults))


class _RowReader:
    """Rows → lines. Raises BadValue."""

    def __init__(
        self, form: StatementFormat, at: Mapping[str, list[str]], zone: tzinfo, accounts: tuple[str, ...], file: str
    ) -> None:
        self._form, self._at, self._zone, self._accounts, self._file = form, at, zone, accounts, file

    def line(self, row: Row) -> StatementLine | str:
        """The line, or why the row is rightly none. Raises BadValue where a cell cannot be read."""
        value = _Cells(self._at, row)
        if not value.first("booked") or not (value.first("amount") or value.first("credit") or value.first("debit")):
            return SAY("no_movement")
        if row.faults:
            raise BadValue("; ".join(row.faults.values()), SAY("export_anew"))
        if not self._says(row, self._form.status, default=True):
            return SAY("not_carried_out")
        amount = self._amount(row, value)
        payer, account = (value.first("payer"), _digits(value.first("payer_account"))), _digits(value.first("account"))
        payee = (value.first("payee"), _digits(value.first("payee_account")))
        if self._is_ours(payer[1]) and not self._is_ours(payee[1]) and any(payee):
            payer, account = payee, payer[1]  # we paid: the other side is who got it
            amount = -amount if amount.amount > 0 else amount
        if self._accounts and account and not self._is_ours(account):
            return SAY("other_account", digits=account[-4:])
        when = moment(value.first("booked"), self._zone)
        if when is None:
            raise BadValue(SAY("no_date"), SAY("check_row"))
        local = when.astimezone(self._zone)
        clock = value.first("time") or (local.strftime("%H:%M:%S") if ":" in value.first("booked") else "")
        serials = tuple(dict.fromkeys(filter(None, map(serial_of, (value.first("serial"), *value.all("serials"))))))
        return StatementLine(
            key="",
            format=self._form.name,
            channel=self._form.channel,
            amount=amount,
            booked=local.date(),
            time=plain(clock)[:20],
            account=account,
            payer=plain(payer[0])[:200],
            payer_account=payer[1],
            purpose=plain(" ".join(value.all("purpose")))[:500],
            serials=serials,
            department=plain(value.first("department")),
            project=plain(value.first("project")),
            file=self._file,
            row=row.line,
        )

    def _is_ours(self, account: str) -> bool:
        return bool(account) and any(same_account(account, ours) for ours in self._accounts)

    def _amount(self, row: Row, value: _Cells) -> Money:
        """Positive for money that came in. Raises BadValue."""
        if value.first("credit") or value.first("debit"):
            credit, debit = _money(value.first("credit")), _money(value.first("debit"))
            found = (credit or Money.of(0)) - (debit or Money.of(0))
        else:
            text = value.first("amount")
            found = _money(text) or Money.of(0)
            if not self._says(row, self._form.direction, default=True):
                found = -found if found.amount > 0 else found
        if not found:
            raise BadValue(SAY("zero"), SAY("check_row"))
        return found

    def _says(self, row: Row, words: Words, *, default: bool) -> bool:
        if not words.column:
            return default
        names = {fold(header): header for header in row.values}
        text = next((row.values[names[fold(c)]] for c in words.column if fold(c) in names), "").strip()
        for known, answer in ((words.no, False), (words.yes, True)):
            if any(word in text for word in known):
                return answer
        if not text or text in ("/", "-"):
            return default
        raise BadValue(SAY("word_unknown", column=words.column[0], text=repr(text)), SAY("add_word"))


class _Cells:
    """A row by our field names."""

    def __init__(self, at: Mapping[str, list[str]], row: Row) -> None:
        self._at, self._row = at, row

    def all(self, name: str) -> list[str]:
        """Every value that is there, without the marks that spreadsheets and services put around it."""
        cells = (self._row.values.get(header, "") for header in self._at.get(name, ()))
        return [text for cell in cells if (text := cell.strip(" \t`'\"")) and text not in ("/", "-", "--")]

    def first(self, name: str) -> str:
        """The first of them, or ''."""
        return next(iter(self.all(name)), "")


def _money(text: str) -> Money | None:
    """An amount with a sign; None for an empty cell."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    negative = folded.startswith("-") or (folded.startswith("(") and folded.endswith(")"))
    found = amount(folded.strip("+-()"))
    return -found if found is not None and negative else found


def _digits(text: str) -> str:
    return re.sub(r"[^0-9*xX]", "", unicodedata.normalize("NFKC", text)).replace("x", "*").replace("X", "*")


def _unique(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """Each with its key: channel and serial, else a digest of what it says and which of equal ones it is.

    Two exports that overlap give the same keys: the digest has nothing of the file in it. A serial that is unique
    is one payment, however often a file shows it and in whichever of a bank's formats; a short one (交易流水号)
    comes again on another day.
    """
    seen: Counter[str] = Counter()
    done = []
    for line in lines:
        if line.serials and len(line.serials[0]) >= SERIAL_DIGITS:
            done.append(replace(line, key=f"{line.channel}:{line.serials[0]}:{line.amount.amount}"))
            continue
        said = "\x1f".join(
            (
                *line.serials[:1],
                line.account,
                line.payer,
                line.payer_account,
                line.purpose,
                line.time,
                line.department,
                line.project,
                str(line.amount),
                line.booked.isoformat(),
            )
        )
        base = f"{line.format}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
        seen[base] += 1
        done.append(replace(line, key=base if seen[base] == 1 else f"{base}:{seen[base]}"))
    return done

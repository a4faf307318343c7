"""Patrons' mails written by hand, read in this process: what each is, how certain the reading is, and the tables.

open.toml, closed.toml, second.toml and the odd ids of plain.toml may be looked into while the rules are mended; late.toml
(the nastiest) and the even ids of plain.toml only measure. Keys of a mail: id, subject, text
(may quote what it answers), from (internal | external | unknown), attachments (names), kinds, alternatives (other
readings that are right), certain (a careful colleague would dare to answer it unread), lang, note.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.domain.incoming.ruling import Classification
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.parse import parse_mail as parse

HERE = Path(__file__).parent
PARTS = ("open", "closed", "late", "second", "plain")
NUMBER = r"20\d{11}"  # as the mails write it
SENDERS = {"internal": "reader@zju.example", "external": "reader@firm.example", "unknown": "someone@post.example"}
# What a person carries out or decides, however plainly it is told: never answered unread, whatever is understood.
A_PERSONS = frozenset({"payment_proof", "cancel_request", "refund_request", "address_change", "patron_other"})
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic", "pdf": "application/pdf",
          "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
_BYTES = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "pdf": b"%PDF-1.4\n%%EOF\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One mail of the set and what is right for it; `readings` holds every right set of kinds, the first preferred."""

    id: str
    raw: bytes
    readings: tuple[tuple[str, ...], ...]
    certain: bool
    subject: str
    text: str

    @property
    def main(self) -> str:
        return self.readings[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a mail was read. `understood`: nothing is left over."""

    mail: Written
    kinds: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def understood(self) -> bool:
        return not self.rest

    @property
    def certain(self) -> bool:
        """Whether it could be answered unread."""
        return self.understood and A_PERSONS.isdisjoint(self.kinds)

    @property
    def main_right(self) -> bool:
        return self.kinds[0] in {reading[0] for reading in self.mail.readings}

    @property
    def right(self) -> bool:
        """Whether the kinds are complete and none too many."""
        return set(self.kinds) in [set(reading) for reading in self.mail.readings]

    @property
    def wrong_for_sure(self) -> str:
        """What is certain and wrong, or ''."""
        if self.understood and not self.right:
            return "understood as what it is not"
        return "a colleague would not dare to answer it unread" if self.certain and not self.mail.certain else ""


def mails(part: str) -> Iterator[Written]:
    """The mails of a part; none where its file is not there."""
    path = HERE / f"{part}.toml"
    if path.exists():
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["mail"]:
            readings = tuple(tuple(kinds) for kinds in (row["kinds"], *row.get("alternatives", ())))
            yield Written(id=row["id"], raw=_message(row), readings=readings, certain=row["certain"],
                          subject=row["subject"], text=row["text"])  # fmt: skip


def _message(row: dict[str, object]) -> bytes:
    message = EmailMessage()
    message["From"] = f"Reader <{SENDERS[str(row['from'])]}>"
    message["To"] = "ill@lib.example"
    message["Date"] = "Wed, 25 Nov 2026 09:00:00 +0800"
    message["Message-ID"] = f"<{row['id']}@patrons.example>"
    message["Subject"] = " ".join(str(row["subject"]).split())
    message.set_content(str(row["text"]).lstrip("\n") + "\n")
    names = row.get("attachments", ())
    for name in names if isinstance(names, list) else ():
        ending = name.rpartition(".")[2].lower()
        main, _, sub = _TYPES.get(ending, "application/octet-stream").partition("/")
        message.add_attachment(_BYTES.get(ending, b"attached " * 20), maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@cache
def rules() -> RuleSet:
    """The shipped rules."""
    return load(None, NUMBER)


def read(mail: Written) -> Reading:
    """Read one mail as of a proven sender."""
    parsed = parse(mail.raw)
    author = parsed.author
    auth = AuthReport(verdict=Verdict.PASS, address=author.address, domain=author.domain, how="dkim")
    found: Classification = rules().classify(parsed, auth)
    told = [ruling for ruling in found.rulings if ruling.party is found.main.party]  # no provider's forwarded mail
    kinds = tuple(dict.fromkeys(ruling.kind.value for ruling in told))
    if len(kinds) > 1 and not told[-1].rule:
        kinds = tuple(kind for kind in kinds if kind != "patron_other")  # the doubt beside a guess is no kind read
    return Reading(mail=mail, kinds=kinds, rest=found.rest)


def share(hits: Iterable[bool]) -> float:
    """How many of them are true, in per cent."""
    counted = Counter(hits)
    return 100 * counted[True] / max(1, counted.total())


def confusion(readings: Sequence[Reading]) -> str:
    """A row a kind expected, a column a kind read; a mail of several kinds counts in each of its rows."""
    expected = sorted({kind for r in readings for kind in r.mail.readings[0]})
    columns = sorted({kind for r in readings for kind in r.kinds} | set(expected))
    cells: Counter[tuple[str, str]] = Counter()
    for r in readings:
        right = next((set(reading) for reading in r.mail.readings if set(reading) == set(r.kinds)), None)
        wanted = right or set(r.mail.readings[0])
        said = set(r.kinds)
        for kind in wanted:
            cells.update((kind, k) for k in ([kind] if kind in said else sorted(said - wanted) or ["(none)"]))
        for kind in said - wanted:
            cells["(too many)", kind] += 0 if wanted - said else 1
    columns = [*columns, "(none)"]
    head = f"{'expected':22}" + "".join(f"{_short(kind):>7}" for kind in columns)
    rows = [(kind, [cells[kind, column] for column in columns]) for kind in [*expected, "(too many)"]]
    return "\n".join([head, *(f"{kind:22}" + "".join(f"{n or '.':>7}" for n in counts) for kind, counts in rows)])


def _short(kind: str) -> str:
    words = kind.split("_")
    return words[0][:6] if words[0] != "patron" else "other"


def summary(readings: Sequence[Reading]) -> str:
    """The figures of a part."""
    answerable = [r for r in readings if r.mail.certain]
    return "\n".join(
        [
            f"mails {len(readings)}; first kind right {share(r.main_right for r in readings):.1f} %; "
            f"all kinds right {share(r.right for r in readings):.1f} %",
            f"understood (nothing left over) {share(r.understood for r in readings):.1f} %; certain to be answered unread "
            f"{share(r.certain for r in readings):.1f} %",
            f"of the {len(answerable)} that a colleague would dare to answer unread: certain "
            f"{share(r.certain for r in answerable):.1f} %",
            f"certain and wrong: {sum(bool(r.wrong_for_sure) for r in readings)}",
        ]
    )


def mishaps(readings: Sequence[Reading]) -> str:
    """Everything wrong, the worst first."""
    lines = [
        f"SURE {r.mail.id} {r.wrong_for_sure}: {', '.join(r.kinds)} for {_wanted(r)}"
        for r in readings
        if r.wrong_for_sure
    ]
    lines += [f"kind {r.mail.id} {', '.join(r.kinds)} for {_wanted(r)}" for r in readings if not r.right]
    return "\n".join(lines)


def _wanted(r: Reading) -> str:
    return " | ".join(", ".join(reading) for reading in r.mail.readings)

"""maild evaluate: how much of labelled mail would be settled unread, told in part, or held; and what would be wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, settings
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.cli.reading.labelled import Mail, Office
    from maild.config import Settings
    from maild.domain.learning.evaluation import Done, Grade, Share

Row = dict[str, Any]
EARLIER_DAYS = 3  # how long before the mails their office sent what it has delivered
ACCEPTS = "accepts the fee of"  # stands in the reason of a decision that takes a mail for a consent
# Notices that only say that a mail, or a wish of it, came: they answer nothing.
ACKNOWLEDGEMENTS = frozenset(
    {
        "acknowledged",
        "proof_received",
        "proof_unreadable",
        "proof_seen_before",
        "invoice_received",
    }
)


def evaluate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Labelled mails, JSON lines. None: the mails of patrons that staff have decided here.", metavar="FILE…"
        ),
    ] = None,
    office: Annotated[
        Path | None,
        typer.Option(
            "--office",
            help="TOML of patrons, requests and senders to judge them by; default: the database.",
            metavar="FILE",
        ),
    ] = None,
    today: Annotated[str, typer.Option("--today", help="The day on which the mails come.", metavar="DAY")] = "",
    show_mails: Annotated[bool, typer.Option("--mails", help="Also tell of each mail.")] = False,
) -> None:
    """Hold what would be done with labelled mails against what a careful colleague would do. Changes nothing.

    A row: id, from, subject, text, files, quoted, proven; kinds, about, colleague (settle, part or hold). Told in part:
    a question was answered or a step done, the rest waits; an acknowledgement alone is held. Exit 1 if an act is wrong.

    Without files the office's own history is the measure: each mail that staff answered with a ready text, booked,
    dismissed as thanks or labelled is decided again as of its day, on what is known of its requests today.
    """
    if not files:
        if office or today:
            raise ConfigError("--office and --today are for labelled mails", remedy="name a file of them")
        grades = list(_of_history())
    else:
        grades = _of_files(files, office, _moment(today))
    _tell(grades, mails=show_mails)
    if any(grade.wrong == "act" for grade in grades):
        raise typer.Exit(1)


def _of_history() -> Iterator[Grade]:
    """What staff did with their mails is what is right; they would let go whatever they settled by a ready text."""
    from maild.bootstrap import build
    from maild.domain.learning.evaluation import Colleague, Label, grade
    from maild.office.learning.history import history
    from maild.spine.explain import matter_row

    services = build(settings())
    try:
        for one in history(services.parts, services.learner.labelled()):
            kinds = (*sorted(one.label.kinds), *sorted(one.label.maybe))
            decision = one.decision
            done = done_of(
                {
                    "decision": {"action": decision.action.value, "cause": decision.cause.value},
                    "matters": [matter_row(matter) for matter in decision.about.matters],
                    "kinds": [kind.value for kind in one.reading.classification.kinds],
                }
            )
            yield grade(Label(id=str(one.mail.id), kinds=kinds, colleague=Colleague.SETTLE), done)
    finally:
        services.close()


def _of_files(files: Sequence[Path], office: Path | None, at: datetime) -> list[Grade]:
    from maild.cli.reading.labelled import Office, read_mails, read_office

    known = read_office(office) if office else Office()
    with _services(known if office else None, at) as services:
        mails = list(read_mails(files, known, own_address=services.settings.office.address, at=at))
        return list(_grades(services, mails, at))


def _moment(day: str) -> datetime:
    try:
        chosen = date.fromisoformat(day) if day else datetime.now(UTC).date()
    except ValueError as error:
        raise ConfigError(f"--today: {day!r} is no day", remedy="write it as 2026-11-24") from error
    return datetime(chosen.year, chosen.month, chosen.day, 1, tzinfo=UTC)  # nine in the morning in China


@contextmanager
def _services(office: Office | None, at: datetime) -> Iterator[Services]:
    """The office's own, or those of an invented one; both believe what the rows say of who is proven."""
    from maild.authenticate.resolver import NoResolver
    from maild.bootstrap import build

    with tempfile.TemporaryDirectory(prefix="maild-evaluate-") as folder:
        made = build(_settings(settings(), folder if office else ""), resolver=NoResolver())
        try:
            if office:
                _fill(made, office, Path(folder), at)
            yield made
        finally:
            made.close()


def _settings(found: Settings, folder: str) -> Settings:
    from maild.cli.reading.labelled import AUTHSERV

    believed = replace(found, authentication=replace(found.authentication, authserv_id=AUTHSERV))
    if not folder:
        return believed
    return replace(
        believed,
        store=replace(found.store, url=f"sqlite:///{folder}/maild.db", blobs=Path(folder) / "blobs"),
        staff=replace(found.staff, addresses=("staff@office.example",), digest_at="08:30"),  # as an office has it
    )


def _fill(made: Services, office: Office, folder: Path, at: datetime) -> None:
    from maild.office.imports.importing import import_patrons, import_transactions

    made.ensure_schema()
    for name, text in office.csv().items():
        file = folder / f"{name}.csv"
        file.write_text(text, "utf-8")
        take = import_patrons if name == "patrons" else import_transactions
        if errors := take(made.store, file, made.clock).errors:
            raise ConfigError(f"--office: {errors[0].column}: {errors[0].what}", remedy=errors[0].remedy)
    _send_earlier(made, office, at - timedelta(days=EARLIER_DAYS))


def _send_earlier(made: Services, office: Office, at: datetime) -> None:
    """What an office that works with maild would have sent by then: a delivered copy left with its notice, and who has
    a book to fetch was told so.
    """
    from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
    from maild.domain.requests.lifecycle import State
    from maild.domain.requests.patron import Document

    told = {State.DELIVERED: NoticeKind.DOCUMENT_DELIVERED, State.RECEIVED: NoticeKind.PICK_UP}
    with made.store.begin() as uow:
        for number in (str(row[0]) for row in office.requests.values()):
            if (case := uow.transactions.get(number)) is None:
                continue
            patron = uow.patrons.get(case.patron_id)
            if (kind := told.get(case.state)) is None or patron is None or not patron.emails:
                continue
            files: tuple[tuple[str, str], ...] = ()
            if kind is NoticeKind.DOCUMENT_DELIVERED:
                sent = Document(number=number, sha256=sha256(number.encode()).hexdigest(), filename=f"{number}.pdf")
                uow.documents.add(sent, None, at)
                files = ((sent.sha256, sent.filename),)
            notice = NoticeRequest(
                kind=kind,
                subject=number,
                recipient=patron.emails[0].address,
                patron_id=patron.patron_id,
                number=number,
                documents=files,
            )
            for entry_id in uow.outbox.add([notice], at):
                uow.outbox.mark(entry_id, OutboxState.SENT, now=at)


def _grades(services: Services, mails: Sequence[Mail], at: datetime) -> Iterator[Grade]:
    from maild.cli.reading import sources
    from maild.cli.reading.remembered import remembering
    from maild.domain.learning.evaluation import grade
    from maild.spine.explain import explain

    parts = remembering(services.parts)
    with sources.progress(len(mails)) as advance:
        for mail in mails:
            row = explain(mail.raw, mail.label.id, parts, at)
            advance()
            yield grade(mail.label, done_of(row))


def done_of(row: Mapping[str, Any]) -> Done:
    """What was made of a mail, from its row of `maild explain --json`."""
    from maild.domain.learning.evaluation import Done, Fate

    decision, matters = row["decision"], row["matters"]
    done = [
        m
        for m in matters
        if m["outcome"] in ("settled", "told") and (m["moved"] or not ACKNOWLEDGEMENTS.issuperset(m["notices"]))
    ]
    done = [m for m in done if m["notices"] or m["outcome"] == "settled"]
    settled = decision["action"] in ("apply", "ignore") and not decision["cause"]
    answered = [m for m in done if not m["moved"]]
    return Done(
        fate=Fate.SETTLED if settled else Fate.TOLD if done else Fate.HELD,
        read=tuple(row["kinds"]),
        told=tuple(dict.fromkeys("consent" if _consented(m, row) else m["kind"] for m in done)),
        numbers=tuple(dict.fromkeys(n for m in answered for n in m["about"])),
        moved=tuple(dict.fromkeys(n for m in done for n in m["moved"])),
    )


def _consented(matter: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether what was done of it answers to a fee that the mail accepts."""
    notices, fields = set(matter["notices"]), row.get("fields") or {}
    accepts = bool(fields.get("consent")) or any(ACCEPTS in reason for reason in row["decision"].get("reasons", ()))
    return "fee_accepted" in notices or ("fee_notice" in notices and accepts)


# --- telling ------------------------------------------------------------------------------------------------


def _tell(grades: Sequence[Grade], *, mails: bool) -> None:
    from maild.domain.learning.evaluation import by_class, by_kind, share

    rows = [("kind", name, one) for name, one in by_kind(grades).items()]
    rows += [("class", name, one) for name, one in by_class(grades).items()]
    rows.append(("all", "all", share(grades)))
    if mails or not CALL.json:
        for grade in sorted(grades, key=lambda g: (g.wrong.value, g.label.id)):
            if mails or grade.wrong:
                _tell_mail(grade)
    told = [_share(what, name, one) for what, name, one in rows]
    if CALL.json:
        for row in told:
            show.dump(row)
        return
    show.table(
        told,
        ("name", "mails", "settled", "told", "held", "wanted", "wanted_share", "wrong_acts", "wrong_answers", "beyond"),
    )
    _tell_bounds(share(grades))


def _tell_mail(grade: Grade) -> None:
    label, done = grade.label, grade.done
    row = {
        "what": "mail",
        "id": label.id,
        "fate": done.fate.value,
        "colleague": label.colleague.value,
        "kinds": list(label.kinds),
        "read": list(done.read),
        "told": list(done.told),
        "about": list(label.about),
        "numbers": list(done.numbers),
        "moved": list(done.moved),
        "wrong": grade.wrong.value,
        "beyond": grade.beyond,
        "why": grade.why,
    }
    if CALL.json:
        show.dump(row)
    else:
        wrong = f"  WRONG {grade.wrong}: {grade.why}" if grade.wrong else ""
        show.say(f"{label.id}: {done.fate} ({label.colleague}) {', '.join(done.told or done.read)}{wrong}")


def _share(what: str, name: str, one: Share) -> Row:
    return {
        "what": what,
        "name": name,
        "mails": one.mails,
        "settled": one.settled,
        "told": one.told,
        "held": one.held,
        "acted": one.acted,
        "acted_share": _part(one.acted, one.mails),
        "wanted": one.wanted,
        "wanted_done": one.wanted_done,
        "wanted_share": _part(one.wanted_done, one.wanted),
        "wrong_acts": one.wrong_acts,
        "wrong_answers": one.wrong_answers,
        "beyond": one.beyond,
        "wrong_acts_at_most": round(one.bound(one.wrong_acts), 4),
        "wrong_answers_at_most": round(one.bound(one.wrong_answers), 4),
    }


def _part(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0


def _tell_bounds(one: Share) -> None:
    acts, answers = 100 * one.bound(one.wrong_acts), 100 * one.bound(one.wrong_answers)
    show.say(f"settled or told in part: {100 * _part(one.acted, one.mails):.1f} % of {one.mails}")
    show.say(
        f"of the {one.wanted} that a careful colleague would let go unread, whole or in part: "
        f"{100 * _part(one.wanted_done, one.wanted):.1f} %"
    )
    show.say(f"wrong acts: {one.wrong_acts}, <= {acts:.2f} % wrong at 95 %, n = {one.acted}")
    show.say(
        f"wrong harmless answers: {one.wrong_answers}, <= {answers:.2f} % wrong at 95 %, n = {one.acted}; "
        f"answered in part where a colleague would have read first: {one.beyond}"
    )

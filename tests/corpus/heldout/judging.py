"""Reads the held-out mails with the command as a user would, and grades the answers."""

from __future__ import annotations

import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from tests.corpus.heldout.mails import AUTHSERV, OFFICE, TOKEN_KEY, Case, Store

ROOT = Path(__file__).parents[3]
RIGHT, HELD, KIND, ABOUT, FIELD, SURE = "right", "held", "kind", "about", "field", "SURE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """right; held: a person is asked where the mail could have been settled; kind, about, field: wrong, but
    a person looks at it (or a field is missing); SURE: wrong and acted upon (or a mail thrown away that wants an answer)."""

    case: Case
    mark: str
    why: str
    row: Mapping[str, Any]


def explain(cases: Sequence[Case], folder: Path) -> dict[str, dict[str, Any]]:
    """`maild explain --json` over the mails against the store; id → answer."""
    environment = maild_in(folder)
    _import(folder, environment)
    mails = folder / "mails"
    mails.mkdir()
    for case in cases:
        (mails / f"{case.id}.eml").write_bytes(case.raw)
    said = said_by(["explain", "--json", "--dns", "none", str(mails)], environment)
    rows = [json.loads(line) for line in said.splitlines()]
    return {Path(row["source"]).stem: row for row in rows}


def maild_in(folder: Path) -> dict[str, str]:
    """The environment of an office in this folder."""
    return {**os.environ, "MAILD_STORE__URL": f"sqlite:///{folder}/maild.db", "MAILD_STORE__BLOBS": f"{folder}/blobs",
            "MAILD_AUTHENTICATION__AUTHSERV_ID": AUTHSERV, "MAILD_OFFICE__ADDRESS": OFFICE,
            "MAILD_MATCHING__TOKEN_KEY": TOKEN_KEY}  # fmt: skip


def _import(folder: Path, environment: dict[str, str]) -> None:
    patrons, transactions = Store().csv()
    for name, text in (("patrons", patrons), ("transactions", transactions)):
        file = folder / f"{name}.csv"
        file.write_text(text, encoding="utf-8")
        said_by(["import", name, str(file)], environment)


def said_by(arguments: list[str], environment: dict[str, str]) -> str:
    """What a command prints; AssertionError where it fails. In this process: its own rules and readers are at hand there."""
    code, out, err = typed(arguments, environment)
    if code:
        raise AssertionError(f"maild {' '.join(arguments)}: {out}\n{err}")
    return out


def typed(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    """The exit status of a command in that environment, and what it writes: standard output, standard error."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in os.environ.keys() - environment.keys():
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        code = run(arguments)
    return code, *(stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]


def grade(case: Case, row: Mapping[str, Any]) -> Grade:
    """Hold one answer against what is right."""
    action, about = row["decision"]["action"], _about(row)
    kind_ok = bool({"*", row["kind"]} & case.kinds)
    about_ok = case.any_transaction or not case.transactions or about == case.transactions
    unlike = [
        (name, row["fields"].get(name, ""), value)
        for name, value in case.fields.items()
        if not _same(name, row["fields"].get(name, ""), value)
    ]
    missing = [f"no {name} ({value!r})" for name, said, value in unlike if not said]
    wrong = [f"{name}={said!r} not {value!r}" for name, said, value in unlike if said] + _bounce(case, row)
    # Short of what ignoring needs, a mail that nobody waits for goes to the low heap of the queue.
    low = "ignore" in case.actions and row["decision"]["cause"] == "advertising"
    act_ok = low or action in case.actions

    def give(mark: str, why: str) -> Grade:
        return Grade(case=case, mark=mark, why=why, row=row)

    if action == "apply" and not (act_ok and kind_ok and about_ok and not wrong):
        return give(SURE, f"applied as {row['kind']} to {sorted(about)} {wrong}")
    if action == "ignore" and not act_ok:
        return give(SURE, f"thrown away as {row['kind']}")
    if row["decision"]["notices"] and not about_ok:
        return give(SURE, f"a notice about {sorted(about)}")
    if not kind_ok:
        return give(KIND, f"{row['kind']} for {'|'.join(sorted(case.kinds))}")
    if wrong or missing:
        return give(FIELD, "; ".join([*wrong, *missing]))
    if not act_ok:
        return give(HELD, f"{action}: {'; '.join(row['decision']['reasons'][:2])}")
    if not about_ok and action != "ignore":
        return give(ABOUT, f"{sorted(about)} for {sorted(case.transactions)}")
    return give(RIGHT, "")


def _about(row: Mapping[str, Any]) -> frozenset[str]:
    """The requests a decision is about; beside a mail in the queue, the best candidates."""
    told = row["decision"]["transactions"]
    if told or row["decision"]["action"] != "review" or not row["candidates"]:
        return frozenset(told)
    best = row["candidates"][0]["score"]
    return frozenset(c["transaction"] for c in row["candidates"] if c["score"] == best and best > 0)


def _same(name: str, said: str, wanted: str) -> bool:
    if "|" in wanted:
        return any(_same(name, said, one) for one in wanted.split("|"))
    if name in ("total", "subsidy", "payable"):
        try:
            return Decimal(said) == Decimal(wanted)
        except InvalidOperation:
            return False
    return said[:10] == wanted if name in ("due", "expires") else said == wanted


def _bounce(case: Case, row: Mapping[str, Any]) -> list[str]:
    if not case.bounce or not row["bounce"]:
        return [] if not case.bounce or row["kind"] != "bounce" else ["no bounce read"]
    said = [(r["address"], "permanent" if r["permanent"] else "temporary") for r in row["bounce"]["recipients"]]
    return [] if said == [case.bounce] else [f"bounce {said} not {case.bounce}"]


def accuracy(grades: Iterable[Grade]) -> float:
    """The share of mails that are right in everything, in per cent."""
    marks = Counter(g.mark == RIGHT for g in grades)
    return 100 * marks[True] / max(1, marks.total())


def kinds_right(grades: Iterable[Grade]) -> float:
    """The share of mails whose kind is right, whatever became of them, in per cent."""
    marks = Counter(bool({"*", g.row["kind"]} & g.case.kinds) for g in grades)
    return 100 * marks[True] / max(1, marks.total())


def table(grades: Sequence[Grade]) -> str:
    """Per expected kind: how many of each mark; then each mail that is not right."""
    marks = (RIGHT, HELD, KIND, ABOUT, FIELD, SURE)
    lines = [f"{'kind':24}{'mails':>6}" + "".join(f"{m:>7}" for m in marks)]
    by_kind: dict[str, Counter[str]] = {}
    for g in grades:
        by_kind.setdefault(_first(g), Counter())[g.mark] += 1
    rows = [*sorted(by_kind.items()), ("all", sum(by_kind.values(), Counter()))]
    lines += [f"{kind:24}{n.total():>6}" + "".join(f"{n[m] or '.':>7}" for m in marks) for kind, n in rows]
    confused = Counter((_first(g), g.row["kind"]) for g in grades if not {"*", g.row["kind"]} & g.case.kinds)
    lines += ["confused:"] + [f"  {n} {a} read as {b}" for (a, b), n in confused.most_common()]
    return "\n".join(lines)


def _first(g: Grade) -> str:
    return min(g.case.kinds, key=len) if len(g.case.kinds) > 1 else next(iter(g.case.kinds))


def mishaps(grades: Sequence[Grade]) -> str:
    """Each mail that is not right, the worst first."""
    order = (SURE, KIND, FIELD, ABOUT, HELD)
    wrong = sorted((g for g in grades if g.mark != RIGHT), key=lambda g: (order.index(g.mark), g.case.id))
    return "\n".join(f"{g.mark:6}{g.case.id:24} {g.why}  [{g.row['rule']}]" for g in wrong)


def main() -> None:
    """python -m tests.corpus.heldout.judging A|B: print the table and the mishaps of one half."""
    import tempfile

    from tests.corpus.heldout.mails import cases

    half = sys.argv[1]
    chosen = [case for case in cases() if case.half == half]
    with tempfile.TemporaryDirectory() as folder:
        rows = explain(chosen, Path(folder))
    grades = [grade(case, rows[case.id]) for case in chosen]
    print(table(grades))
    print(f"right {accuracy(grades):.1f} %, kind right {kinds_right(grades):.1f} %")
    print(mishaps(grades) if "-q" not in sys.argv else "")


if __name__ == "__main__":
    main()

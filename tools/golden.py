"""What maild does with all mails of the repository and what its doors say, frozen and compared: nothing may change unseen.

    python tools/golden.py freeze FILE [--share N]     every N-th mail of each collection (1: all of them)
    python tools/golden.py compare FILE                exit code 1 where a line differs; says which keys

A mail is read and decided twice: as it is, and as if its sender were proven. Then an office with something on every page
is asked (golden_doors.py): each command that only looks, with --json; each GET of the API; each notice as it is composed.
Lines are JSON: {"of": …, "row": …}.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from maild.bootstrap import Services  # noqa: E402
from maild.demo import office  # noqa: E402
from maild.domain.incoming.reading import Reading  # noqa: E402
from maild.domain.incoming.trust import AuthReport, Verdict  # noqa: E402
from maild.parse import parse_mail  # noqa: E402
from maild.ports import DnsAnswers  # noqa: E402
from maild.settings import load_settings  # noqa: E402
from maild.spine.explain import explain  # noqa: E402
from maild.spine.reading.read import LocalReader, ReadSettings, is_own  # noqa: E402
from tests.bench.traffic import WRITTEN, traffic  # noqa: E402
from tests.corpus import hostile_fields, hostile_html, hostile_mails  # noqa: E402

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MOMENTARY = {"seconds"}  # what is another at each run
_TEXTS, _SENDERS = ("text", "body", "mail"), ("from", "sender")


class Now:
    """One moment for ever."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class NoDns:
    """A resolver that knows that there is nothing."""

    def txt(self, names: Any) -> DnsAnswers:
        return dict.fromkeys(names, ())


class Proven(LocalReader):
    """Reads as if what wrote the mail were proven to be its author."""

    def __init__(self, settings: ReadSettings) -> None:
        super().__init__(settings)
        self._own = settings.own_address

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        mail = parse_mail(raw)
        author = mail.author
        auth = AuthReport(verdict=Verdict.PASS, address=author.address, domain=author.domain)
        found = self._rules.classify(mail, auth, own=is_own(mail, self._own), named=named)
        return Reading(mail=mail, auth=auth, classification=found)


def collections() -> Iterator[tuple[str, Iterator[tuple[str, bytes]]]]:
    """Every set of mails that the repository holds or makes: (name, its mails by id)."""
    for folder in ("rules", "tests"):
        paths = sorted((ROOT / folder).rglob("*.eml"))
        yield f"{folder}/*.eml", ((str(p.relative_to(ROOT)), p.read_bytes()) for p in paths)
    for path in sorted((ROOT / "tests").rglob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        yield str(path.relative_to(ROOT)), _written(rows)
    for path in sorted((ROOT / "tests" / "corpus").rglob("*.toml")):
        tables = tomllib.loads(path.read_text("utf-8")).values()
        rows = [row for table in tables if isinstance(table, list) for row in table if isinstance(row, dict)]
        yield str(path.relative_to(ROOT)), _written(rows)
    yield "hostile mails", ((f"{kind}/{name}", raw) for kind, name, raw in hostile_mails.mails() if len(raw) < 200_000)
    yield "hostile html", hostile_html.mails()
    # Of one of them an archive is made at each run, which holds that moment.
    yield "hostile fields", ((name, raw) for name, raw in hostile_fields.mails() if name != "files")
    WRITTEN.set(NOW - timedelta(days=1))
    yield "bench", ((str(i), raw) for i, raw in enumerate(traffic(200).mails))


def _written(rows: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Mails of a table: whatever rows have words and perhaps a sender and a subject; ready-made ones as they are."""
    for place, row in enumerate(rows):
        name = str(row.get("id") or row.get("name") or place)
        if isinstance(row.get("raw"), str):
            yield name, row["raw"].lstrip("\n").encode()
            continue
        text = next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), None)
        if text is None:
            continue
        mail = EmailMessage()
        sender = next((row[key] for key in _SENDERS if isinstance(row.get(key), str)), "")
        mail["From"] = sender if "@" in sender else "reader@patron.example"
        mail["To"], mail["Date"] = "office@library.example", "Wed, 25 Nov 2026 09:12:33 +0800"
        mail["Message-ID"] = f"<{place}@golden.example>"
        mail["Subject"] = " ".join(str(row.get("subject", "")).split())
        mail.set_content(text)
        yield name, mail.as_bytes()


@contextlib.contextmanager
def house() -> Iterator[tuple[Services, Path]]:
    """An office with the demo's patrons and requests in a folder of its own, and its configuration."""
    with tempfile.TemporaryDirectory(prefix="maild-golden-") as folder:
        config = Path(folder) / "maild.toml"
        config.write_text(
            f'[store]\nurl = "sqlite:///{folder}/m.db"\nblobs = "{folder}/blobs"\nupgrade = true\n'
            f'[matching]\ntoken_key = "{"7" * 64}"\n[confine]\nrequired = false\n[daemon]\nworkers = 1\n',
            "utf-8",
        )
        config.chmod(0o600)
        made = Services(load_settings(config), resolver=NoDns(), clock=Now())
        try:
            made.ensure_schema()
            office.fill(made.store, made.clock)
            yield made, config
        finally:
            made.close()


def decisions(made: Services, share: int) -> Iterator[tuple[str, Any]]:
    """What would be done with each mail, as it is and as if its sender were proven."""
    settings = made.settings
    said = ReadSettings(
        transaction_number=settings.matching.transaction_number,
        authserv_id=settings.authentication.authserv_id,
        own_address=settings.office.address,
    )
    readers = {"as it is": LocalReader(said), "proven": Proven(said)}
    parts = replace(made.parts, resolver=NoDns(), receipts=None)
    for collection, mails in collections():
        for name, raw in islice(mails, 0, None, share):
            for how, reader in readers.items():
                row = explain(raw, name, replace(parts, reader=reader), NOW)
                yield f"{collection}: {name} ({how})", {k: v for k, v in row.items() if k not in MOMENTARY}


def everything(share: int) -> Iterator[tuple[str, Any]]:
    """All that is frozen."""
    with house() as (made, _):
        yield from decisions(made, share)
    from tools.golden_doors import doors  # the console and its tests: not for who only wants the house

    yield from doors()


def main() -> int:
    """Freeze, or compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["freeze", "compare"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--share", type=int, default=1)
    asked = parser.parse_args()
    if asked.act == "freeze":
        with asked.file.open("w", encoding="utf-8") as out:
            print(json.dumps({"share": asked.share}), file=out)
            count = sum(1 for line in map(_line, everything(asked.share)) if out.write(line + "\n"))
        print(f"{count} frozen")
        return 0
    before, share = frozen(asked.file)
    return compare(before, everything(share))


def frozen(file: Path) -> tuple[Mapping[str, Any], int]:
    """What was frozen into a file, and which share of the mails."""
    first, *lines = file.read_text("utf-8").splitlines()
    return {row["of"]: row["row"] for row in map(json.loads, lines)}, json.loads(first)["share"]


def _line(pair: tuple[str, Any]) -> str:
    line = json.dumps({"of": pair[0], "row": pair[1]}, ensure_ascii=False, sort_keys=True, default=str)
    return line.replace(str(ROOT), "…")


def _apart(*values: object) -> Iterator[str]:
    """Both from a little before the place where they begin to differ."""
    texts = [json.dumps(value, ensure_ascii=False, sort_keys=True) for value in values]
    same = next((place for place, pair in enumerate(zip(*texts, strict=False)) if len({*pair}) > 1), 0)
    return (text[max(0, same - 60) : same + 140] for text in texts)


def compare(before: Mapping[str, Any], now: Iterable[tuple[str, Any]]) -> int:
    """Print what differs; returns the exit code."""
    seen, differing = set[str](), 0
    for pair in now:
        of, row = pair[0], json.loads(_line(pair))["row"]
        seen.add(of)
        if of in before and row != before[of]:
            differing += 1
            keys = sorted(key for key in {*row, *before[of]} if row.get(key) != before[of].get(key))
            print(f"{of}: {', '.join(keys)}")
            for key in keys[:4]:
                print(f"    {key}:", *_apart(before[of].get(key), row.get(key)), sep="\n      ")
    new, gone = len(seen - before.keys()), len(before.keys() - seen)
    print(f"{len(seen)} looked at, {differing} differ, {new} new, {gone} gone")
    return 1 if differing or gone else 0


if __name__ == "__main__":
    sys.exit(main())

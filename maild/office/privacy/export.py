"""Everything that is held on one person, to be handed out: a page to read, the rows as JSON, mails and files."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.domain.errors import ConfigError, MaildError, Permanent, sign_of_disk
from maild.domain.records.privacy import Held
from maild.ports import Clock
from maild.resources import data_folder

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store

Rows = Mapping[str, Sequence[Mapping[str, object]]]
Put = Callable[[str, bytes], None]
_UNFIT = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written. lost: files whose bytes are not there; shared: mails left out, as they concern others, too."""

    rows: int
    mails: int
    notices: int
    files: int
    lost: int
    shared: int


class Exporter:
    """Hands out what is held on a person. office: the address to write to, on the page."""

    def __init__(self, store: Store, blobs: FileBlobs, clock: Clock, zone: ZoneInfo, office: str) -> None:
        self._store, self._blobs, self._clock = store, blobs, clock
        self._zone, self._office = zone, office

    def export(self, who: str, to: Path) -> Exported:
        """Write a folder, or a zip archive where the name ends so. Raises NotFound; Permanent where `to` is taken."""
        with writing(to) as put:
            return self.write(who, put)

    def write(self, who: str, put: Put) -> Exported:
        """The same, name by name. Raises NotFound before anything is put."""
        now = self._clock.now()
        with self._store.read() as uow:
            held = uow.erasures.held(uow.erasures.person(who))
            rows = uow.erasures.rows(held)
        names = self._names(rows)
        there = {name: data for name, sha256 in names.items() if (data := self._bytes(sha256)) is not None}
        for name, data in there.items():
            put(name, data)
        put("data.json", json.dumps(rows, ensure_ascii=False, indent=1).encode())
        lost = len(names) - len(there)
        put("index.html", page(rows, sorted(there), held, lost, now.astimezone(self._zone), self._office).encode())
        kinds = [name.partition("/")[0] for name in there]
        return Exported(
            rows=sum(map(len, rows.values())),
            mails=kinds.count("mails"),
            notices=kinds.count("notices"),
            files=kinds.count("files"),
            lost=lost,
            shared=len(held.shared),
        )

    def _names(self, rows: Rows) -> dict[str, str]:
        """File in the export → blob."""
        found: dict[str, str] = {}
        for row in rows.get("mail", ()):
            if not row["erased"]:
                found[f"mails/{row['id']}.eml"] = str(row["sha256"])
        for row in rows.get("outbox", ()):
            if row["copy"]:
                found[f"notices/{row['id']}.eml"] = str(row["copy"])
        for table in ("document", "invoice"):
            for row in rows.get(table, ()):
                if row["sha256"]:
                    name = _UNFIT.sub("_", str(row["filename"]))[-80:].lstrip(".")
                    found[f"files/{table}-{row['id']}-{name}"] = str(row["sha256"])
        return found

    def _bytes(self, name: str) -> bytes | None:
        try:
            with self._store.read() as uow:
                return uow.fresh_copies.mail(name, self._blobs.get)
        except MaildError:
            return None


@contextmanager
def writing(to: Path) -> Iterator[Put]:
    """Something that writes files below `to`, readable by nobody else. Raises Permanent where it is there already."""
    if to.exists():
        raise Permanent(f"{to} is there already", remedy="name a new folder or archive")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.suffix.lower() == ".zip":
            to.touch(mode=0o600)
            with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
                yield archive.writestr
            return
        to.mkdir(mode=0o700)

        def put(name: str, data: bytes) -> None:
            (to / name).parent.mkdir(exist_ok=True)
            (to / name).write_bytes(data)

        yield put
    except OSError as error:
        what, remedy = f"{to}: {error.strerror}", "name a place that can be written"
        raise Permanent(what, remedy=remedy, trouble=sign_of_disk(error)) from error


def page(rows: Rows, files: Sequence[str], held: Held, lost: int, when: datetime, office: str) -> str:
    """The page that opens it all, in Chinese and English; nothing in it is loaded from elsewhere."""
    words = _words()
    say: Mapping[str, Sequence[str]] = words["page"]
    said: dict[str, str] = {"when": f"{when:%Y-%m-%d %H:%M %Z}", "office": office}

    def both(two: Sequence[str], **values: object) -> str:
        zh, en = (escape(one.format(**said, **values)) for one in two)
        return f'{zh}<br><span lang="en">{en}</span>'

    name = held.person.name or held.person.known_as
    body = [
        f"<h1>{both(say['title'])}</h1><p><b>{escape(name)}</b></p><p>{both(say['intro'])}</p>",
        f"<p>{both(say['rights'])}</p><h2>{both(say['files'])}</h2><ul>",
        *(f'<li><a href="{escape(one)}">{escape(one)}</a></li>' for one in [*files, "data.json"]),
        "</ul>",
    ]
    body += [f"<p>{both(say[key], n=n)}</p>" for key, n in (("lost", lost), ("shared", len(held.shared))) if n]
    for table, found in rows.items():
        body.append(f"<h2>{both(words['tables'][table])}</h2>" + "".join(map(_row, found)))
    style = (
        "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
        "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;border-top:1px solid #ccc}"
        "dt{color:#666}dd{margin:0;overflow-wrap:anywhere}"
    )
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(say["title"][0])}</title>'
        f"<style>{style}</style><body>{''.join(body)}</body></html>"
    )


def _row(row: Mapping[str, object]) -> str:
    said = {key: value for key, value in row.items() if value not in (None, "", [], {})}
    cells = "".join(f"<dt>{escape(key)}</dt><dd>{escape(_text(value))}</dd>" for key, value in said.items())
    return f"<dl>{cells}</dl>"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _words() -> dict[str, dict[str, list[str]]]:
    path = data_folder("templates") / "privacy.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}", remedy="install maild again from its wheel") from error

"""Saving rules from the console: checked whole, written so that a crash leaves the old or the new, never half of one.

An earlier version is kept below `versions/`, with the time it was replaced; restoring writes it back. Every save is in
the journal with its text before and after. `versions/saved` is touched last: the daemon of every host that reads this
folder sees it and reloads.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated

from maild.classify import SAY as CLASSIFY
from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.classify.vocabulary.model import Example, Rule
from maild.domain.desk.access import Role
from maild.domain.errors import ConfigError, NotFound, Permanent, StaleVersion, Temporary, sign_of_disk
from maild.domain.records.journal import JournalEntry
from maild.office.acting.act import Given, act
from maild.office.acting.result import ActResult, Apart
from maild.office.workshop import SAY
from maild.office.workshop.candidate import staged
from maild.office.workshop.rule_files import seen_of
from maild.office.workshop.rule_maker import OneReader, Open
from maild.office.workshop.saved import SAVED, VERSIONS
from maild.ports import Clock
from maild.resources import data_folder
from maild.store.texts import SAY as STORE

if TYPE_CHECKING:
    from maild.store.uow import Store

KEPT_VERSIONS = 50  # of one file
_NAME = re.compile(r"\d{2,4}-[a-z0-9][a-z0-9-]*")
_STAMP = "%Y%m%dT%H%M%S%fZ"
RELOAD = "maild reloads them within a minute, or now by: systemctl reload maild"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """An earlier text of a rule file. `id` names it; `at`: when it was replaced."""

    id: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An example as it is read now; `problems` is empty where it goes as expected."""

    mail: str
    problems: tuple[str, ...] = ()


Name = Annotated[str, Given(help="The rule, e.g. 30-calis-shipped.", most=200, word=True)]
Note = Annotated[str, Given(help="Why; kept in the history.", most=2000)]
Seen = Annotated[
    str, Given(help="Names the text that was looked at, as `rules list --json` does; '' for whatever.", most=64)
]
ADMIN = Role.ADMINISTRATOR


class RuleActs:
    """Writes into the office's rules folder. Raises Permanent (with the remedy), NotFound, Temporary (the disk)."""

    def __init__(self, store: Store, clock: Clock, folder: str, number: str, open_: Open) -> None:
        self._store, self._clock, self._number, self._open = store, clock, number, open_
        self._folder = folder

    def save(
        self, name: str, files: Mapping[str, bytes], *, actor: str, note: str = "", override: bool = False
    ) -> ActResult:
        """Put a rule into force: `files` holds NAME.toml and what belongs to it (examples, providers.toml).

        override: the shipped rule of that name is meant to be replaced. Raises Permanent where a name will not do.
        """
        folder = self._writable()
        path = folder / f"{name}.toml"
        if not _NAME.fullmatch(name) or path.name not in files:
            raise Permanent(
                SAY("no_rule_name", name=repr(name)), remedy="NN-name: its place in the order, then a-z, 0-9, -"
            )
        if not override:
            self.ready(name)
        if wrong := [other for other in files if not _belongs(other, path.name)]:
            raise Permanent(SAY("file_of_no_rule", file=wrong[0]), remedy=SAY("examples_do"))
        self._check(name, files)
        return self._write(name, files, actor, note, "saved")

    def ready(self, name: str = "") -> None:
        """Raises Permanent where no rule of that name can be saved: no folder that can be written, a shipped name."""
        folder = self._writable()
        if name and (data_folder("rules") / f"{name}.toml").is_file() and not (folder / f"{name}.toml").exists():
            raise Permanent(SAY("shipped_named_so", name=name), remedy=SAY("choose_or_say"))

    def versions(self, name: str) -> tuple[RuleVersion, ...]:
        """Earlier versions of a rule file, latest first."""
        folder = Path(self._folder) / VERSIONS / name if self._folder else None
        if folder is None or not _NAME.fullmatch(name) or not folder.is_dir():
            return ()
        paths = sorted(folder.glob("*Z.toml"), reverse=True)
        return tuple(RuleVersion(id=p.stem, at=_when(p.stem), text=p.read_text("utf-8")) for p in paths)

    @act("rules.restore", "/rules/{name}/restore", role=ADMIN, rules=True)
    def restore(
        self,
        name: Name,
        version: Annotated[str, Given(least=1, most=64, word=True)],
        *,
        actor: str,
        note: Note = "",
        seen: Seen = "",
    ) -> ActResult:
        """Put an earlier version of a rule back into force.

        Raises NotFound.
        """
        self._check_seen(name, seen)
        found = next((one for one in self.versions(name) if one.id == version), None)
        if found is None:
            raise NotFound(SAY("no_rule_version", version=version, name=name), remedy=SAY("look_at_versions"))
        self._writable()
        files = {f"{name}.toml": found.text.encode()}
        self._check(name, files)
        return self._write(name, files, actor, note, "restored")

    @act("rules.disable", "/rules/{name}/disable", role=ADMIN, rules=True)
    def disable(self, name: Name, *, actor: str, note: Annotated[Note, Given(least=1)], seen: Seen = "") -> ActResult:
        """Take a rule out of force, with the reason.

        The office's own file says `disabled`; the version before it is kept. Raises NotFound.
        """
        folder = self._writable()
        self._check_seen(name, seen)
        shipped, own = data_folder("rules") / f"{name}.toml", folder / f"{name}.toml"
        if not _NAME.fullmatch(name) or not (shipped.is_file() or own.is_file()):
            raise NotFound(CLASSIFY("no_rule", name=repr(name)), remedy="maild rules list")
        files = {f"{name}.toml": b"disabled = true\n"}
        with staged(self._folder, files) as trial:
            self._load(trial)
        return self._write(name, files, actor, note, "disabled")

    @act("rules.enable", "/rules/{name}/enable", role=ADMIN, rules=True)
    def enable(self, name: Name, *, actor: str, note: Note = "", seen: Seen = "") -> ActResult:
        """Put a disabled rule back into force.

        The office's latest version of it, or else the shipped one. Raises NotFound, Permanent where it is not disabled.
        """
        folder = self._writable()
        self._check_seen(name, seen)
        rule = f"{name}.toml"
        if not _NAME.fullmatch(name) or not _disables(_text(_read(folder / rule))):
            raise Permanent(SAY("not_disabled", name=name), remedy="maild rules list")
        earlier = next((version.text for version in self.versions(name) if not _disables(version.text)), None)
        if earlier is None and not (data_folder("rules") / rule).is_file():
            raise NotFound(SAY("no_version_kept", name=name), remedy=SAY("save_anew"))
        files = {rule: earlier.encode() if earlier is not None else None}
        self._check(name, files)
        return self._write(name, files, actor, note, "enabled")

    def try_examples(self, name: str) -> tuple[Tried, ...]:
        """Read the examples of a rule in force in a confined process, and say of each whether it goes as expected.

        Raises NotFound.
        """
        rules = self._load(Path(self._folder) if self._folder else None)
        rule = next((one for one in rules.rules if one.name == name), None)
        if rule is None:
            raise NotFound(SAY("no_rule_in_force", name=name), remedy="maild rules list")
        with self._open(self._folder) as reader:
            return tuple(
                Tried(mail=example.mail, problems=tuple(self._wrong(rules, rule, example, reader)))
                for example in rule.examples
            )

    @act("rules.try", "/rules/{name}/try", command=None)
    def tried(self, name: Name) -> ActResult:
        """Read a rule's examples, confined, and say whether they go as expected.

        Raises NotFound.
        """
        every = self.try_examples(name)
        failed = [one for one in every if one.problems]
        good = len(every) - len(failed)
        if failed:
            done = SAY("examples_fail", good=good, all=len(every), mail=failed[0].mail, why=failed[0].problems[0])
        else:
            done = SAY("examples_go", good=good, all=len(every))
        rows = [{"mail": one.mail, "passed": not one.problems, "problems": list(one.problems)} for one in every]
        return ActResult(done=done, data={"examples": rows})

    # -- inside -----------------------------------------------------------------------------------

    def fault(self) -> Permanent | None:
        """Why no rule can be saved, None where it can."""
        try:
            self._writable()
        except Permanent as error:
            return error
        return None

    def _writable(self) -> Path:
        remedy = SAY("create_folder")
        if not self._folder:
            raise Permanent(SAY("no_folder_set"), remedy=remedy)
        folder = Path(self._folder)
        if not folder.is_dir():
            raise Permanent(SAY("no_folder", folder=folder), remedy=remedy)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Permanent(SAY("folder_closed", folder=folder), remedy=SAY("let_console_write"))
        return folder

    def _check_seen(self, name: str, seen: str) -> None:
        """Raises StaleVersion where the author had another text before them than there is now ('' for whatever)."""
        if not _NAME.fullmatch(name):
            return
        paths = [
            *([Path(self._folder) / f"{name}.toml"] if self._folder else []),
            data_folder("rules") / f"{name}.toml",
        ]
        text = next((content for path in paths if (content := _read(path)) is not None), b"")
        if seen and seen != seen_of(text.decode("utf-8", "replace")):
            raise StaleVersion(SAY("rule_changed", name=name), remedy=STORE("look_at_it_again"))

    def _load(self, folder: Path | None) -> RuleSet:
        try:
            return load(folder, self._number)
        except ConfigError as error:
            what = error.what.replace(f"{folder}{os.sep}", "") if folder else error.what
            raise Permanent(SAY("would_not_load", why=what), remedy=error.remedy) from error

    def _check(self, name: str, files: Mapping[str, bytes | None]) -> None:
        """The whole rule set has to load, and the rule's own examples to come out as it says."""
        with staged(self._folder, files) as folder:
            rules = self._load(folder)
            rule = next((one for one in rules.rules if one.name == name), None)
            if rule is None:
                return  # it is disabled
            if not rule.examples:
                raise Permanent(SAY("no_example", name=name), remedy=SAY("rule_needs_mail"))
            with self._open(str(folder)) as reader:
                for example in rule.examples:
                    if wrong := self._wrong(rules, rule, example, reader):
                        raise Permanent(
                            SAY("example_fails", mail=example.mail, why="; ".join(wrong[:3])),
                            remedy=SAY("mend_rule_or_example"),
                        )

    def _wrong(self, rules: RuleSet, rule: Rule, example: Example, reader: OneReader) -> list[str]:
        """What an example gives that it should not."""
        path = rules.example(example.mail)
        if (raw := _read(path)) is None:
            return [SAY("example_missing")]
        now = self._clock.now()
        got = reader.read(raw, {}, now, proven=example.authenticated, before=False).classification
        said = next((one for one in got.rulings if one.rule == rule.name), None)
        if said is None:
            return [SAY("taken_by", rule=got.main.rule or SAY("by_no_rule"), kind=got.main.kind)]
        if example.kind not in got.kinds:
            return [CLASSIFY("kind_expected", found=got.main.kind, wanted=example.kind)]
        return [
            SAY("field_expected", name=name, found=said.value(name), wanted=value)
            for name, value in example.fields.items()
            if said.value(name) != value
        ]

    def _write(self, name: str, files: Mapping[str, bytes | None], actor: str, note: str, what: str) -> ActResult:
        folder, now = Path(self._folder), self._clock.now()
        rule = f"{name}.toml"
        before = {file: _read(folder / file) for file in files}
        try:
            for file in sorted(files, key=lambda file: file == rule):  # the rule last: what it names is there by then
                old = before[file]
                if old is not None and file.endswith(".toml") and old != files[file]:
                    self._keep(folder, file, old, now)
                content = files[file]
                if content is None:
                    (folder / file).unlink(missing_ok=True)
                else:
                    put(folder / file, content)
            put(folder / VERSIONS / SAVED, f"{now.isoformat()} {rule} {token_hex(4)}\n".encode())
        except OSError as error:
            raise Temporary(f"{folder}: {error.strerror}", trouble=sign_of_disk(error)) from error
        entry = JournalEntry(
            what="rule",
            at=now,
            actor=actor,
            before=_version(before[rule]),
            after=what,
            number="",
            reasons=(note,) if note else (),
            data={
                "rule": name,
                "text_before": _text(before[rule]),
                "text_after": _text(files[rule]),
                "files": sorted(files),
            },
        )
        with self._store.begin() as uow:
            uow.journal.add([entry])
        return Apart(done=SAY("rule_is", name=name, what=what, how=RELOAD), data={"rule": name})

    def _keep(self, folder: Path, file: str, old: bytes, now: datetime) -> None:
        kept = folder / VERSIONS / Path(file).stem
        while (path := kept / f"{now.astimezone(UTC):{_STAMP}}.toml").exists():
            now += timedelta(microseconds=1)
        put(path, old)
        for stale in sorted(kept.glob("*Z.toml"), reverse=True)[KEPT_VERSIONS:]:
            with suppress(OSError):
                stale.unlink()


def put(path: Path, content: bytes) -> None:
    """Write a file whole: beside it, to the disk, then renamed; its mode is that of the one it replaces, or 0640."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o640
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _disables(text: str) -> bool:
    try:
        return tomllib.loads(text).get("disabled") is True
    except tomllib.TOMLDecodeError:
        return False


def _belongs(file: str, rule: str) -> bool:
    parts = Path(file).parts
    example = len(parts) == 3 and parts[:2] == ("examples", "own") and re.fullmatch(r"[a-z0-9-]+\.eml", parts[2])
    return file in (rule, "providers.toml") or bool(example)


def _when(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")


def _version(content: bytes | None) -> str:
    return "" if content is None else SAY("in_force")

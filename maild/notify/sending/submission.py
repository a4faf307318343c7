"""What the submission server's refusals mean for the line (rules/submission.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maild.domain.operation.breaker import Answer
from maild.domain.outgoing.notice import OutboxEntry, SendResult, SendVerdict
from maild.domain.outgoing.reply import judge, read_codes
from maild.tables import Source, office_table

FILE = "submission.toml"
_KEYS = frozenset({"codes", "stages", "says", "unless", "why"})
_STAGES = frozenset({"mail", "rcpt", "data"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """A refusal that is never one recipient's or one mail's. says, unless: compiled patterns (RE2)."""

    codes: frozenset[int]
    stages: frozenset[str]
    says: tuple[Any, ...]
    unless: tuple[Any, ...]
    why: str

    def fits(self, result: SendResult) -> bool:
        """Whether the answer is of this sort."""
        if result.code not in self.codes or (self.stages and result.stage not in self.stages):
            return False
        said = not self.says or any(pattern.search(result.reply) for pattern in self.says)
        return said and not any(pattern.search(result.reply) for pattern in self.unless)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """alike: so many recipients refused alike in a row are the server's trouble; own: reasons that never are."""

    alike: int = 3
    own: frozenset[str] = frozenset()
    lines: tuple[Wide, ...] = ()

    def why(self, result: SendResult) -> str:
        """What an answer says of the server or the account, or ''."""
        if result.verdict is SendVerdict.SENT or not result.code:
            return ""
        return next((line.why for line in self.lines if line.fits(result)), "")

    def answer(self, entry: OutboxEntry, result: SendResult) -> Answer:
        """An answer as the breaker weighs it."""
        wide = self.why(result)
        return Answer(
            entry_id=entry.id,
            recipient=entry.request.recipient,
            alike=wide or self._alike(result),
            wide=bool(wide),
            well=result.verdict is SendVerdict.SENT,
            permanent=result.verdict is SendVerdict.PERMANENT,
        )

    def _alike(self, result: SendResult) -> str:
        """Class, code and enhanced code of a refusal; where the connection failed; '' for what no server said."""
        if result.stage not in _STAGES or (not result.code and result.verdict is SendVerdict.PERMANENT):
            return ""
        if not result.code:
            return f"no answer: {result.stage}"
        enhanced = read_codes(result.reply)[1]
        own = judge(result.code, enhanced, result.reply).reason in self.own
        return "" if own else f"{result.code} {enhanced}"


def load_submission(rules_folder: str = "") -> Submission:
    """The office's file over the shipped one. Raises RuleError naming file and entry."""
    return read_submission(office_table(FILE, rules_folder))


def read_submission(source: Source) -> Submission:
    """What a table says. Raises RuleError."""
    if unknown := sorted(set(source.data) - {"alike", "own", "line"}):
        raise source.error(unknown[0], "is not known", "alike, own and [[line]] are known")
    alike, lines = source.data.get("alike", Submission().alike), source.data.get("line", [])
    if type(alike) is not int or alike < 2:
        raise source.error("alike", "must be a number from 2 on", "write alike = 3")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise source.error("line", "must be a list of tables", "begin each with [[line]]")
    own = frozenset(_list(source, "own", source.data.get("own", []), str))
    return Submission(alike=alike, own=own, lines=tuple(_wide(source, n, line) for n, line in enumerate(lines)))


def _wide(source: Source, n: int, line: Mapping[str, object]) -> Wide:
    where = f"line[{n}]"
    if unknown := sorted(set(line) - _KEYS):
        raise source.error(f"{where}.{unknown[0]}", "is not known", f"known are {', '.join(sorted(_KEYS))}")
    why, codes = line.get("why"), _list(source, f"{where}.codes", line.get("codes", []), int)
    if not isinstance(why, str) or not why or not codes:
        raise source.error(where, "needs codes and why", 'write codes = [550] and why = "…"')
    stages = frozenset(_list(source, f"{where}.stages", line.get("stages", []), str))
    if wrong := sorted(stages - _STAGES):
        raise source.error(f"{where}.stages", f"no stage is named {wrong[0]!r}", "mail, rcpt or data")
    says, unless = (_patterns(source, f"{where}.{key}", line.get(key, [])) for key in ("says", "unless"))
    return Wide(codes=frozenset(codes), stages=stages, says=says, unless=unless, why=why)


def _list(source: Source, key: str, value: object, kind: type) -> list[Any]:
    if not isinstance(value, list) or not all(type(entry) is kind for entry in value):
        what = "numbers" if kind is int else "texts"
        raise source.error(key, f"must be a list of {what}", "write it in square brackets")
    return value


def _patterns(source: Source, key: str, value: object) -> tuple[Any, ...]:
    import re2

    found = []
    for text in _list(source, key, value, str):
        try:
            found.append(re2.compile(f"(?i){text}"))
        except re2.error as error:
            raise source.error(key, f"{text!r} is no RE2 pattern: {error}", "correct it") from error
    return tuple(found)

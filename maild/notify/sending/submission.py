"""What the submission server's refusals mean for the line (rules/submission.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from maild.domain.operation.breaker import Answer
from maild.domain.outgoing.notice import OutboxEntry, SendResult, SendVerdict
from maild.domain.outgoing.reply import judge, read_codes
from maild.tables.table import Among, From, Key, Limits, Some, Table

_STAGES = ("mail", "rcpt", "data")


def _pattern(text: str) -> Any:
    import re2

    try:
        return re2.compile(f"(?i){text}")
    except re2.error as error:
        raise ValueError(f"{text!r} is no RE2 pattern: {error}") from error


_Patterns = tuple[Annotated[Any, From(_pattern, str)], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """A refusal that is never one recipient's or one mail's. says, unless: compiled patterns (RE2)."""

    codes: Annotated[frozenset[int], Some]
    why: str
    stages: frozenset[Annotated[str, Among(_STAGES)]] = frozenset()
    says: _Patterns = ()
    unless: _Patterns = ()

    def fits(self, result: SendResult) -> bool:
        """Whether the answer is of this sort."""
        if result.code not in self.codes or (self.stages and result.stage not in self.stages):
            return False
        said = not self.says or any(pattern.search(result.reply) for pattern in self.says)
        return said and not any(pattern.search(result.reply) for pattern in self.unless)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """alike: so many recipients refused alike in a row are the server's trouble; own: reasons that never are."""

    alike: Annotated[int, Limits(2, 1000)] = 3
    own: frozenset[str] = frozenset()
    lines: Annotated[tuple[Wide, ...], Key("line")] = ()

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


SUBMISSION: Table[Submission] = Table("submission.toml", Submission)


def load_submission(rules_folder: str = "") -> Submission:
    """The office's file over the shipped one. Raises RuleError naming file, line and key."""
    return SUBMISSION.load(rules_folder)

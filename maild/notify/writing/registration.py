"""What notices about registering carry in NoticeRequest.data: variable ← data key, how it is said. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.wording import words
from maild.notify.language import say
from maild.notify.language.locales import Style, line

MOST_STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """Where one step of registering stands. `code`, `state` are for templates to look at, `name`, `word` to be shown.

    due: the day by which it is reviewed, '' where that is not certain; late: that day has passed
    """

    code: str
    name: str
    state: str
    word: str
    submitted: str
    decided: str
    due: str
    late: bool
    reason: str
    whys: tuple[str, ...]


def steps(value: object, style: Style) -> tuple[StepView, ...]:
    """The steps, in their order."""
    rows = value[:MOST_STEPS] if isinstance(value, list | tuple) else ()
    return tuple(_step(row, style) for row in rows if isinstance(row, Mapping))


def _step(row: Mapping[str, object], style: Style) -> StepView:
    code, state = line(row.get("step"), 20), line(row.get("state"), 20)
    unsure = say.flag(row.get("unsure"), style)
    return StepView(
        code=code,
        name=words.look_up(words.REGISTRATION_STEPS, code, style.locale),
        state=state,
        word=words.look_up(words.REGISTRATION_STATES, state, style.locale),
        submitted=style.date(row.get("submitted")),
        decided=style.date(row.get("decided")),
        due="" if unsure else style.date(row.get("due")),
        late=say.flag(row.get("late"), style),
        reason=say.note(row.get("reason"), style),
        whys=say.in_locale(row.get("whys"), style),
    )


_STEP: Mapping[str, tuple[str, say.Say]] = {
    "login": ("login", say.text),
    "step": ("step", say.text),
    "reason": ("reason", say.note),
    "whys": ("whys", say.in_locale),
    "waits": ("waits", say.flag),
    "due": ("due", say.date),
    "unsure": ("unsure", say.flag),
}
DATA: Mapping[NoticeKind, Mapping[str, tuple[str, say.Say]]] = MappingProxyType(
    {
        NoticeKind.REGISTRATION_RECEIVED: _STEP,
        NoticeKind.REGISTRATION_APPROVED: _STEP,
        NoticeKind.REGISTRATION_REJECTED: _STEP,
        NoticeKind.REGISTRATION_STATE: {
            "steps": ("steps", steps),
            "login": ("login", say.text),
            "next": ("next", say.text),
        },
    }
)

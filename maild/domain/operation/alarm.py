"""When an alarm is due and what it says. Pure.

Troubles of one time make one alarm; the next one waits for the cooldown, so that a thing that flaps cannot flood a
phone. What lasts is said again now and then, what is over once: 'it is well again'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from maild.domain.operation.trouble import Trouble, TroubleRules, language


class AlarmState(StrEnum):
    """What an alarm is about in a word, for machines."""

    TROUBLE = "trouble"
    WELL = "well"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTimes:
    """after: so long a trouble lasts before it is told; cooldown: between two alarms; again: what lasts is repeated."""

    after: timedelta
    cooldown: timedelta
    again: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What one message tells: what is new, what lasts, what is over."""

    opened: tuple[Trouble, ...] = ()
    lasting: tuple[Trouble, ...] = ()
    over: tuple[Trouble, ...] = ()

    @property
    def state(self) -> AlarmState:
        return AlarmState.TROUBLE if self.opened or self.lasting else AlarmState.WELL if self.over else AlarmState.TEST

    @property
    def all(self) -> tuple[Trouble, ...]:
        return (*self.opened, *self.lasting, *self.over)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadAnswer:
    """What became of a message on a road. fault: why it was not taken, '' where it was."""

    road: str
    fault: str = ""


def due(
    troubles: Sequence[Trouble], rules: TroubleRules, times: AlarmTimes, latest: datetime | None, now: datetime
) -> Alarm | None:
    """The alarm to send now; None where there is nothing to tell, or the latest one was a moment ago."""
    if latest is not None and not _passed(latest, times.cooldown, now):
        return None
    told = [one for one in troubles if rules.of(one.cause).alarm]
    standing = [one for one in told if one.open]
    new = tuple(one for one in standing if one.told is None and _passed(one.since, times.after, now))
    again = any(one.told is not None and _passed(one.told, times.again, now) for one in standing)
    over = tuple(one for one in told if not one.open and one.told is not None and not one.ended)
    if not (new or again or over):
        return None
    # Where anything is said, all is said: who reads the latest message alone knows how it stands.
    return Alarm(opened=new, lasting=tuple(one for one in standing if one.told is not None), over=over)


def _passed(since: datetime, span: timedelta, now: datetime) -> bool:
    """Whether the span is over; after a clock that was set back it is, rather than never."""
    return now - since >= span or now < since


_HEADS = {
    AlarmState.TROUBLE: {"zh": "【故障】maild（{host}）", "en": "[TROUBLE] maild ({host})"},
    AlarmState.WELL: {"zh": "【已恢复】maild（{host}）", "en": "[WELL AGAIN] maild ({host})"},
    AlarmState.TEST: {
        "zh": "【测试】maild（{host}）：能收到这条消息，说明告警通道可用。",
        "en": "[TEST] maild ({host}): the alarm road works, since this has reached you.",
    },
}
_LISTS = {
    "opened": {"zh": "", "en": ""},
    "lasting": {"zh": "仍未恢复：", "en": "Still: "},
    "over": {"zh": "已恢复：", "en": "Well again: "},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """How an alarm is worded: for whom, of which machine, in which zone's time."""

    rules: TroubleRules
    locale: str
    host: str
    zone: tzinfo

    def text(self, alarm: Alarm, say: Callable[[str], str]) -> str:
        """Lines of plain text: what is new first. say: an English sentence in the reader's language."""
        head = _HEADS[alarm.state][language(self.locale)].format(host=self.host)
        return "\n".join(
            [
                head,
                *self._lines("opened", alarm.opened, say),
                *self._lines("lasting", alarm.lasting, say),
                *self._lines("over", alarm.over, say),
            ]
        )

    def data(self, alarm: Alarm, now: datetime, say: Callable[[str], str]) -> dict[str, object]:
        """The same for a machine."""
        return {
            "type": "maild.alarm",
            "state": alarm.state.value,
            "host": self.host,
            "text": self.text(alarm, say),
            "timestamp": now.isoformat(timespec="seconds"),
            "troubles": [
                {
                    "cause": one.cause.value,
                    "about": one.about,
                    "what": one.what,
                    "name": self.rules.name(one, self.locale),
                    "since": one.since.isoformat(timespec="seconds"),
                    "open": one.open,
                }
                for one in alarm.all
            ],
        }

    def _lines(self, kind: str, troubles: Sequence[Trouble], say: Callable[[str], str]) -> Iterator[str]:
        tongue = language(self.locale)
        for one in troubles:
            yield f"• {_LISTS[kind][tongue]}{self.rules.name(one, self.locale)}{self._span(one)}"
            if one.open:
                if one.what:
                    yield f"  {say(one.what)[:300]}"
                yield f"  → {self.rules.of(one.cause).help[tongue]}"

    def _span(self, one: Trouble) -> str:
        start = f"{one.since.astimezone(self.zone):%m-%d %H:%M}"
        if one.closed is None:
            return f"（{start} 起）" if language(self.locale) == "zh" else f" (since {start})"
        end = f"{one.closed.astimezone(self.zone):%m-%d %H:%M}"
        return f"（{start} 至 {end}）" if language(self.locale) == "zh" else f" ({start} to {end})"

"""The acts on the queue as the console does them: what they write waits, so that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from maild.office.queue.acts import Acts
from maild.office.queue.acts_answer import AnswerActs
from maild.office.queue.acts_assign import AssignActs
from maild.office.queue.acts_fee import FeeActs
from maild.office.queue.acts_link import LinkActs
from maild.office.queue.acts_queue import QueueActs
from maild.office.queue.acts_rows import RowActs
from maild.office.queue.acts_several import SeveralActs

if TYPE_CHECKING:
    from maild.bootstrap import Services


class StaffActs:
    """Made for one act, on the rules in force then; what is not named here is the services' own."""

    def __init__(self, services: Services, grace: timedelta) -> None:
        self._services, self._parts = services, replace(services.parts, grace=grace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._services, name)

    @cached_property
    def acts(self) -> Acts:
        return Acts(self._parts)

    @cached_property
    def assign_acts(self) -> AssignActs:
        return AssignActs(self._parts, self.acts)

    @cached_property
    def answer_acts(self) -> AnswerActs:
        return AnswerActs(self._parts, self.acts, self._services.renderer)

    @cached_property
    def queue_acts(self) -> QueueActs:
        return QueueActs(self._parts, self.acts)

    @cached_property
    def link_acts(self) -> LinkActs:
        return LinkActs(self._parts, self.acts)

    @cached_property
    def row_acts(self) -> RowActs:
        return RowActs(self._parts, self.acts)

    @cached_property
    def fee_acts(self) -> FeeActs:
        return FeeActs(self._parts, self.acts)

    @cached_property
    def several_acts(self) -> SeveralActs:
        return SeveralActs(self._parts, self.acts, self.queue_acts, self._services.sender_acts, self.answer_acts)

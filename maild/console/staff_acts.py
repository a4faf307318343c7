"""The acts on the queue as the console does them: what they write waits, so that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from maild.office.queue.acts import Acts
from maild.office.queue.acts_answer import AnswerActs
from maild.office.queue.acts_fee import FeeActs
from maild.office.queue.acts_link import LinkActs
from maild.office.queue.acts_queue import QueueActs
from maild.office.queue.acts_several import SeveralActs

if TYPE_CHECKING:
    from maild.bootstrap import Services


class StaffActs:
    """Made for one act, on the rules in force then."""

    def __init__(self, services: Services, grace: timedelta) -> None:
        self._services, self._parts = services, replace(services.parts, grace=grace)

    @cached_property
    def items(self) -> Acts:
        """Assigning, dismissing, undoing."""
        return Acts(self._parts)

    @cached_property
    def answers(self) -> AnswerActs:
        return AnswerActs(self._parts, self.items, self._services.renderer)

    @cached_property
    def queue(self) -> QueueActs:
        """Handing over, notes, better photos."""
        return QueueActs(self._parts, self.items)

    @cached_property
    def links(self) -> LinkActs:
        """To registrations and new requests."""
        return LinkActs(self._parts, self.items)

    @cached_property
    def fees(self) -> FeeActs:
        """What is missing of a fee."""
        return FeeActs(self._parts, self.items)

    @cached_property
    def several(self) -> SeveralActs:
        """Acts on several items that are taken back as one."""
        return SeveralActs(self._parts, self.items, self.queue, self._services.sender_acts, self.answers)

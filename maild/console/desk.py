"""What every page and every act works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from maild.benches import rule_acts, rule_maker
from maild.console.checkup import Checkup
from maild.console.serving.threads import Threads
from maild.console.staff_acts import StaffActs

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.console.in_force import InForce
    from maild.console.serving.live import Hub
    from maild.console.serving.web import Pages
    from maild.console.tries import Tries
    from maild.console.wording.words import Words
    from maild.office.workshop.rule_acts import RuleActs
    from maild.office.workshop.rule_maker import RuleMaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of one console. prefix: the path below which it is served, '' or '/ill'; secure: TLS cookies."""

    in_force: InForce
    words: Words
    pages: Pages
    hub: Hub
    tries: Tries
    checkup: Checkup = field(default_factory=Checkup)
    prefix: str = ""
    secure: bool = False
    threads: Threads = field(default_factory=Threads)

    @property
    def services(self) -> Services:
        """Those with the rules that are in force now: an act or a page takes them once."""
        return self.in_force.services

    @property
    def grace(self) -> timedelta:
        """How long what is sent here can be taken back."""
        return timedelta(seconds=self.services.settings.console.undo_seconds)

    @property
    def acts(self) -> StaffActs:
        """The acts whose notices wait for the grace."""
        return StaffActs(self.services, self.grace)

    @property
    def rule_acts(self) -> RuleActs:
        """Saves rules. What was saved comes into force here with `in_force.look()`, or by itself soon after."""
        return rule_acts(self.services)

    @property
    def rule_maker(self) -> RuleMaker:
        """Makes rules of stored mails, on the rules in force."""
        return rule_maker(self.services)

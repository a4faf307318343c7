"""What staff set up at the desk that only the pages know the words of: parts of the queue, turns by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from maild.console.pages.queue.listed import asked_of
from maild.console.work import TOPICS, Topic
from maild.domain.desk.access import Role
from maild.domain.desk.kept import Sort
from maild.office.acting.act import Given, Listed, act
from maild.office.acting.result import ActResult, Apart
from maild.office.queue.acts_desk import DeskActs, Name, Shared

if TYPE_CHECKING:
    from maild.bootstrap import Services


NOBODY = Listed()


class PageActs:
    """Raises as DeskActs."""

    def __init__(self, desk: DeskActs) -> None:
        self._desk = desk

    @act("desk.view", "/desk/view")
    def view(
        self,
        name: Name,
        query: Annotated[
            str,
            Given(
                help="Which part of the queue, as its page's address says it: cause=question.",
                most=1000,
                word=True,
                needed=True,
            ),
        ] = "",
        *,
        actor: str,
        shared: Shared = False,
    ) -> ActResult:
        """Keep a part of the queue under a name."""
        asked_of(query)
        return Apart(done=self._desk.keep(Sort.VIEW, name, {"query": query}, actor=actor, shared=shared).done)

    @act("desk.duty", "/desk/duty", role=Role.ADMINISTRATOR, command="desk turns")
    def duty(
        self,
        topic: Annotated[
            Topic, Given(help="Of which topic: asked, money, whose, documents, accounts, sending, low.", word=True)
        ],
        names: Annotated[
            Listed, Given(help="Accounts that take turns; none: nobody.", most=500, word=True, repeat=True)
        ] = NOBODY,
        *,
        actor: str,
    ) -> ActResult:
        """Say who takes turns with the items of a topic."""
        causes = [cause.value for cause in TOPICS[topic]]
        return Apart(done=self._desk.duty(topic.value, causes, names, actor=actor).done)


def page_acts(services: Services) -> PageActs:
    """For these services."""
    return PageActs(services.desk_acts)

"""Health: the doctor's checks. They cost logins at the mail servers and questions to DNS, so they are an act."""

from __future__ import annotations

from maild.console import SAY
from maild.console.acts import Act, Input, Outcome
from maild.console.checkup import checked
from maild.console.desk import Desk
from maild.console.who import Who
from maild.doctor.model import Level
from maild.domain.desk.access import Role


class Nothing(Input):
    """No fields."""


def _check(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    found = desk.checkup.make(desk.services, who.name)
    ok, warnings, errors = (found.counts[level] for level in (Level.OK, Level.WARNING, Level.ERROR))
    return Outcome(
        done=SAY("checked", ok=ok, warnings=warnings, errors=errors), go="/health#checks", data=checked(found)
    )


ACTS = (
    Act(
        name="health.check",
        path="/health/check",
        role=Role.LIBRARIAN,
        input=Nothing,
        run=_check,
        slow=True,
        summary="Let the doctor look, at the servers and DNS, too: some seconds.",
    ),
)

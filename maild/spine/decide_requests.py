"""What patrons may wish of a request that runs; tried in turn by decide_patron."""

from __future__ import annotations

from collections.abc import Callable

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.reading import Reading
from maild.office.answers.decide_answer import with_draft
from maild.office.requests.decide_cancel import decide_cancel
from maild.office.requests.decide_consent import decide_consent
from maild.office.requests.decide_renewal import decide_renewal
from maild.office.requests.facts_requests import WISHES
from maild.spine.facts import Facts
from maild.spine.policy import Policy

Decider = Callable[[Reading, Facts, Policy], Decision | None]
REQUEST_DECIDERS: tuple[Decider, ...] = (decide_renewal, decide_cancel, decide_consent)


def decide_wish(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The first that has a decision, or None. What else the mail asks comes with its answer drafted."""
    found = next((d for decider in REQUEST_DECIDERS if (d := decider(reading, facts, policy)) is not None), None)
    return with_draft(found, reading, facts, policy, done=WISHES) if found is not None else None

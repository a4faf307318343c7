"""What every decision on a patron's mail passes: what may leave beside it, what its writer is told, in which language,
and of which matters it is made. One pass, since all of it rests on the mail read once more.
"""

from __future__ import annotations

from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party
from maild.office.answers.heard import hear
from maild.office.answers.language import in_their_language
from maild.office.answers.matters import with_matters
from maild.office.answers.strangers import tell_stranger
from maild.office.answers.telling import tell
from maild.office.answers.telling_policy import Telling
from maild.office.answers.wishing import Wishing
from maild.office.notices.leaving import Leaving, lawful
from maild.spine.facts import Facts
from maild.spine.policy import Policy


def told_beside(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision with what may be told while the mail waits, and with its matters."""
    waits = decision.action is Action.REVIEW
    looked_at = (waits or bool(decision.cause)) and reading.classification.main.party is Party.PATRON
    heard = hear(reading, facts, policy.of(Telling)) if looked_at else None
    kept = lawful(decision, reading, policy.of(Leaving), Wishing(heard=heard, facts=facts) if heard else None)
    told = kept
    if heard is not None and waits:
        told = (tell if facts.authors else tell_stranger)(kept, heard, facts, policy)
    return with_matters(in_their_language(told, reading, facts), reading, policy.of(Telling), heard)

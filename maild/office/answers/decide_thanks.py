"""Thanks: nobody waits for an answer to them; whatever asks, wishes or tells of money beside them, a person reads."""

from __future__ import annotations

import re

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.lifecycle import OPEN
from maild.match.pieces import named_in
from maild.office import SAY as COMMON
from maild.office.answers import SAY
from maild.office.answers.decide_answer import files_of
from maild.office.answers.heard import FOUND_RULE, Heard, answered, clauses
from maild.office.answers.standing import WITH_READER
from maild.office.answers.telling_policy import GUESSES
from maild.office.answers.wishing import has_fee, wishing
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review
from maild.spine.policy import Policy

_ANYTHING = re.compile("")
_COME = re.compile(r"收到|拿到|取到|到了|已到|下载|\b(?:arriv\w+|came|come|got|received|landed|reached)\b")
THANKS = frozenset({Kind.THANKS, Kind.PATRON_OTHER})


def decide_thanks(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Ignored where the mail is nothing but thanks, put before staff where it says more; None where it is no thanks."""
    found = reading.classification
    guessed = {ruling.kind for ruling in found.rulings if ruling.rule in GUESSES}
    kinds = {*found.kinds} - guessed
    if not kinds <= THANKS:
        return None
    if any(ruling.fields for ruling in found.rulings if ruling.kind is Kind.PATRON_OTHER):
        return None  # it answers to a fee
    wish = wishing(reading, facts, policy)
    heard = wish.heard
    read = found.main.rule == FOUND_RULE  # which knows what beside it is more
    alone = not read and wish.finds(Kind.THANKS) and not _too_early(reading, facts)
    if guessed and not (alone and wish.is_only_thanks(guessed)):
        return None
    if found.main.kind is not Kind.THANKS and not alone and (found.main.rule or not heard.is_all_thanks()):
        return None
    # Ignoring hides the mail: the second reader has to find nothing likelier ('wonderful, thanks. And the invoice').
    more = heard.more_than_thanks() if found.rest else heard.surely_more((Kind.THANKS, Kind.NOT_RECEIVED))
    early = not alone and _too_early(reading, facts, said=_COME)
    more = "" if alone else more or (SAY("nothing_came") if early else "")
    if _is_awaited(heard, facts):
        more = more or SAY("answers_fee_letter")
    if more or any(files_of(reading.mail)) or reading.mail.forwarded:
        why = more or COMMON("files_or_forwarded")
        said = SAY("thanks_and_more", text=why[:200])
        return review(found.main, facts, Cause.QUESTION, said) if len(kinds) == 1 else None
    learned = (wish.why_found(Kind.THANKS),) if alone else ()
    return outcome(found.main, Action.IGNORE, reasons=(SAY("thanks"), *learned))


def _is_awaited(heard: Heard, facts: Facts) -> bool:
    """Whether the letter that it answers asks whether a fee is accepted: thanks alone are no word of that."""
    ids = {patron.patron_id for patron in facts.authors}
    quoted = answered(heard.reading.mail.quoted_text)
    awaits = bool(quoted.strip()) and heard.telling.danger.awaits_in(quoted)
    return awaits and any(has_fee(t) for t in facts.requests if t.patron_id in ids)


def _too_early(reading: Reading, facts: Facts, said: re.Pattern[str] = _ANYTHING) -> bool:
    """Whether it names a request of which nothing has come yet, in a clause with such words: thanks for what has not
    happened are a mistake.
    """
    ids = {patron.patron_id for patron in facts.authors}
    runs = [t for t in facts.requests if t.patron_id in ids and t.state in OPEN and t.state not in WITH_READER]
    return any(named_in(clause, runs) for clause in clauses(reading) if said.search(clause))

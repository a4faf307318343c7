"""A stored mail read again as of the day it came, under the rules in force and under others. Pure but for loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification
from maild.domain.incoming.trust import AuthReport, Seal, Verdict
from maild.domain.learning.backtest import Compared
from maild.spine import SAY
from maild.spine.reading.files import LocalOpener, invoice_files, supplied_files
from maild.spine.reading.invoice import with_files
from maild.spine.reading.read import ReadSettings, is_own, load_rules

if TYPE_CHECKING:
    from maild.classify.rules.ruleset import RuleSet
    from maild.ports import DnsAnswers


class Rereader:
    """Confined workers run one of these.

    touched: rules that differ between both sets; only they are asked whether others fire beside them. Empty: all are
    """

    def __init__(
        self, after: ReadSettings, before: ReadSettings | None = None, touched: frozenset[str] = frozenset()
    ) -> None:
        self._settings = after
        self._after = load_rules(after.rules_folder, after.transaction_number, after.own_address)
        self._before = (
            load_rules(before.rules_folder, before.transaction_number, before.own_address) if before else None
        )
        self._touched = touched
        self._orders = {name.partition("-")[0] for name in touched}

    def compare(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool) -> Compared:
        """What both rule sets say of it, parsed and authenticated once."""
        mail, auth = self._understand(raw, answers, at, proven)
        after = self._classify(self._after, mail, auth)
        before = self._classify(self._before, mail, auth) if self._before else None
        rivals = self._rivals(after.main.rule, mail, auth)
        return Compared(after=after, before=before if before != after else None, rivals=rivals)

    def read(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool, before: bool) -> Reading:
        """The whole reading, as decisions want it."""
        mail, auth = self._understand(raw, answers, at, proven)
        rules = self._before if before and self._before else self._after
        reading = Reading(mail=mail, auth=auth, classification=self._classify(rules, mail, auth))
        return replace(reading, documents=LocalOpener().documents(supplied_files(reading)))

    def _rivals(self, rule: str, mail: ParsedMail, auth: AuthReport) -> tuple[str, ...]:
        """Where the rule that decided, or one beside it, is touched."""
        if not rule or (self._touched and rule.partition("-")[0] not in self._orders):
            return ()
        found = self._after.rivals(rule, mail, auth)
        return found if not self._touched or rule in self._touched else tuple(n for n in found if n in self._touched)

    def _classify(self, rules: RuleSet, mail: ParsedMail, auth: AuthReport) -> Classification:
        found = rules.classify(mail, auth, own=is_own(mail, self._settings.own_address))
        files = invoice_files(Reading(mail=mail, auth=auth, classification=found))
        return with_files(found, files, rules, LocalOpener().texts(files)) if files else found

    def _understand(
        self, raw: bytes, answers: Mapping[str, tuple[str, ...] | None], at: datetime, proven: bool
    ) -> tuple[ParsedMail, AuthReport]:
        from maild.authenticate import authenticate
        from maild.parse import parse_mail

        mail = parse_mail(raw)
        auth = authenticate(
            raw,
            mail.author,
            len(mail.from_),
            answers,
            authserv_id=self._settings.authserv_id,
            now=at,
            hosts=self._settings.hosts,
            sealers=self._settings.sealers,
        )
        return mail, as_proven(mail, auth) if proven and not auth.passed else auth


PROVEN_ONCE = ("cc", "date", "in-reply-to", "references", "subject", "to")


def as_proven(mail: ParsedMail, auth: AuthReport) -> AuthReport:
    """Keys are changed and signatures run out: that a sender was proven once is not lost by it."""
    return replace(
        auth,
        verdict=Verdict.PASS,
        address=mail.author.address,
        domain=mail.author.domain,
        how="dkim",
        reasons=(SAY("of_that_day"), *auth.reasons),
        seal=auth.seal or Seal(covers=PROVEN_ONCE),
    )

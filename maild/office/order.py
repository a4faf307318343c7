"""The deciding order: one table, tried from above; the first handler that has a decision decides.

A handler says which mails it takes, what it needs to know of them, and what is added to what it decides; the spine
(`maild.spine.order`) walks the table and knows none of them. A new kind of mail is a line here. What moves something
comes before what answers, and the last line takes everything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import WISHES
from maild.office.answers.beside import told_beside
from maild.office.answers.decide_answer import decide_answer, unsure, with_draft
from maild.office.answers.decide_thanks import THANKS, decide_thanks
from maild.office.answers.facts_answer import gather_answers
from maild.office.answers.not_received.decide import decide_not_received
from maild.office.ignoring.decide_ignoring import as_written, decide_ignoring
from maild.office.invoices.facts_invoice import CONCERNED, gather_invoices
from maild.office.invoices.invoices import beside, decide_invoice
from maild.office.learning.agreed import Agreed
from maild.office.payments import decide_account
from maild.office.payments.decide_payment import decide_payment, remember
from maild.office.payments.decide_proof import decide_proof
from maild.office.payments.facts_payment import gather_payment, gather_prepaid
from maild.office.payments.proofs import BackgroundProofs, read_files_now
from maild.office.providers.counting import Counting
from maild.office.providers.decide_provider import decide_provider, decide_renewed
from maild.office.providers.decide_unread import decide_unread
from maild.office.providers.facts_provider import gather_cancelling, gather_charged
from maild.office.providers.heard_news import as_heard
from maild.office.providers.peers import with_news
from maild.office.reach import decide_delivery
from maild.office.reach.by_hand import decide_by_hand, gather_by_hand
from maild.office.reach.decide_machine import decide_bounce
from maild.office.reach.evidence import settle_doubts
from maild.office.reach.facts_reach import gather_reach
from maild.office.recording import KEEPERS
from maild.office.registration.decide_registration import decide_registration
from maild.office.registration.decide_registration_question import decide_registration_question
from maild.office.registration.facts_registration import NEWS, gather_registration
from maild.office.requests.decide_cancel import decide_cancel
from maild.office.requests.decide_consent import decide_consent
from maild.office.requests.decide_renewal import decide_refusal, decide_renewal
from maild.office.requests.facts_requests import gather_requests
from maild.office.requests.silent_items import Silences
from maild.spine import handlers
from maild.spine.binding import hold_back
from maild.spine.facts import Facts
from maild.spine.order import OTHERS, PROVIDERS, Handler, Order, Then, first
from maild.spine.policy import Policy
from maild.spine.rows import decide_rows


def drafted(done: Collection[Kind] = (), *, stranger: bool = False) -> Then:
    """Adds a draft of what else the mail asks. done: what the decision has dealt with; stranger: own facts are left
    out.
    """

    def then(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
        return with_draft(decision, reading, facts, policy, stranger=stranger, done=done)

    return then


def remembered(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """With the mail's proofs: they are known when they come again, whatever became of the mail."""
    return remember(decision, reading, facts)


def _remembered_for_a_person(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    return remember(decision, reading, facts) if decision.cause else decision


def _after_invoice(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    told = (Kind.REFUND_REQUEST,) if decision.notices else ()
    return drafted((Kind.INVOICE_REQUEST, *told))(remember(decision, reading, facts), reading, facts, policy)


def _after_not_received(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Where a person looks, what else the mail asks is drafted beside it."""
    if not decision.cause:
        return decision
    done = (Kind.NOT_RECEIVED, Kind.STATUS_QUERY) if decision.drafts else ()
    more = drafted(done)(decision.drafting(()), reading, facts, policy)
    return decision.drafting((*decision.drafts, *more.drafts))


def _with_invoice(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    return beside(decision, reading, facts, policy) if decision.cause else decision


def _account(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    return None if unsure(reading, facts, policy) else decide_account.decide_account(reading, facts, policy)


def _by_rows(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Each row as a mail of its own, by the handlers of providers' mails."""

    def one(row: Reading, known: Facts) -> Decision:
        return hold_back(first(OF_ROWS, row, known, policy)[1], row, known, policy)

    return decide_rows(reading, facts, one) if facts.rows else None


OF_ALL = (
    Handler(
        name="by hand",
        place="what a librarian wrote is no mail to the office, whatever its words are",
        decide=decide_by_hand,
        needs=(gather_by_hand,),
        by_staff=True,
    ),
    Handler(name="ignored", place="staff said so, and nothing in the mail speaks against it", decide=handlers.ignored),
    Handler(
        name="ignoring",
        place="nobody seems to need it; before its words are taken for a wish",
        decide=decide_ignoring,
        needs=(gather_reach,),
    ),
    Handler(
        name="bounce",
        place="a report is proven in ways of its own; before DNS is waited for",
        decide=decide_bounce,
        main=frozenset({Kind.BOUNCE}),
        needs=(gather_reach,),
    ),
    Handler(name="unanswered", place="before anything rests on the proof that is lacking", decide=handlers.unanswered),
    Handler(
        name="forged",
        place="from here on nobody is shown to be somebody else",
        decide=handlers.forged,
        needs=(gather_payment,),
        then=(remembered, drafted(stranger=True)),
    ),
)
OF_PROVIDERS = (
    Handler(
        name="unproven provider",
        place="from here on it is the provider who speaks",
        decide=handlers.unproven_provider,
        parties=PROVIDERS,
    ),
    Handler(
        name="registration",
        place="about a reader, not about a request: before requests are looked for",
        decide=decide_registration,
        parties=PROVIDERS,
        main=frozenset(NEWS),
        needs=(gather_registration,),
    ),
    Handler(
        name="renewal refused",
        place="a field says it, whatever else the kind would cause",
        decide=decide_refusal,
        parties=PROVIDERS,
    ),
    Handler(
        name="renewed",
        place="likewise",
        decide=decide_renewed,
        parties=PROVIDERS,
        needs=(gather_prepaid, gather_charged, gather_cancelling),
    ),
    Handler(
        name="rows",
        place="several requests in one mail: before it is taken for one",
        decide=_by_rows,
        parties=PROVIDERS,
    ),
    Handler(
        name="unread",
        place="what no rule reads, nothing bends and the models are sure of",
        decide=decide_unread,
        parties=PROVIDERS,
        needs=(gather_prepaid, gather_charged, gather_cancelling),
    ),
    Handler(
        name="no news", place="from here on there is something to be done", decide=handlers.no_news, parties=PROVIDERS
    ),
    Handler(
        name="provider",
        place="all other news: the last of providers' mails",
        decide=decide_provider,
        parties=PROVIDERS,
        needs=(gather_prepaid, gather_charged, gather_cancelling),
        then=(as_heard,),
    ),
)
OF_ROWS = tuple(replace(handler, then=()) for handler in OF_PROVIDERS)  # the models heard whole mails, no rows
OF_OTHERS = (
    Handler(
        name="registration question",
        place="an applicant need not be a patron yet: before strangers",
        decide=decide_registration_question,
        parties=OTHERS,
        kinds=frozenset({Kind.REGISTRATION_QUESTION}),
        needs=(gather_registration, gather_payment),
        then=(_remembered_for_a_person,),
    ),
    Handler(
        name="stranger",
        # A token lets its bearer in: what discloses looks at reading.auth itself.
        place="from here on a known and proven patron writes, or a reply bears our token",
        decide=handlers.stranger,
        parties=OTHERS,
        needs=(gather_payment,),
        then=(remembered, drafted(stranger=True)),
    ),
    Handler(
        name="payment",
        place="money first: a proof moves something whatever the words beside it",
        decide=decide_payment,
        parties=OTHERS,
        needs=(gather_payment, gather_invoices),
        then=(beside, drafted((Kind.PAYMENT_PROOF, Kind.INVOICE_REQUEST, Kind.DEPOSIT))),
    ),
    Handler(
        name="invoice",
        place="a row that staff work off; before wishes that stand beside it",
        decide=decide_invoice,
        parties=OTHERS,
        main=CONCERNED,
        needs=(gather_invoices,),
        then=(_after_invoice,),
    ),
    Handler(
        name="renewal",
        place="what patrons wish of a request that runs: the most harmless first",
        decide=decide_renewal,
        parties=OTHERS,
        needs=(gather_requests,),
        then=(drafted(WISHES),),
    ),
    Handler(
        name="cancellation",
        place="who declines a fee cancels: before consent is looked for",
        decide=decide_cancel,
        parties=OTHERS,
        needs=(gather_requests,),
        then=(drafted(WISHES),),
    ),
    Handler(
        name="consent",
        place="the last that moves a request",
        decide=decide_consent,
        parties=OTHERS,
        needs=(gather_requests,),
        then=(drafted(WISHES),),
    ),
    Handler(
        name="not received",
        place="sends again what was sent: before mere answers",
        decide=decide_not_received,
        parties=OTHERS,
        kinds=frozenset({Kind.NOT_RECEIVED}),
        needs=(gather_reach,),
        then=(_after_not_received,),
    ),
    Handler(
        name="delivery",
        place="changes how the patron is written to: before mere answers",
        decide=decide_delivery.decide_delivery,
        parties=OTHERS,
        kinds=decide_delivery.ALONE,
    ),
    Handler(
        name="thanks",
        place="nothing is asked: before answers are looked for",
        decide=decide_thanks,
        parties=OTHERS,
        kinds=THANKS,
    ),
    Handler(
        name="account",
        place="a statement says more of money than the answers below",
        decide=_account,
        parties=OTHERS,
        kinds=decide_account.ALONE,
        needs=(gather_payment,),
    ),
    Handler(
        name="answer",
        place="questions: moves nothing",
        decide=decide_answer,
        parties=OTHERS,
        needs=(gather_answers, gather_invoices),
        then=(_with_invoice,),
    ),
    Handler(
        name="proof",
        place="what speaks of a payment, and brings nothing that proves one",
        decide=decide_proof,
        parties=OTHERS,
        main=frozenset({Kind.PAYMENT_PROOF}),
        needs=(gather_invoices,),
        then=(beside, drafted()),
    ),
    Handler(
        name="question",
        place="takes everything",
        decide=handlers.question,
        parties=OTHERS,
        needs=(gather_invoices,),
        then=(beside, drafted()),
    ),
)

ORDER = Order(
    handlers=(*OF_ALL, *OF_PROVIDERS, *OF_OTHERS),
    reread=(as_written,),
    after=(with_news, told_beside),
    needs=(gather_reach, gather_answers),
    keepers=KEEPERS,
    watchers=(Silences, Counting, Agreed),
    settle=settle_doubts,
    read_now=read_files_now,
    open_background=BackgroundProofs,
)

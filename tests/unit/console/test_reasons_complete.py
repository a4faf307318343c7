"""Every sentence of the code that may be shown as a reason has its Chinese, or stands here with why it needs none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from maild.console.wording.saying import shipped
from maild.console.wording.saying_template import Template
from maild.office.answers.danger import shipped as signs
from tests.cases import each
from tests.unit.console.sentences import GAP, ROOT, Sentence, of_file

# Folders whose sentences are stored or shown, with all below them; of some those alone that errors and answers are made of.
FOLDERS = ("authenticate", "classify", "confine", "console", "courier", "daemon", "doctor", "domain", "hooks", "mailbox",
           "match", "notify", "office", "parse", "peers", "receipts", "spine", "store")  # fmt: skip
ERRORS_ONLY = ("console", "store")
NEVER_SHOWN = {
    "faults of configuration and rule files: they stop the start, or `maild rules` tells them to who wrote the file": (
        "classify/rules/load.py", "classify/rules/suppliers.py", "classify/rules/rulefile.py", "classify/rules/keys.py", "classify/rule_files.py", "classify/drafting/draft_file.py", "classify/drafting/draft_sample.py", "classify/vocabulary/lexicon.py", "receipts/loading.py",
        "receipts/words/layoutfile.py", "receipts/examples.py", "notify/writing/aftermath.py", "notify/writing/answers.py", "notify/writing/guidance.py",
        "notify/rendering/templates.py", "notify/writing/timing_policy.py", "notify/sending/submission.py", "notify/writing/pictures.py", "office/watch/calendars.py", "office/answers/questions.py",
        "office/payments/payment_policy.py", "office/answers/risk.py", "office/answers/danger.py", "office/answers/telling_policy.py", "office/registration/review_policy.py", "office/queue/queue_policy.py", "office/watch/trouble_rules.py", "office/watch/service_times.py", "office/payments/tariffs.py",
        "match/weights.py", "authenticate/signing.py", "authenticate/resolver.py",
    ),
    "has both languages itself": (
        "domain/wording/words.py", "domain/wording/words_mail.py", "domain/wording/words_money.py", "domain/wording/words_notice.py",
        "domain/wording/words_queue.py", "domain/wording/words_reading.py", "domain/wording/words_receipt.py", "domain/wording/words_staff.py", "domain/wording/words_year.py", "domain/learning/drift.py",
        "domain/accounting/fees.py", "domain/accounting/pricing.py", "notify/writing/fees.py", "notify/rendering/subjects.py", "office/webhook/deliveries.py", "domain/operation/alarm.py", "daemon/status.py",
        "office/privacy/export.py", "office/watch/year_tables.py",
    ),
    "headers, samples and faults of mails that are written, not read": (
        "notify/editing/lint.py", "notify/rendering/mime.py", "notify/rendering/render.py", "notify/rendering/samples.py", "notify/rendering/samples_money.py",
        "notify/rendering/samples_registration.py", "notify/rendering/samples_requests.py", "notify/rendering/samples_digest.py", "notify/language/names.py",
        "notify/writing/not_received.py", "notify/language/locales.py", "notify/writing/compose.py", "notify/writing/form.py",
    ),
    "patterns and names of formats": (
        "domain/outgoing/reply.py", "parse/quote_marks.py", "parse/reports/formats.py", "parse/markup/html.py", "mailbox/quirks.py",
        "domain/incoming/token.py", "domain/hours.py", "domain/accounting/slip.py", "domain/outgoing/webhook.py", "domain/accounting/capital.py",
        "confine/cleaning/colours.py", "confine/cleaning/styles.py", "domain/operation/bearer.py", "office/answers/language.py",
    ),
    "names and places of handlers, drawn in docs/architecture.md for who reads the code": ("office/order.py", "office/recording.py"),
    "helps of figures, which Prometheus takes in English": ("domain/operation/metric.py",),
    "details of repairs, shown behind the word of the repair": (
        "parse/address.py", "parse/parts/body.py", "parse/reports/bounce.py", "parse/charset.py", "parse/defects.py",
        "parse/head.py", "parse/mail.py", "parse/parts/mime.py", "parse/parts/tnef.py", "parse/parts/transfer.py", "parse/words.py",
        "parse/parts/smime.py",
    ),
    "between the daemon and its workers, in its log, or HTML": (
        "confine/cleaning/sanitise.py", "confine/cleaning/unveil.py", "confine/codec.py", "confine/wire.py", "confine/seccomp.py", "daemon/logs.py", "daemon/jobs/schedule.py",
        "daemon/supervisor.py", "mailbox/fetching.py", "mailbox/wire.py",
    ),
    "questions for drafts, which have their own words (rules/answers)": ("office/answers/sections.py",),
    "told by maild backup, restore and check, and at a start that is refused": (
        "store/dump.py", "office/safety/identity.py", "console/serve.py",
    ),
    "faults of the wire, in the words in which aiosmtplib tells its own": ("courier/pipelining.py",),
    "told to who measures (maild evaluate)": ("domain/learning/evaluation.py",),
    "rules are explained to who writes them (maild rules explain)": ("classify/reading/clauses.py",),
}  # fmt: skip
STORE_TABLES = ("store/engine.py", "store/blobs.py", "store/accounting/audit.py")  # looked at whole
# Sentences that are pieces of others, or no sentences: file → text.
PIECES = {
    "classify/rules/conditions.py": ("(no name)",),
    "classify/drafting/draft.py": ('[{…}]\nname_zh = "{…}"\nname_en = "{…}"\naddresses = ["{…}"]\n',),
    "classify/rules/fields.py": ("css {…}", "link {…}", "label {…}"),  # where a value was found
    "classify/institutions.py": ("{…} Library",),  # a name
    "classify/reading/iso18626.py": ("offered costs", "iso18626 {…}"),
    "classify/reading/rows/reading.py": ("status: {…}", "due back"),
    "classify/reading/numbers.py": ("their label", "letters for figures"),
    "classify/rules/ruleset.py": ("(nothing is written)",),
    "classify/rules/trial.py": ("load gives every rule a kind, kind_from or a reader",),
    "classify/reading/status.py": ("account {…}",),
    "confine/reading.py": ("v=DKIM1; p=AAAA",),
    "confine/receipts.py": ("longer than", "CPU time"),  # words looked for
    "courier/smtp.py": ("smtp.ca_file {…}: {…}",),  # stops the start
    "notify/writing/timing.py": ("for the daily mail", "let go by "),  # compared as stored
    "notify/sending/line.py": ("; sent to ",),  # words looked for
    "domain/desk/access.py": ("single sign-on",),  # has its words in WAYS_IN
    "domain/errors.py": ("{…}\n  remedy: {…}",),
    "domain/records/ignored.py": ("ignored by staff (", "a circular to all partners", "dismissed by "),  # looked for
    "domain/records/held_bytes.py": ("given up", "sought again"),  # words of the history that are looked for
    "domain/desk/statistics.py": ("delivered in a year",),
    "daemon/copies.py": ("sent copies",),  # the name of a loop
    "daemon/trouble.py": ("sent copies",),
    "daemon/loops.py": ("mailbox {…}",),
    "daemon/lookout.py": ("list of troubles",),  # names of loops
    "doctor/kept.py": ("second reader",),  # names of checks, which have their words in CHECKS
    "doctor/servers.py": ("imap {…}", "sent folder"),
    "hooks/ldap.py": ("result {…}",),  # a code, where ldapsearch says nothing
    "hooks/client.py": ("HTTP {…} {…}",),  # a number and the other side's words
    "hooks/roads.py": ("application/json; charset=utf-8", "apprise {…} ({…})", "HTTP {…} {…}", "pip install 'maild[alarm]'"),
    "hooks/robots.py": ("HTTP {…} {…}",),
    "mailbox/connecting.py": ('("name" "maild" "version" "{…}" "vendor" "maild")', "logging in", "sending ID",
                              "asking for the capabilities"),
    "mailbox/probe.py": ("copy and expunge", "copy and mark"),  # ways of filing: values, said by their table
    "mailbox/session.py": ("unsafe login", "asking for the namespaces", "creating the folder {…}",
                           "subscribing to {…}", "selecting {…}", "listing the folders"),
    "mailbox/sent.py": ("looking for the folder of sent mail", "looking what was sent", "laying a copy of what was sent",
                        "RETURN (SPECIAL-USE)"),
    "mailbox/filing.py": ("moving to {…}", "setting a keyword", "copying to {…}", "marking as deleted", "examining {…}",
                          "looking into {…}", "comparing headers"),
    "mailbox/imap.py": ("ending IDLE",),
    "peers/message.py": ('<?xml version="1.0" encoding="UTF-8"?>\n', "xmlns={…} version={…}"),
    "notify/editing/checks.py": ("; in the sample it is ", "the shipped words show {{ {…} }}, these do not{…}{…}", "SECTION ONE", "SECTION TWO",
                        "write {{ {…} }} where it belongs, or keep the part that shows it"),  # braces are gaps elsewhere
    "notify/rendering/sandbox.py": ("{% set %} … {% endset %}", "{% from … import %}"),
    "office/queue/acts_rows.py": ("row {…}: no request {…}",),  # two reasons, one within the other
    "office/queue/acts_queue.py": ("probably advertising: ",),  # looked for
    "office/queue/ready_answers.py": ("{{…}} is not known",),  # braces are gaps elsewhere
    "office/queue/acts_desk.py": ("item {…}",),  # the name of a mention
    "office/watch/staff_digest.py": ("asked {…}",),  # tells one digest from another
    "office/answers/standing.py": ("sign: {…}",),  # signs speak against, and only what speaks for it is told
    "office/books/reconcile_queue.py": ("statement line ",),  # how a subject names its line
    "office/books/acts_books.py": ("is on the balance", "is to be paid out"),
    "office/reach/acts_outbox.py": ("{…}:again {…}",),  # tells one repetition from another
    "office/requests/decide_cancel.py": ("does not accept the fee of", "would like to cancel", "{…}, proven, {…} {…}"),
    "office/providers/drift.py": ("the sample: maild queue show {…}{…}", "must be a number above zero",
                          "must lie between 0 and 1"),
    "office/imports/import_words.py": ("at once",),  # a word looked for
    "office/payments/assessing/evidence.py": ("payment not finished", "not a receipt", "state not", "in another currency",
                                            "the sum is negative", "too large", "too many", "amount at the picture's edge"),  # looked for
    "office/payments/proofs.py": ("broken: the worker ",),  # looked for
    "office/providers/peer_import.py": ("An ISO 18626 message, imported by staff.\n",),  # the text of a mail
    "spine/poison.py": ("bytes lost", "the mail", "the surroundings"),  # words of the log
    "hooks/traces.py": ("pip install 'maild[otel]'", "Bearer {…}", "HTTP {…} {…}"),  # a command, a header
    "store/accounting/books.py": ("number {…}", "patron {…}"),  # keys of locks
    "store/engine.py": ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry",
                        "-c timezone=UTC", "REPEATABLE READ", "no such table", "no such column"),
    "store/desk/statistics.py": ("start of month",),
}  # fmt: skip


def modules() -> Iterator[tuple[str, bool]]:
    """(file below maild, whether only its errors count) of all that is looked at."""
    left_out = {name for names in NEVER_SHOWN.values() for name in names}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in left_out:
                yield name, folder in ERRORS_ONLY and name not in STORE_TABLES


@cache
def shapes() -> frozenset[str]:
    """The English of every template, with GAP for its gaps."""
    return frozenset(re.sub(r"\{[^}]*\}", GAP, template.source) for template in shipped().templates)


def said(sentence: Sentence, known: frozenset[str]) -> bool:
    """Whether there is a template for it, as it stands or as a clause within a longer one."""
    text = sentence.text.replace("{0}", GAP).replace("{1}", GAP)
    return text in known or text.strip("; ,:.") in known or f"{text}{GAP}" in known


@each(("name", "errors_only"), list(modules()))
def test_every_sentence_has_its_chinese(name: str, errors_only: bool) -> None:
    """A new reason needs a line in templates/console/words/reasons, or one above that says why not."""
    known, pieces = shapes(), PIECES.get(name, ())
    missing = [
        f"{s.place} {s.shown!r}"
        for s in of_file(ROOT / name, errors_only=errors_only)
        if s.shown not in pieces and not said(s, known)
    ]
    assert not missing


def test_every_sign_of_danger_has_its_chinese() -> None:
    """Signs are named in rules/danger.toml, and staff read why a mail waits in their own language."""
    known = shapes()
    assert [sign.name for sign in signs().signs if f"{sign.name}: '{GAP}'" not in known] == []


def test_the_walk_is_whole() -> None:
    """Every module below the folders is looked at, however deep it lies, or named above with why not."""
    seen = {name for name, _ in modules()} | {name for names in NEVER_SHOWN.values() for name in names}
    deep = {p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*.py")}
    missed = {name for name in deep - seen if name.split("/")[0] in FOLDERS}
    assert missed == set()
    assert {len(name.split("/")) for name in seen} >= {2, 3}
    assert all(any(name.startswith(f"{folder}/") for name in seen) for folder in FOLDERS)


def test_what_is_left_out_is_there() -> None:
    """Exceptions of files and sentences that have gone would hide new ones."""
    gone = [name for names in NEVER_SHOWN.values() for name in names if not (ROOT / name).is_file()]
    for name, texts in PIECES.items():
        found = {sentence.shown for sentence in of_file(ROOT / name)}
        gone += [f"{name}: {text}" for text in texts if text not in found]
    assert not gone


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,.:;?!()]|[,:;?!()][\u4e00-\u9fff]")
TIGHT = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def test_chinese_is_set_as_in_the_notices() -> None:
    """Full-width marks, a space beside what is Latin; between fixed text and gaps the space is made when it is shown."""

    def faults(template: Template) -> Iterator[str]:
        for text, _, _ in template.zh:
            if HALF_WIDTH.search(text) or TIGHT.search(text):
                yield f"{template.source!r}: {text!r}"

    assert not [fault for template in shipped().templates for fault in faults(template)]

"""Old names of modules under maild/pipeline, rewritten wherever they stand. To be deleted once every branch has moved."""

# ruff: noqa
# mypy: ignore-errors
import os
import re
import subprocess

SL = {
    "spine": "intake read read_files read_invoice row_readings facts lookups facts_standing facts_ties facts_lookalike decide decide_patron decide_requests rows binding outcome policy record process pace poison filing explain reread floods searched",
    "office.requests": "decide_cancel decide_consent decide_renewal the_request facts_requests request_policy acts_requests clockwork closing loans silence silent_items reminders case_details ask_provider queries",
    "office.providers": "decide_provider provider_demand provider_names supply fees_said peers peer_export peer_import acts_speakers counting drift",
    "office.payments": "announce_payment decide_payment decide_account judge_payment payment_evidence payment_policy beside_proof facts_payment charge_deposit prices tariffs proofs scans recharge record_money opening",
    "office.books": "settlement reconcile reconcile_queue reconcile_refunds statements statement_formats acts_books acts_money acts_deposit claims_overdue",
    "office.invoices": "invoices invoice_acts announce_invoice facts_invoice",
    "office.registration": "decide_registration decide_registration_question facts_registration registering registrations_late review_policy acts_registration",
    "office.answers": "decide_answer decide_not_received not_received_facts facts_answer sections questions telling telling_policy heard danger risk matters tongue second_voice",
    "office.reach": "decide_machine decide_delivery facts_reach record_reach record_voice reach_watch acts_reach acts_voice by_hand evidence sent acts_outbox outbox_view",
    "office.queue": "acts acts_queue acts_link acts_answer undo item_view queue_policy mail_files reindex",
    "office.ignoring": "decide_ignoring ignoring ignoring_policy ignored_mails ignored_sample acts_senders",
    "office.learning": "learner labels voice_record",
    "office.workshop": "backtest candidate rule_acts rule_figures rule_files rule_maker notice_acts notice_words",
    "office.acting": "seen drafts",
    "office.notices": "announce announce_staff leaving",
    "office.imports": "import_books import_registrations import_values import_words importing",
    "office.webhook": "heralding deliveries",
    "office.watch": "upkeep calendars service_times staff_digest statistics alarming trouble_rules clock_trust",
    "office.safety": "balance bytes_again recollect identity",
}
where = {m: s for s, l in SL.items() for m in l.split()}
T = {  # tests/unit/pipeline
    "test_answers": "office/answers",
    "test_binding": "spine",
    "test_decide": "spine",
    "test_decide_machine": "office/reach",
    "test_decide_not_received": "office/answers",
    "test_leaving": "office/notices",
    "test_payment_policy": "office/payments",
    "test_peers_news": "office/providers",
    "test_proof_limits": "office/payments",
    "test_provider_words": "office/providers",
    "test_queue_policy": "office/queue",
    "test_registration_decisions": "office/registration",
    "test_reminders_explain": "office/requests",
    "test_risk": "office/answers",
    "test_service_times": "office/watch",
    "test_statement_formats": "office/books",
    "test_telling": "office/answers",
    "test_tongue": "office/answers",
    "test_wishes": "office/requests",
}


def sub(text):
    def from_import(m):
        names = [n.strip() for n in m[2].strip("()").replace("\n", " ").split(",") if n.strip()]
        by = {}
        for n in names:
            by.setdefault(where[n.split()[0]], []).append(n)
        return "\n".join(f"{m[1]}from maild.{s} import {', '.join(v)}" for s, v in sorted(by.items()))

    text = re.sub(r"^([ \t]*)from maild\.pipeline import (\([^)]*\)|[^\n#]+)", from_import, text, flags=re.M)
    text = re.sub(r"\bmaild\.pipeline\.(\w+)", lambda m: f"maild.{where[m[1]]}.{m[1]}" if m[1] in where else m[0], text)
    text = re.sub(
        r"\bmaild/pipeline/(\w+)",
        lambda m: f"maild/{where[m[1]].replace('.', '/')}/{m[1]}" if m[1] in where else m[0],
        text,
    )
    text = re.sub(r"(?<![\w./])pipeline\.(\w+)", lambda m: f"{where[m[1]]}.{m[1]}" if m[1] in where else m[0], text)
    text = re.sub(
        r"(?<![\w./])pipeline/(\w+)",
        lambda m: f"{where[m[1]].replace('.', '/')}/{m[1]}" if m[1] in where else m[0],
        text,
    )
    text = re.sub(r"tests/unit/pipeline/(\w+)", lambda m: f"tests/unit/{T[m[1]]}/{m[1]}" if m[1] in T else m[0], text)
    text = re.sub(
        r"tests\.unit\.pipeline\.(\w+)",
        lambda m: f"tests.unit.{T[m[1]].replace('/', '.')}.{m[1]}" if m[1] in T else m[0],
        text,
    )
    return text


files = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True
).stdout.split("\n")
for f in files:
    if not f or f.startswith(("tests/corpus/settle", "docs/images")) or not os.path.isfile(f):
        continue
    if (
        not f.endswith((".py", ".toml", ".md", ".j2", ".sh", ".service", ".yml", ".yaml", "Makefile", ".txt", ".cfg"))
        and "/." not in f
        and "." in os.path.basename(f)
    ):
        continue
    try:
        t = open(f, encoding="utf-8").read()
    except UnicodeDecodeError:
        continue
    if "pipeline" not in t:
        continue
    n = sub(t)
    if n != t:
        open(f, "w", encoding="utf-8").write(n)

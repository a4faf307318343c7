"""Which commands there are, in which module each is, and what it does in a sentence: all that `maild --help` needs."""

from __future__ import annotations

# Name → module of maild.cli and what it holds there; the first sentence of its help (a test holds it to that).
TREE: dict[str, tuple[str, str]] = {
    "init": (
        "init:init",
        "Write a first configuration: maild.toml with every option explained, and secrets in files of mode 0600.",
    ),
    "check": ("check:check", "Look at configuration, database, mail servers, DNS, templates, rules; say what to do."),
    "run": ("run:run", "Poll the mailbox, move transactions, send notices, until SIGTERM."),
    "reload": ("reload:reload", "Read settings, rules and templates anew, all or nothing."),
    "console": ("console:console", "Serve the staff console until SIGTERM."),
    "demo": (
        "demo:demo",
        "Mail servers, database and sample mails on this machine; the real daemon; what became of each mail.",
    ),
    "explain": (
        "explain:explain",
        "Read mails without changing anything and tell, stage by stage, what would be done and why.",
    ),
    "evaluate": (
        "evaluate:evaluate",
        "Hold what would be done with labelled mails against what a careful colleague would do.",
    ),
    "receipt": ("receipt:receipt", "Read payment proofs: amount, payee, date, serial, and how sure that is."),
    "form": (
        "form:form",
        "Write the prefilled transfer form (校内转账单) of one patron's fees, with the code that identifies its photo.",
    ),
    "balance": (
        "balance:show",
        "Print the balance sheet: on the server = stored + skipped; stored = settled + … + pending.",
    ),
    "backup": ("backup:backup", "Back up database and mails while maild works."),
    "restore": ("backup:restore", "Bring a backup back into store.url and store.blobs."),
    "purge": ("privacy:purge", "Take away what is older than rules/retention.toml lets it be."),
    "digest": (
        "digest:digest",
        "Show what waits, what is late, and whether everything adds up; --send mails it to the office's people.",
    ),
    "stats": (
        "stats:app",
        "Show volume, automatic share, turnaround, queue, notices, payments, bounces and providers.",
    ),
    "replay": ("replay:replay", "Read stored mails again, and tell what is newly matched, changed or conflicting."),
    "import": ("imports:app", "Take over lists of the office; the same file twice changes nothing."),
    "transactions": ("transactions:app", "Requests and their history."),
    "patrons": ("privacy:patrons", "Readers and their addresses."),
    "addresses": ("addresses:app", "Addresses that our mail does not reach."),
    "registrations": ("registrations:app", "Applications for the two steps of registering."),
    "queue": ("queue:app", "Mails that wait for a librarian."),
    "learn": ("learn:app", "Learn from what staff did with queued mails; nothing speaks before a person adopts it."),
    "senders": ("senders:senders", "Senders: those that staff ignore, and for whom a sender speaks."),
    "claims": ("claims:app", "Payments that proofs claim."),
    "deposit": ("deposit:app", "Prepaid balances: top up, use, refund."),
    "outbox": ("outbox:app", "Notices: waiting, sent, failed."),
    "invoices": ("invoices:app", "Invoices (发票): asked for, issued, sent."),
    "reconcile": ("reconcile:app", "Statements against the books: what is confirmed, what is open."),
    "notices": ("notice_words:notices", "Notices: look at one with invented data, or write one by hand."),
    "ledger": ("ledger:app", "The books: append-only, double entry."),
    "fees": ("fees:app", "Tariffs, and what a request costs by them."),
    "events": ("events:app", "Events for the library's own system (webhook)."),
    "alarm": ("alarm:app", "Troubles of maild itself, and the alarm roads ([alarm])."),
    "iso18626": ("iso18626:app", "Providers' news as ISO 18626 messages, out and in."),
    "rules": ("rules:app", "Rules: which mail is what."),
    "user": ("user:app", "Accounts of the console."),
    "mailbox": ("mailbox:app", "Mailbox folders: baseline and arming."),
    "db": ("database:app", "The database's schema."),
    "clock": ("clock:app", "The machine's clock."),
}

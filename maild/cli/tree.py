"""Which commands there are, in which module each is, and what it does in a sentence: all that `maild --help` needs."""

from __future__ import annotations

# What people call a command that has another name here.
SYNONYMS = {
    "doctor": "check",
    "health": "check",
    "status": "check",
    "validate": "check",
    "start": "run",
    "daemon": "run",
    "serve": "console",
    "web": "console",
    "setup": "init",
    "configure": "init",
    "config": "init",
    "users": "user",
    "accounts": "user",
    "requests": "transactions",
    "readers": "patrons",
    "review": "queue",
    "payments": "claims",
    "receipts": "receipt",
    "statistics": "stats",
    "mails": "mailbox",
    "migrate": "db",
    "upgrade": "db",
}

# Name → module of maild.cli and what it holds there; the first sentence of its help (a test holds it to that).
TREE: dict[str, tuple[str, str]] = {
    "init": (
        "operation.init:init",
        "Write a first configuration: maild.toml with every option explained, and secrets in files of mode 0600.",
    ),
    "check": (
        "operation.check:check",
        "Look at configuration, database, mail servers, DNS, templates, rules; say what to do.",
    ),
    "run": ("operation.run:run", "Poll the mailbox, move transactions, send notices, until SIGTERM."),
    "reload": ("operation.reload:reload", "Read settings, rules and templates anew, all or nothing."),
    "console": ("operation.console:console", "Serve the staff console until SIGTERM."),
    "mcp": (
        "operation.mcp:mcp",
        "Answer a language model's client on standard input and output (MCP): it may look, and changes nothing.",
    ),
    "demo": (
        "operation.demo:demo",
        "Mail servers, database and sample mails on this machine; the real daemon; what became of each mail.",
    ),
    "explain": (
        "reading.explain:explain",
        "Read mails without changing anything and tell, stage by stage, what would be done and why.",
    ),
    "evaluate": (
        "reading.evaluate:evaluate",
        "Hold what would be done with labelled mails against what a careful colleague would do.",
    ),
    "receipt": ("money.receipt:receipt", "Read payment proofs: amount, payee, date, serial, and how sure that is."),
    "form": (
        "money.form:form",
        "Write the prefilled transfer form (校内转账单) of one patron's fees, with the code that identifies its photo.",
    ),
    "balance": (
        "operation.balance:show",
        "Print the balance sheet: on the server = stored + skipped; stored = settled + … + pending.",
    ),
    "backup": ("operation.backup:backup", "Back up database and mails while maild works."),
    "restore": ("operation.backup:restore", "Bring a backup back into store.url and store.blobs."),
    "purge": ("desk.privacy:purge", "Take away what is older than rules/retention.toml lets it be."),
    "digest": (
        "operation.digest:digest",
        "Show what waits, what is late, and whether everything adds up; --send mails it to the office's people.",
    ),
    "stats": (
        "desk.stats:app",
        "Show volume, automatic share, turnaround, queue, notices, payments, bounces and providers.",
    ),
    "replay": (
        "reading.replay:replay",
        "Read stored mails again, and tell what is newly matched, changed or conflicting.",
    ),
    "import": ("desk.imports:app", "Take over lists of the office; the same file twice changes nothing."),
    "transactions": ("desk.transactions:app", "Requests and their history."),
    "patrons": ("desk.privacy:patrons", "Readers and their addresses."),
    "desk": (
        "desk.kept:app",
        "What is set up at the desk: ready answers, views, searches, turns, absences.",
    ),
    "addresses": ("mail.addresses:app", "Addresses that our mail does not reach."),
    "registrations": ("desk.registrations:app", "Applications for the two steps of registering."),
    "queue": ("desk.queue:app", "Mails that wait for a librarian."),
    "learn": (
        "reading.learn:app",
        "Learn from what staff did with queued mails; nothing speaks before a person adopts it.",
    ),
    "senders": ("mail.senders:senders", "Senders: those that staff ignore, and for whom a sender speaks."),
    "claims": ("money.claims:app", "Payments that proofs claim."),
    "deposit": ("money.deposit:app", "Prepaid balances: top up, use, refund."),
    "outbox": ("mail.outbox:app", "Notices: waiting, sent, failed."),
    "invoices": ("money.invoices:app", "Invoices (发票): asked for, issued, sent."),
    "reconcile": ("money.reconcile:app", "Statements against the books: what is confirmed, what is open."),
    "notices": ("mail.notice_words:notices", "Notices: look at one with invented data, or write one by hand."),
    "ledger": ("money.ledger:app", "The books: append-only, double entry."),
    "fees": ("money.fees:app", "Tariffs, and what a request costs by them."),
    "events": ("operation.events:app", "Events for the library's own system (webhook)."),
    "alarm": ("operation.alarm:app", "Troubles of maild itself, and the alarm roads ([alarm])."),
    "iso18626": ("desk.iso18626:app", "Providers' news as ISO 18626 messages, out and in."),
    "rules": ("reading.rules:app", "Rules: which mail is what."),
    "user": ("operation.user:app", "Accounts of the console."),
    "mailbox": ("mail.mailbox:app", "Mailbox folders: baseline and arming."),
    "db": ("operation.database:app", "The database's schema."),
    "clock": ("operation.clock:app", "The machine's clock."),
}

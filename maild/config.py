"""Every option: its type, default and help, in this one place. The TOML file's sections are the classes.

The documentation of options (docs/configuration.md) and the annotated file that `maild init` writes are
generated from these classes. Secrets come by file (`…_file`), by a systemd credential of the option's
name, or by environment; they are `Secret` values and print as '***'.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from maild.config_alarm import Alarm
from maild.config_backup import Backup
from maild.config_console import Console, Oidc
from maild.config_ldap import Ldap
from maild.config_mail import Mailbox, Smtp
from maild.config_metrics import Metrics
from maild.config_oauth import Oauth
from maild.config_traces import Traces
from maild.options import UNSET, Secret, fact, facts, opt, said

MOST_READERS = 4

__all__ = [
    "UNSET",
    "Alarm",
    "Backup",
    "Console",
    "Ldap",
    "Mailbox",
    "Metrics",
    "Oauth",
    "Oidc",
    "Secret",
    "Settings",
    "Smtp",
    "Traces",
    "facts",
    "said",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office as patrons see it: names, address, phones, places. The defaults are data (rules/office.toml)."""

    name_zh: str = fact("office", "name_zh", "The office's name in Chinese notices.")
    name_en: str = fact("office", "name_en", "The office's name in English notices.")
    address: str = fact("office", "address", "The office's mail address: the From of every notice.")
    system_address: str = fact(
        "office", "system_address", "The request system's sender, which patrons must whitelist too."
    )
    phones: tuple[str, ...] = fact("office", "phones", "Phone numbers printed in notices.")
    registration_phone: str = fact("office", "registration_phone", "The number external readers phone to be confirmed.")
    gateway_url: str = fact("office", "gateway_url", "The readers' request gateway.")
    pickup_zh: str = fact("office", "pickup_zh", "Where loans and copies are picked up (Chinese).")
    pickup_en: str = fact("office", "pickup_en", "Where loans and copies are picked up (English).")
    pickup_hours_zh: str = fact("office", "pickup_hours_zh", "Opening hours of the counter (Chinese).")
    pickup_hours_en: str = fact("office", "pickup_hours_en", "Opening hours of the counter (English).")
    payment_places_zh: str = fact("office", "payment_places_zh", "Where fees are paid at a counter (Chinese).")
    payment_places_en: str = fact("office", "payment_places_en", "Where fees are paid at a counter (English).")
    transfer_unit: str = fact("office", "transfer_unit", "收款单位 of the campus transfer form.")
    transfer_department: str = fact("office", "transfer_department", "部门代码 of the campus transfer form.")
    transfer_project: str = fact("office", "transfer_project", "项目代码 of the campus transfer form.")
    transfer_item: str = fact("office", "transfer_item", "转帐说明 of the campus transfer form.")
    bank_payee: str = fact("office", "bank_payee", "户名 for bank transfers.")
    bank_name: str = fact("office", "bank_name", "开户行 for bank transfers.")
    bank_campus: str = fact("office", "bank_campus", "校区 for bank transfers.")
    bank_account: str = fact("office", "bank_account", "Account number for bank transfers.")
    bank_purpose: str = fact("office", "bank_purpose", "What external patrons write into the purpose field.")
    payment_app_url: str = fact("office", "payment_app_url", "The mobile library site where fees can be paid.")
    app_phone: str = fact("office", "app_phone", "Who is rung where a fee shown by the payment app looks wrong.")
    fees_url: str = fact("office", "fees_url", "Page of the price list; '' for none.")
    subsidy_url: str = fact("office", "subsidy_url", "Page that explains the subsidy; '' for none.")
    pickup_proxy_zh: str = fact(
        "office", "pickup_proxy_zh", "What somebody else needs to pick up for a patron (Chinese); '': a person answers."
    )
    pickup_proxy_en: str = fact("office", "pickup_proxy_en", "The same in English.")
    pickup_bring_zh: str = fact(
        "office", "pickup_bring_zh", "What to bring to the counter (Chinese); '': a person answers."
    )
    pickup_bring_en: str = fact("office", "pickup_bring_en", "The same in English.")
    aliases: tuple[str, ...] = opt(
        (),
        "Other addresses by which the office's mail comes in. What binds a patron by "
        "mail has to be written to one of them, or to office.address.",
        example=("ill@lib.example.edu",),
    )
    agency: str = opt(
        "", "Who we are in ISO 18626 messages, as TYPE:VALUE; '' gives the mail address.", example="ISIL:XX-1"
    )
    timezone: str = fact("office", "timezone", "Time zone of dates in notices and of working days (IANA name).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where everything is kept."""

    url: str = opt("sqlite:////var/lib/maild/maild.db", "SQLAlchemy URL: sqlite:///… or postgresql+psycopg://…")
    password: Secret = opt(Secret(""), "Database password (PostgreSQL). Give password_file instead.", secret_file=True)
    blobs: Path = opt(Path("/var/lib/maild/blobs"), "Folder of the stored mails and documents.")
    upgrade: bool = opt(False, "Bring the schema up to date at start (else: maild db upgrade).")
    short_mb: int = opt(
        2000,
        "With less free space than this where mails are kept, a sender may take a tenth of it a day; what is more "
        "waits on the server, and staff are told. Below alarm.disk_mb all mail waits there. 0: never.",
        minimum=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """Whom to believe."""

    authserv_id: str = opt(
        "", "authserv-id of OUR receiving server; its Authentication-Results are believed. '': none."
    )
    receiving_hosts: tuple[str, ...] = opt(
        (),
        "Names of the servers that take in the office's mail, as they stand "
        "behind 'by' in its Received lines, where they lie in another domain than "
        "the authserv-id and the office's address.",
    )
    arc_sealers: tuple[str, ...] = opt(
        (),
        "Domains of forwarders whose ARC chains are believed, such as the campus's "
        "own mail system where it forwards to the office.",
    )
    dns_timeout_seconds: float = opt(5.0, "Limit of all look-ups of one mail.", minimum=0.05, maximum=60)
    dns_cache_seconds: float = opt(3600.0, "How long answers are kept at most (their TTL permitting).", minimum=0)
    nameservers: tuple[str, ...] = opt((), "DNS servers, address or address:port; empty for the system's.")
    fresh_days: int = opt(
        7,
        "How long a mail may have been under way (signed to received) and still bind its writer, "
        "or move a request; older ones wait for a person.",
        minimum=1,
        maximum=60,
    )
    defer_minutes: int = opt(240, "How long a mail waits for DNS before it goes to review.", minimum=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Finding the request. Weights and thresholds: rules/matching.toml."""

    transaction_number: str = opt(
        r"(?:[A-Z]{2,8}[-_]?)?\d{4}[-_]?\d{4,12}(?:[-_]\d{1,6})?",
        "RE2 pattern of a request number (事务号).",
    )
    token_key: Secret = opt(
        Secret(""), "Key of the reply tokens; 32 random bytes, hex. Give token_key_file.", secret_file=True
    )
    former_token_key: Secret = opt(
        Secret(""),
        "The key before it: tokens, forms and payment codes made with it are "
        "still known as ours. Give former_token_key_file.",
        secret_file=True,
    )
    token_days: int = opt(180, "Days from its notice on that a reply token holds.", minimum=1, maximum=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """How notices are written."""

    templates: str = opt("", "Folder whose templates override the shipped ones; '' for none.", path=True)
    link_days: int = opt(30, "How long documents under documents_url are kept: the expiry named for them.", minimum=1)
    max_attachment_bytes: int = opt(
        20_000_000,
        "Attach documents up to this size where the recipient's mail system "
        "is not known to take less (rules/whitelist.toml).",
        minimum=0,
    )
    documents_url: str = opt("", "Base URL where staff publish documents too large to attach; '' says to pick up.")
    release: str = opt(
        "proof",
        "When a document with a fee goes out: always, proof (a claimed payment is enough), confirmed.",
        choices=("always", "proof", "confirmed"),
    )
    ask_receipts: bool = opt(
        False, "Ask for a read receipt of documents and pick-up notices (RFC 8098); patrons may refuse it."
    )
    quiet_hours: str = opt(
        "",
        "Hours of the office's clock in which no notice goes out, such as 22:00-07:00; '' for "
        "none. Answers to who has just written go all the same (rules/voice.toml).",
    )
    daily_at: str = opt("17:00", "When those who want one mail a day get it (office's clock).")
    due_reminder_days: int = opt(3, "Remind of a loan's due date so many days before.", minimum=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The life of requests and loans. How long things take stands in rules/service-times.toml."""

    ask_providers: str = opt(
        "draft",
        "What becomes of a query to a provider that a patron's mail causes: draft (staff send it), or send, "
        "where the provider's contact takes it (rules/providers.toml).",
        choices=("draft", "send"),
    )
    close_after_days: int = opt(
        14,
        "A delivered copy, or a loan that is back, is closed after so many days if "
        "nothing is owed and nobody complained; 0: never by itself.",
        minimum=0,
    )
    overdue_notices: int = opt(3, "How often an overdue loan is asked for; then it is put before staff.", minimum=1)
    silence_watch: bool = opt(True, "Put requests before staff of which expected news has not come.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answering patrons' questions. The texts: rules/answers."""

    automatic: bool = opt(True, "Answer what is certain at once; else every answer is a draft for staff.")
    per_day: int = opt(
        6, "A fuse: automatic answers to one address within 24 hours at most; more are drafts.", minimum=0
    )
    acknowledge: bool = opt(
        False,
        "Tell a known patron whose mail has to wait that it came, how the open requests "
        "stand, and by when a librarian answers; once a thread.",
    )
    strangers: int = opt(
        40,
        "Answers within 24 hours at most, in all, to writers who are no known patrons, whose address is proven and "
        "who ask what the guide tells everybody; one a day to an address. 0: a person answers them.",
        minimum=0,
    )
    technicians: str = opt(
        "",
        "Mail address of the request system's technicians, who give accounts their permissions; "
        "'': office.system_address.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The people of the office, for what maild has to tell them."""

    addresses: tuple[str, ...] = opt((), "Who gets the morning digest and alerts; empty: nobody is written to.")
    escalation: tuple[str, ...] = opt((), "Who is told as well when something stays undone; empty: nobody more.")
    language: str = opt("zh-CN", "Language of mails to staff.", choices=("zh-CN", "en"))
    digest_at: str = opt("08:30", "When staff get the digest, each working day (office's clock); '' for none.")
    ignored_percent: int = opt(
        2, "Share of the mails ignored last week that staff are shown, in per cent; 0: none.", minimum=0, maximum=100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Addresses that refuse our mail."""

    hard_bounce_days: int = opt(90, "How long an address that does not work is avoided.", minimum=1, maximum=3650)
    soft_bounce_hours: int = opt(
        24, "How long an address is waited for after a passing refusal (a full mailbox).", minimum=1, maximum=47
    )
    soft_bounces: int = opt(
        3, "So many passing refusals within soft_bounce_days: the address does not work.", minimum=1, maximum=100
    )
    soft_bounce_days: int = opt(14, "The days within which passing refusals are counted.", minimum=1, maximum=365)
    slow_addresses: int = opt(
        5,
        "So many deferred addresses of one domain within an hour: the domain is slow, and "
        "staff are told once instead of for each mail.",
        minimum=2,
    )
    slow_minutes: int = opt(30, "How long a slow domain is left alone.", minimum=1, maximum=240)
    report_days: int = opt(10, "Days from its notice on that a delivery report is believed.", minimum=1, maximum=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Telling the library's own system of each event (docs/webhooks.md)."""

    url: str = opt(
        "",
        "Where events are posted to, https (http on loopback only); '' writes and sends none.",
        example="https://library.example/maild",
    )
    secret: Secret = opt(
        Secret(""),
        "Key of the signatures: 'whsec_' and 24 to 64 random bytes in base64. Give secret_file instead.",
        secret_file=True,
    )
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    timeout_seconds: float = opt(10.0, "Limit of every wait for the receiver.", minimum=0.1, maximum=60)
    retry_base_seconds: float = opt(5.0, "First wait after a refusal; trebles up to 6 hours.", minimum=0.01)
    give_up_days: int = opt(
        3, "An event that is not taken for so long is given up, and staff are told.", minimum=1, maximum=30
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rule packs."""

    folder: str = opt("", "Folder whose rule files override the shipped ones of the same name; '' for none.", path=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Reading payment proofs, in processes of their own."""

    workers: int = opt(1, "Reader processes; each reads about one photo a second on one core.", minimum=1, maximum=32)
    threads: int = opt(
        1,
        "Threads of one reader: more shorten the wait for a single picture, and add nothing when there are many.",
        minimum=1,
        maximum=16,
    )
    seconds: float = opt(
        20.0, "Processor time one file may take; by the clock, four times as long.", minimum=1, maximum=300
    )
    memory_mb: int = opt(
        1280, "Limit of a reader process's address space; ordinary pictures take some 450 MB.", minimum=768
    )
    idle_seconds: float = opt(300.0, "A reader process without work is stopped after so long.", minimum=1)
    max_bytes: int = opt(60_000_000, "Larger files are not opened.", minimum=100_000)
    max_pixels: int = opt(
        50_000_000, "Larger pictures are not opened (JPEG: three times as large ones).", minimum=1_000_000
    )
    max_pages: int = opt(12, "Pages of one file that are read.", minimum=1, maximum=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """The process."""

    workers: int = opt(
        0,
        "Reader processes at most, started as they are needed; 0: as many as there are processors, four at most.",
        minimum=0,
        maximum=32,
    )
    read_seconds: float = opt(20.0, "Wall-clock limit of reading one mail.", minimum=0.1, maximum=300)
    worker_memory_mb: int = opt(1024, "Memory limit of a reader process.", minimum=128)
    batch: int = opt(50, "Mails processed in one database transaction.", minimum=1, maximum=1000)
    max_tries: int = opt(3, "Tries before a mail that makes a stage fail is shunted.", minimum=1)
    drain_seconds: float = opt(25.0, "How long SIGTERM waits for work in flight.", minimum=0, maximum=600)
    idle_seconds: float = opt(0.5, "How often waiting work is looked for when nothing announces it.", minimum=0.01)
    log_format: str = opt(
        "auto",
        "auto (console on a terminal, key=value else), console, keyvalue or json.",
        choices=("auto", "console", "keyvalue", "json"),
    )
    log_level: str = opt("info", "debug, info, warning or error.", choices=("debug", "info", "warning", "error"))

    @property
    def readers(self) -> int:
        """How many reader processes there are at most."""
        return self.workers or min(len(os.sched_getaffinity(0)), MOST_READERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confine:
    """The walls around what strangers send."""

    required: bool = opt(True, "Refuse to open what strangers send where the system does not grant every wall.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    office: Office = field(default_factory=Office)
    mailbox: tuple[Mailbox, ...] = field(default_factory=lambda: (Mailbox(),))
    smtp: Smtp = field(default_factory=Smtp)
    oauth: Oauth = field(default_factory=Oauth)
    store: Store = field(default_factory=Store)
    backup: Backup = field(default_factory=Backup)
    authentication: Authentication = field(default_factory=Authentication)
    matching: Matching = field(default_factory=Matching)
    notices: Notices = field(default_factory=Notices)
    requests: Requests = field(default_factory=Requests)
    answers: Answers = field(default_factory=Answers)
    staff: Staff = field(default_factory=Staff)
    reach: Reach = field(default_factory=Reach)
    ldap: Ldap = field(default_factory=Ldap)
    webhook: Webhook = field(default_factory=Webhook)
    alarm: Alarm = field(default_factory=Alarm)
    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = field(default_factory=Traces)
    rules: Rules = field(default_factory=Rules)
    receipts: Receipts = field(default_factory=Receipts)
    daemon: Daemon = field(default_factory=Daemon)
    confine: Confine = field(default_factory=Confine)
    console: Console = field(default_factory=Console)
    oidc: Oidc = field(default_factory=Oidc)

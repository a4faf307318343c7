"""The options of the mail servers: the accounts that are read, and how notices are sent."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, fact, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One IMAP account to read. `[[mailbox]]` may be repeated."""

    name: str = opt("office", "Short name, used in logs and in the database; never change it later.")
    host: str = fact("mailbox", "host", "IMAP server.")
    port: int = fact("mailbox", "port", "Port.", minimum=1, maximum=65535)
    security: str = opt(
        "tls",
        "tls (from the first byte), starttls, or none. Never falls back to a weaker one.",
        choices=("tls", "starttls", "none"),
    )
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    user: str = opt("", "Login name.", example="ill@lib.example.edu")
    password: Secret = opt(Secret(""), "Password (client-specific). Give password_file instead.", secret_file=True)
    login: str = opt("password", "password, or oauth: a token of [oauth].", choices=("password", "oauth"))
    folders: tuple[str, ...] = opt(("INBOX",), "Folders to read.")
    sent_folders: tuple[str, ...] = opt(
        (),
        "Folders where webmail keeps what librarians send by hand: read too, so "
        "that nothing is said twice; never filed, never answered.",
    )
    watch: str = opt("auto", "auto: IDLE where the server has it, else poll; or poll.", choices=("auto", "poll"))
    poll_seconds: float = opt(20.0, "Seconds between polls.", minimum=0.05, maximum=3600)
    safety_poll_seconds: float = opt(
        300.0, "With IDLE: poll at least this often, for servers that forget to tell.", minimum=1, maximum=1740
    )
    timeout_seconds: float = opt(30.0, "Limit of every wait for the server.", minimum=0.1, maximum=600)
    max_mail_bytes: int = opt(
        50_000_000, "Larger mails are not fetched; they wait in the review queue.", minimum=10_000
    )
    batch_bytes: int = opt(4_000_000, "Upper bound of bytes fetched at once.", minimum=100_000)
    filing: str = opt(
        "move",
        "What happens to a settled mail on the server: move, keyword or nothing.",
        choices=("move", "keyword", "nothing"),
    )
    folder_settled: str = opt("maild/已处理", "Folder (or keyword) of settled mails; '' leaves them.")
    folder_review: str = opt("maild/待人工", "Folder (or keyword) of mails in the review queue; '' leaves them.")
    folder_ignored: str = opt("", "Folder (or keyword) of ignored mails; '' leaves them.")
    armed: bool = opt(
        False, "Treat a mailbox seen for the first time as armed: also answer mail that lies there already."
    )

    @property
    def all_folders(self) -> tuple[str, ...]:
        """What came in and what was sent."""
        return (*self.folders, *self.sent_folders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Sending."""

    host: str = fact("smtp", "host", "SMTP server.")
    port: int = fact("smtp", "port", "Port.", minimum=1, maximum=65535)
    security: str = opt(
        "tls", "tls, starttls or none. Never falls back to a weaker one.", choices=("tls", "starttls", "none")
    )
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    user: str = opt("", "Login name; '' sends without login.")
    password: Secret = opt(Secret(""), "Password. Give password_file instead.", secret_file=True)
    bounce: str = opt(
        "",
        "Return path of notices with a place for a token, as 'office+{token}@lib.example': reports then prove which "
        "notice they are of. It has to come into the mailbox. '' sends from the office's address.",
    )
    login: str = opt("password", "password, or oauth: a token of [oauth].", choices=("password", "oauth"))
    armed: bool = opt(False, "Send for real. While false, notices are written and held, and nothing leaves.")
    connections: int = opt(2, "Connections kept open at most.", minimum=1, maximum=32)
    messages_per_connection: int = opt(90, "Reconnect after so many (some servers answer 452 after 100).", minimum=1)
    timeout_seconds: float = opt(60.0, "Limit of every wait for the server.", minimum=0.1, maximum=600)
    daily_budget: int = fact(
        "smtp", "daily_budget", "Notices a day at most; urgent kinds go first. 0: no limit.", minimum=0
    )
    hourly_budget: int = opt(0, "Notices within any hour at most, as the host allows; 0: no limit.", minimum=0)
    minute_budget: int = opt(0, "The same within any minute.", minimum=0)
    per_recipient_hourly: int = opt(10, "A fuse: notices to one address an hour at most; more wait.", minimum=1)
    max_attempts: int = opt(12, "Tries before a notice is given up and shown to staff.", minimum=1, maximum=100)
    retry_base_seconds: float = opt(60.0, "First wait after a temporary refusal; doubles up to 4 hours.", minimum=0.01)
    merge_seconds: float = opt(
        0.0,
        "Wait so long for notices that belong into one mail. What comes in at one time is one mail in any case.",
        minimum=0,
    )
    sent_folder: str = opt(
        "",
        "Folder on the mail server where a copy of each notice that left is laid: its name, or auto for the one that "
        "the server marks as \\Sent; '' lays none.",
        example="auto",
    )
    sent_mailbox: str = opt("", "The [[mailbox]] whose account it is in; '' the first.")
    dkim_domain: str = opt("", "d= of our DKIM signature; '' does not sign.")
    dkim_selector: str = opt("maild", "s= of our DKIM signature.")
    dkim_key_file: str = opt("", "PEM file of the private key (RSA or Ed25519).", path=True)

"""The options of accounts that are no password: OAuth 2 for the mail servers of Microsoft 365, Google and others."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Oauth:
    """Tokens in place of passwords, for mailboxes and sending with login = "oauth" (docs/operations.md)."""

    provider: str = opt(
        "",
        "Who gives tokens: microsoft, google, or '' where token_url and scopes are said here.",
        choices=("", "microsoft", "google"),
    )
    grant: str = opt(
        "refresh_token",
        "refresh_token: somebody has authorized the account once (maild mailbox authorize); "
        "client_credentials: the application itself may open the mailbox.",
        choices=("refresh_token", "client_credentials"),
    )
    tenant: str = opt("organizations", "Microsoft: the directory (tenant), by its id or domain.")
    client_id: str = opt("", "How the provider knows maild: the application's id.")
    client_secret: Secret = opt(
        Secret(""), "The application's secret; '' for a public one. Give client_secret_file.", secret_file=True
    )
    refresh_token: Secret = opt(
        Secret(""),
        "A refresh token that was got elsewhere, to begin with; newer ones are kept beside the mails. "
        "Give refresh_token_file.",
        secret_file=True,
    )
    token_url: str = opt("", "Where tokens are asked for; '' for the provider's.")
    device_url: str = opt("", "Where a device code is asked for (RFC 8628); '' for the provider's.")
    scopes: tuple[str, ...] = opt((), "What is asked for; empty for the provider's, for reading and sending mail.")
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    timeout_seconds: float = opt(15.0, "Limit of every wait for the provider.", minimum=0.1, maximum=60)

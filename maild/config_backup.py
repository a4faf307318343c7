"""The options of the backups: where they go, how they are sealed, how long they stay."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Backups: maild backup, maild restore (docs/operations.md)."""

    to: str = opt(
        "",
        "Where backups are kept, unless maild backup is told: a folder, best on another machine's "
        "disk, or s3://bucket/prefix.",
        path=True,
    )
    recipients: tuple[str, ...] = opt(
        (), "age public keys (age1…): backups are encrypted to them; empty: they are not."
    )
    secret_key: Secret = opt(
        Secret(""),
        "age secret key (AGE-SECRET-KEY-1…), for restoring alone: keep it elsewhere "
        "than the backups. Give secret_key_file.",
        secret_file=True,
    )
    s3_endpoint: str = opt("", "Address of the S3-compatible store, such as https://s3.library.example.")
    s3_region: str = opt("us-east-1", "Its region, where it has any.")
    s3_access_key: str = opt("", "Access key.")
    s3_secret_key: Secret = opt(Secret(""), "Secret key of the access key. Give s3_secret_key_file.", secret_file=True)
    keep_days: int = opt(
        14, "maild backup --prune keeps the last backup of each of so many days,", minimum=1, maximum=3650
    )
    keep_weeks: int = opt(8, "of each of so many weeks,", minimum=0, maximum=520)
    keep_months: int = opt(12, "and of each of so many months.", minimum=0, maximum=120)

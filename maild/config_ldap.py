"""The options of a directory (LDAP) that patrons are taken from."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Ldap:
    """The directory that patrons are taken from: maild import patrons --ldap (docs/operations.md)."""

    url: str = opt("", "Its address: ldaps://host, or ldap://host with starttls; '' for none.")
    starttls: bool = opt(False, "Encrypt an ldap:// connection by StartTLS; never falls back to plaintext.")
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    bind_dn: str = opt("", "Who maild is to the directory; '' asks anonymously.", example="cn=maild,dc=lib,dc=example")
    password: Secret = opt(Secret(""), "Its password. Give password_file instead.", secret_file=True)
    base: str = opt("", "Below which entry people are looked for.", example="ou=people,dc=lib,dc=example")
    filter: str = opt("(objectClass=person)", "Which of them are patrons (RFC 4515).")
    attributes: tuple[str, ...] = opt(
        ("patron_id=uid", "name=cn", "emails=mail", "department=ou", "phone=telephoneNumber", "login=uid"),
        "Column of the import = attribute of the entry. Of attributes with several values the first is taken; of "
        "emails all, and of several attributes with + between them (emails=mail+proxyAddresses).",
    )
    constants: tuple[str, ...] = opt(
        (), "Column of the import = what it says for everybody.", example=("kind=internal",)
    )
    kinds: tuple[str, ...] = opt(
        (),
        "What the attribute of kind says = internal or external. A word that is neither is a fault of its entry.",
        example=("staff=internal", "student=internal", "alumni=external"),
    )
    timeout_seconds: float = opt(60.0, "Limit of the whole search.", minimum=1, maximum=3600)

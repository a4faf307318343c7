"""A directory like Active Directory: its attributes, a thousand entries a page, referrals, disabled accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.config import Secret
from maild.config_ldap import Ldap
from maild.domain.errors import ConfigError, Permanent, Temporary
from maild.domain.requests.patron import Patron
from maild.hooks import ldap as hook
from maild.hooks.ldap import search
from maild.office.imports.import_directory import DirectoryMap
from maild.store import open_store
from tests.integration.test_cli_init_check import cli  # noqa: F401 - a fixture
from tests.servers.schema import lay_out
from tests.servers.slapd import PASSWORD, PEOPLE, READER, SUFFIX, Slapd

pytestmark = pytest.mark.integration
# The attributes as [MS-ADA1] to [MS-ADA3] have them; a server hands out no more than 1,000 entries at once (MaxPageSize).
SCHEMA = """\
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL
  MAY ( sAMAccountName $ userAccountControl $ proxyAddresses ) )
objectclass ( 1.2.840.113556.1.3.30 NAME 'computer' SUP user STRUCTURAL )
"""
LIMITS = "sizelimit size.soft=1000 size.hard=1000 size.pr=1000 size.prtotal=unlimited"
CROWD = 2300
NORMAL, OFF, MACHINE = 512, 514, 4096
FILTER = "(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(!(objectClass=computer)))"


def account(name: str, control: int = NORMAL, kind: str = "staff", sort: str = "user", **more: list[str]) -> str:
    lines = [f"dn: cn={name},{PEOPLE}", f"objectClass: {sort}", f"cn: {name}", f"sn: {name}", f"displayName: {name} Invented",
             f"sAMAccountName: {name}", f"userAccountControl: {control}"]  # fmt: skip
    lines += [f"employeeType: {kind}"] if kind else []
    lines += [f"{attribute}: {value}" for attribute, values in more.items() for value in values]
    return "\n".join(lines) + "\n\n"


FOLK = "".join([
    account("li", mail=["Li@lib.example"], proxyAddresses=[
        "smtp:l.li@lib.example", "SMTP:li@lib.example", "X500:/o=Lib/ou=People/cn=li", "sip:li@lib.example"]),
    account("wu", proxyAddresses=["smtp:wu.fang@lib.example", "SMTP:wu@lib.example"]),
    account("nomail"),
    account("gone", OFF, mail=["gone@lib.example"]),
    account("expired", OFF | 0x10000, mail=["expired@lib.example"]),
    account("old", kind="Alumni", mail=["old@alumni.example"]),
    account("guest", kind="visitor", mail=["guest@lib.example"]),
    account("unsaid", kind="", mail=["unsaid@lib.example"]),
    account("PC-1$", MACHINE, kind="", sort="computer"),
    f"dn: ou=elsewhere,{SUFFIX}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\n"
    f"ref: ldap://127.0.0.1:9/ou=elsewhere,{SUFFIX}\n\n",
])  # fmt: skip
ATTRIBUTES = ("patron_id=sAMAccountName", "name=displayName", "emails=mail+proxyAddresses", "kind=employeeType")
KINDS = ("staff=internal", "alumni=external")


@pytest.fixture(scope="module")
def directory() -> Iterator[Slapd]:
    crowd = "".join(account(f"c{n}", mail=[f"c{n}@lib.example"]) for n in range(CROWD))
    with Slapd(FOLK + crowd, schema=SCHEMA, limits=LIMITS) as running:
        yield running


@pytest.fixture
def ldap(directory: Slapd) -> Ldap:
    return Ldap(
        url=f"ldaps://127.0.0.1:{directory.tls_port}", ca_file=directory.ca_file, bind_dn=READER, kinds=KINDS,
        password=Secret(PASSWORD), base=SUFFIX, timeout_seconds=30, filter=FILTER, attributes=ATTRIBUTES,
    )  # fmt: skip


class House:
    """An office and its command over this directory."""

    def __init__(self, folder: Path, ldap: Ldap, command: Callable[..., tuple[int, str, str]]) -> None:
        lay_out(folder / "maild.db")
        (folder / "ldap.password").write_text(f"{PASSWORD}\n", "utf-8")
        (folder / "ldap.password").chmod(0o600)
        self.folder, self._ldap, self._command = folder, ldap, command

    def run(self, *more: str, **changed: Any) -> dict[str, Any]:
        said = replace(self._ldap, **changed)
        text = f'[store]\nurl = "sqlite:///{self.folder}/maild.db"\nblobs = "{self.folder}/blobs"\n[ldap]\n'
        for name in ("url", "ca_file", "bind_dn", "base", "filter", "attributes", "kinds"):
            value = getattr(said, name)
            text += f"{name} = {json.dumps(list(value) if isinstance(value, tuple) else value)}\n"
        (self.folder / "maild.toml").write_text(f'{text}password_file = "ldap.password"\n', "utf-8")
        _, out, err = self._command(
            "import", "patrons", "--ldap", "--json", *more, "--config", self.folder / "maild.toml"
        )
        assert out.strip(), err
        return json.loads(out)

    def patron(self, patron_id: str) -> Patron | None:
        store = open_store(f"sqlite:///{self.folder}/maild.db")
        try:
            with store.read() as uow:
                return next(iter(uow.patrons.get_many([patron_id])), None)
        finally:
            store.close()


@pytest.fixture
def house(tmp_path: Path, ldap: Ldap, cli: Callable[..., tuple[int, str, str]]) -> House:  # noqa: F811
    return House(tmp_path, replace(ldap, filter="(&(objectClass=user)(!(cn=c*)))"), cli)


def addresses(patron: Patron | None) -> list[str]:
    assert patron is not None
    return [email.address for email in patron.emails]


def test_all_pages_come_and_machines_disabled_and_referrals_do_not(ldap: Ldap) -> None:
    """2,300 people over a limit of 1,000 at once; a referral to another server is not followed and ends nothing."""
    found = {entry["samaccountname"][0] for entry in search(ldap, ["sAMAccountName"])}
    assert len(found) == CROWD + 6
    assert not found & {"gone", "expired", "PC-1$"}


def test_addresses_of_both_attributes_the_main_one_first(house: House) -> None:
    """Without schemes, each once; X500 and SIP are no mail addresses."""
    house.run()
    assert addresses(house.patron("li")) == ["li@lib.example", "l.li@lib.example"]
    assert addresses(house.patron("wu")) == ["wu@lib.example", "wu.fang@lib.example"]


def test_an_entry_without_mail_is_a_patron_without_address(house: House) -> None:
    """And keeps what the office has added to it."""
    assert house.run()["created"] == 4
    assert addresses(house.patron("nomail")) == []
    store = open_store(f"sqlite:///{house.folder}/maild.db")
    with store.begin() as uow:
        (known,) = uow.patrons.get_many(["li"])
        uow.patrons.upsert([replace(known, patron_id="nomail", name="nomail Invented")], datetime.now(UTC))
    store.close()
    house.run()
    assert addresses(house.patron("nomail")) == ["li@lib.example", "l.li@lib.example"]


def test_a_kind_is_what_the_office_says_of_the_word(house: House) -> None:
    """Capitals do not count; a word without a meaning, and none at all, is that entry's fault: nobody is subsidised for it."""
    said = house.run()
    assert [str(patron.kind) for name in ("li", "old") if (patron := house.patron(name))] == ["internal", "external"]
    assert (house.patron("guest"), house.patron("unsaid")) == (None, None)
    assert said["refused"] == 3, "guest, unsaid, the machine"
    assert {error["column"] for error in said["errors"]} == {"kind"}


def test_a_kind_that_changes_changes_the_patron(house: House) -> None:
    """Who becomes an alumnus is external from that morning on; everybody else stays."""
    house.run()
    said = house.run(kinds=("staff=external", "alumni=external"))
    assert said["changed"] == 3
    patron = house.patron("li")
    assert patron is not None
    assert str(patron.kind) == "external"


def test_a_disabled_account_is_left_out_and_named_where_it_is_a_patron(house: House) -> None:
    """Where the filter lets them through: none is created; one known here stays as he was and stands in the report."""
    said = house.run()
    assert (said["disabled"], said["warnings"]) == (2, [])
    assert house.patron("gone") is None
    store = open_store(f"sqlite:///{house.folder}/maild.db")
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="gone", name="Known")], datetime.now(UTC))
    store.close()
    said = house.run()
    (warning,) = said["warnings"]
    assert warning["what"].startswith("gone: the account is disabled")
    patron = house.patron("gone")
    assert patron is not None
    assert patron.name == "Known"


def test_only_disabled_accounts_are_nobody(ldap: Ldap) -> None:
    """A filter turned the wrong way round is a mistake, and no empty library."""
    entries = search(replace(ldap, filter="(cn=gone)"), ["sAMAccountName", "userAccountControl", "displayName"])
    with pytest.raises(ConfigError, match="nobody"):
        DirectoryMap.of(ATTRIBUTES, (), KINDS).rows(entries)


@pytest.mark.parametrize(
    ("kinds", "word"),
    [(("staff",), "staff"), (("staff=boss",), "boss"), (("=internal",), "internal")],
)
def test_kinds_that_are_none_are_refused(kinds: tuple[str, ...], word: str) -> None:
    """With the kinds that there are."""
    with pytest.raises(ConfigError, match=word):
        DirectoryMap.of(ATTRIBUTES, (), kinds)


def test_two_attributes_are_for_addresses_only() -> None:
    """A name is one value."""
    with pytest.raises(ConfigError, match="name"):
        DirectoryMap.of(("patron_id=uid", "name=cn+sn"), ())


SAID_BY_AD = {
    "a bind that is missing": (
        1,
        "ldap_search: Operations error (1)\nadditional info: 000004DC: LdapErr: DSID-0C090A5C, "
        "comment: In order to perform this operation a successful bind must be completed",
        "bind_dn",
    ),
    "a locked account": (49, "ldap_bind: Invalid credentials (49)\nadditional info: 80090308: data 775", "bind_dn"),
    "signing wanted": (8, "ldap_bind: Strong(er) authentication required (8)", "starttls"),
    "a base of another domain": (10, "Referral (10)\nReferral: ldap://other.example/dc=other,dc=example", "ldap.url"),
}


@pytest.mark.parametrize("case", SAID_BY_AD)
def test_what_active_directory_refuses_is_lasting(ldap: Ldap, case: str) -> None:
    """In its own words, and with what to do."""
    code, said, remedy = SAID_BY_AD[case]
    error = hook._failure(ldap, code, said)
    assert isinstance(error, Permanent)
    assert remedy in error.remedy
    assert isinstance(hook._failure(ldap, 1, "Operations error"), Temporary)

"""Patrons out of a real directory: taken as a list would be, all or nothing, and nobody goes where it is down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.config import Secret, Settings
from maild.config_ldap import Ldap
from maild.doctor import servers
from maild.doctor.model import Level
from maild.domain.errors import ConfigError, MaildError, Permanent, Temporary
from maild.hooks.ldap import entries, search
from maild.office.imports.import_directory import DirectoryMap
from maild.store import open_store
from tests.integration.test_cli_init_check import cli  # noqa: F401 - a fixture
from tests.servers.schema import lay_out
from tests.servers.slapd import PASSWORD, PEOPLE, READER, Slapd, person

pytestmark = pytest.mark.integration
CROWD = 12  # more than the directory hands out at once without pages
FOLK = "".join(
    [
        person("u1", "李明", "li@reader.example", "li2@reader.example", ou="农学院", telephoneNumber="0571-1"),
        person("u2", "Wu Fang", "wu@reader.example", description="x" * 300),
        person("u3", "Xu", "no address"),
        *(person(f"c{n}", f"Reader {n}", f"c{n}@reader.example") for n in range(CROWD)),
    ]
)


@pytest.fixture(scope="module")
def directory() -> Iterator[Slapd]:
    with Slapd(FOLK) as running:
        yield running


@pytest.fixture
def ldap(directory: Slapd) -> Ldap:
    return Ldap(
        url=f"ldaps://127.0.0.1:{directory.tls_port}",
        ca_file=directory.ca_file,
        bind_dn=READER,
        password=Secret(PASSWORD),
        base=PEOPLE,
        timeout_seconds=20,
    )


def uids(settings: Ldap) -> list[str]:
    return [entry["uid"][0] for entry in search(settings, ["uid"])]


def test_all_are_found_page_by_page_and_encrypted_either_way(directory: Slapd, ldap: Ldap) -> None:
    """More than the server hands out at once; by TLS from the first byte and by StartTLS; as many as are asked for."""
    assert len(uids(ldap)) == CROWD + 3
    assert len(uids(replace(ldap, url=f"ldap://127.0.0.1:{directory.port}", starttls=True))) == CROWD + 3
    assert len(search(ldap, ["uid"], most=2)) == 2
    assert uids(replace(ldap, filter="(uid=u*)")) == ["u1", "u2", "u3"]


BROKEN: dict[str, tuple[dict[str, Any], type[MaildError], str]] = {
    "a wrong password": ({"password": Secret("wrong")}, Permanent, "bind_dn"),
    "nobody": ({"bind_dn": "", "password": Secret("")}, Permanent, "bind_dn"),
    "a base that is not there": ({"base": "ou=nobody,dc=lib,dc=example"}, Permanent, "ldap.base"),
    "a base that is no name": ({"base": "people"}, Permanent, "ldap.b"),
    "a broken filter": ({"filter": "(uid=)(("}, Permanent, "ldap.filter"),
    "a certificate that nobody vouches for": ({"ca_file": ""}, Temporary, "ca_file"),
    "a host by another name": ({"url": "ldaps://localhost:{tls}"}, Temporary, "ldap.url"),
    "a port where nobody is": ({"url": "ldap://127.0.0.1:9"}, Temporary, "network"),
    "no TLS there": ({"url": "ldaps://127.0.0.1:{port}"}, Temporary, "ldap.url"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_told_with_what_to_do(directory: Slapd, ldap: Ldap, case: str) -> None:
    """What may pass is temporary, what somebody has to mend is not; no password is shown."""
    changed, kind, remedy = BROKEN[case]
    if "url" in changed:
        changed = changed | {"url": changed["url"].format(tls=directory.tls_port, port=directory.port)}
    with pytest.raises(kind) as said:
        search(replace(ldap, **changed), ["uid"])
    assert remedy in said.value.remedy, said.value
    assert PASSWORD not in str(said.value)


CONFIG = """
[store]
url = "sqlite:///{folder}/maild.db"
blobs = "{folder}/blobs"
[ldap]
url = "ldaps://127.0.0.1:{port}"
ca_file = "{ca}"
bind_dn = "{dn}"
password_file = "ldap.password"
base = "{base}"
constants = ["kind=internal"]
"""


def test_the_command_takes_them_as_a_list_would(
    directory: Slapd,
    tmp_path: Path,
    cli: Callable[..., tuple[int, str, str]],  # noqa: F811
) -> None:
    """Dry run, report by entry, a second time nothing changes; where the directory is down nobody is touched."""
    lay_out(tmp_path / "maild.db")
    text = CONFIG.format(folder=tmp_path, port=directory.tls_port, ca=directory.ca_file, dn=READER, base=PEOPLE)
    (tmp_path / "maild.toml").write_text(text, "utf-8")
    (tmp_path / "ldap.password").write_text(f"{PASSWORD}\n", "utf-8")
    (tmp_path / "ldap.password").chmod(0o600)

    def run(*more: str) -> tuple[int, dict[str, Any], str]:
        code, out, err = cli("import", "patrons", "--ldap", *more, "--json", "--config", tmp_path / "maild.toml")
        return code, json.loads(out) if out.strip() else {}, err

    code, said, _ = run("--dry-run")
    assert (code, said["created"], said["refused"], said["dry_run"]) == (1, CROWD + 2, 1, True)
    assert run()[1]["created"] == CROWD + 2
    store = open_store(f"sqlite:///{tmp_path}/maild.db")
    with store.read() as uow:
        found = uow.patrons.get_many(["u1", "u3"])
    assert [(p.name, p.department, p.phone, p.login, str(p.kind)) for p in found] == [
        ("李明", "农学院", "0571-1", "u1", "internal")
    ]
    assert [email.address for email in found[0].emails] == ["li@reader.example", "li2@reader.example"]
    code, out, _ = cli("import", "patrons", "--ldap", "--config", tmp_path / "maild.toml")
    assert f"uid=u3,{PEOPLE}: emails:" in out
    assert "unchanged" in out
    directory.stop()
    try:
        assert run()[0] != 0
    finally:
        directory.start()
    with store.read() as uow:
        assert len(uow.patrons.get_many([f"c{n}" for n in range(CROWD)])) == CROWD
    store.close()
    assert cli("import", "patrons", "--config", tmp_path / "maild.toml")[0] == 2, "a file, or --ldap"


def test_the_doctor_asks_for_one(directory: Slapd, ldap: Ldap, tmp_path: Path) -> None:
    """It says whether the directory names anybody; without one set there is nothing to say."""
    with closing(Services(replace(Settings(), ldap=ldap))) as made:
        assert [check.level for check in servers.ldap(made)] == [Level.OK]
        assert "ldap" in dict(servers.checks(made))
    with closing(Services(replace(Settings(), ldap=replace(ldap, filter="(uid=nobody)")))) as made:
        assert [check.level for check in servers.ldap(made)] == [Level.ERROR]
    with closing(Services(Settings())) as made:
        assert "ldap" not in dict(servers.checks(made))


def test_the_map_is_held_to_the_columns() -> None:
    """A column that is none, one said twice, one that is missing; a search that finds nobody is a mistake."""
    usual = ("patron_id=uid", "name=cn")
    for attributes, word in (
        (("patron_id=uid",), "name"),
        ((*usual, "shoe=size"), "shoe"),
        ((*usual, "name=sn"), "twice"),
        ((*usual, "phone"), "phone"),
    ):
        with pytest.raises(ConfigError, match=word):
            DirectoryMap.of(attributes, ())
    with pytest.raises(ConfigError, match="nobody"):
        DirectoryMap.of(usual, ()).rows([])


LDIF = {
    b"dn: uid=a\ncn: A\n B\n\n": [{"dn": ["uid=a"], "cn": ["AB"]}],
    b"dn:: dWlkPWE=\r\ncn:: 5p2O\r\nCN: x\r\n\r\n# note\r\ndn: uid=b\r\n": [
        {"dn": ["uid=a"], "cn": ["李", "x"]},
        {"dn": ["uid=b"]},
    ],
    b"dn: uid=a\njpegPhoto:< file:///etc/passwd\n": [{"dn": ["uid=a"], "jpegphoto": [""]}],
    b"# refldap://other.example\n\n": [],
    b"": [],
}


@pytest.mark.parametrize("ldif", LDIF)
def test_ldif_is_read(ldif: bytes) -> None:
    """Folded lines, base64, comments, several values; an address in a value is never opened."""
    assert list(entries(ldif)) == LDIF[ldif]


@pytest.mark.parametrize("ldif", [b"dn: uid=a\nno colon here\n", b"dn: uid=a\ncn:: %%%\n"])
def test_what_is_no_ldif_is_not_half_read(ldif: bytes) -> None:
    """A broken answer is none."""
    with pytest.raises(Temporary):
        list(entries(ldif))

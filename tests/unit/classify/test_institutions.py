"""The directory of institutions: what it holds, who speaks, and how a wrong file is told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from maild.authenticate.lookalike import shapes
from maild.classify.institutions import load_institutions
from maild.classify.rule_files import Tree
from maild.classify.rules.suppliers import known_providers
from maild.domain.errors import RuleError
from maild.resources import data_folder
from tests.cases import each

KNOWN = known_providers(None, "zju.edu.cn")
SUPPLIERS = ("calis", "cashl", "zadl", "nstl", "oclc", "rapidill", "atlas", "subito")


def test_the_directory_is_sound() -> None:
    """Many institutions; no domain twice, none a mail service's or below another's, each with names and a source."""
    every = list(KNOWN.institutions)
    domains = [domain for each in every for domain in each.domains]
    assert len(every) >= 500
    assert [domain for domain, times in Counter(domains).items() if times > 1] == []
    assert not set(domains) & set(shapes().common)
    assert [d for d in domains if any(d != other and d.endswith(f".{other}") for other in domains)] == []
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in domains)
    assert all(each.source == f"https://www.{each.domains[0]}" for each in every)
    assert {n.lower() for each in every for n in each.networks} <= {*SUPPLIERS, "balis", "jalis"}


def test_no_two_institutions_are_called_the_same() -> None:
    """A request's provider would say nothing of who has it."""
    names = Counter(name.casefold() for each in KNOWN.institutions for name in {*each.every_name})
    assert [name for name, times in names.items() if times > 1] == []


@each(("address", "institution"), [
    ("ill@lib.pku.edu.cn", "pku"), ("wang.li@lib.pku.edu.cn", "pku"), ("wxcd@pku.edu.cn", "pku"),
    ("tsg@mail.tsinghua.edu.cn", "tsinghua"), ("lib_ill@fudan.edu.cn", "fudan"), ("fudanill@fudan.edu.cn", "fudan"),
    ("tsgwxcd01@nju.edu.cn", "nju"), ("docdel@library.columbia.edu", "columbia"), ("zhang@jslib.org.cn", "jslib"),
    ("wxcd-jw@libfd.fudan.edu.cn", "fudan"), ("ill-gongguan@ntu.edu.tw", "ntu-taiwan"), ("irrc-asia@illinois.edu", "illinois"), ("x@whulib.whu.edu.cn", "whu"),
    ("interlibrary.loan@bodleian.ox.ac.uk", "oxford"), ("ill@stu.edu.cn", "shantou"), ("ILL@LIB.PKU.EDU.CN", "pku"),
    ("tsgwx@suda.edu.cn", "suda"), ("illdmu@dlmu.edu.cn", "dlmu"), ("illzj@zjhu.edu.cn", "zjhu"), ("illhkul@hku.hk", "hku"), ("clbill@nus.edu.sg", "nus"), ("ill-desk@list.waseda.jp", "waseda"),
    ("libwx@lzu.edu.cn", "lzu"), ("liutong@ahau.edu.cn", "ahau"), ("circ@nju.edu.cn", "nju"), ("dfwx@nbu.edu.cn", "nbu"),
    ("documentdelivery@tudelft.nl", "delft"), ("ill@nul.nagoya-u.ac.jp", "nagoya"), ("scan-deliver@hul.harvard.edu", "harvard"),
    ("zzulib_cd@zzu.edu.cn", "zzu"), ("illzsu@mail.sysu.edu.cn", "sysu"), ("resource.sharing@utoronto.ca", "toronto"), ("wxfw@cgl.org.cn", "cgl"),
])  # fmt: skip
def test_a_library_speaks_from_its_hosts_and_addresses(address: str, institution: str) -> None:
    """Hosts of the library, words of its work before the '@', and all of a public library's domain."""
    found = KNOWN.of_address(address)
    assert found is not None
    assert (found.id, found.institution) == (institution, True)


@each("address", [
    "libing@pku.edu.cn", "zhang@tsinghua.edu.cn", "2101110001@stu.pku.edu.cn", "ill@stu.pku.edu.cn", "x@stu.lib.pku.edu.cn",
    "libwxq@lzu.edu.cn", "libo@lzu.edu.cn", "circe@nju.edu.cn", "x@pul.nju.edu.cn", "x@nulls.nagoya-u.ac.jp", "gujianping@nju.edu.cn",
    "library.fan@pku.edu.cn", "wang-ill-li2@pku.edu.cn", "ill-2101110001@pku.edu.cn", "w-ill@pku.edu.cn", "x@libing.fudan.edu.cn", "x@liberal.pku.edu.cn",
    "x@tsgirls.nju.edu.cn", "x@libart.whu.edu.cn", "illness@fudan.edu.cn", "ill@stu-lib.pku.edu.cn.example", "tsgwang@nju.edu.cn", "library-fan@pku.edu.cn", "service@pku.edu.cn", "illya@fudan.edu.cn", "bill@mit.edu", "tsgirl@nju.edu.cn", "zzu.libo@zzu.edu.cn", "zsu@mail.sysu.edu.cn", "zzucd@zzu.edu.cn",
    "illy@pku.edu.cn", "illhua@pku.edu.cn", "tsgu@whu.edu.cn", "calista@pku.edu.cn", "iblpk@pku.edu.cn", "lbwang@pku.edu.cn", "staff@pku.edu.cn", "libstaff@pku.edu.cn",
    "lib@lib.pku-edu.cn", "ill@pku.edu.cn.evil.example", "ill@lib-pku.edu.cn", "ill@edu.cn", "3210101@stu.edu.cn",
    "lib2019@whu.edu.cn.example", "@lib.pku.edu.cn", "library", "ill@alumni.harvard.edu", "delivery@pku.edu.cn",
])  # fmt: skip
def test_everybody_else_there_is_a_person(address: str) -> None:
    """Students, staff of other offices, domains that only look like it."""
    assert KNOWN.of_address(address) is None


@pytest.mark.parametrize(("address", "domain"), [
    ("ill@lib.hexi-normal.edu.cn", "hexi-normal.edu.cn"), ("zhou@lib.nanpu.edu.cn", "nanpu.edu.cn"),
    ("docdel@tarralong.edu.au", "tarralong.edu.au"), ("ILL@Library.Ashford-State.edu", "ashford-state.edu"),
    ("wxcd01@nowhere-tech.edu.cn", "nowhere-tech.edu.cn"), ("fernleihe-sued@uni-ulm.de", "uni-ulm.de"), ("docsupply-lei@leicester.ac.uk", "leicester.ac.uk"), ("x@ub.some-uni.ac.at", "some-uni.ac.at"),
])  # fmt: skip
def test_a_vetted_registry_vouches_for_a_library_that_no_file_lists(address: str, domain: str) -> None:
    """By the same hosts and words as one that is listed; it is called as its domain is."""
    found = KNOWN.of_address(address)
    assert found is not None
    assert (found.id, found.name_zh, found.institution, found.listed) == (domain, domain, True, False)


@each("address", [
    "ill@library.some-uni.com", "ill@bib.uni-ulm.de.example", "ill@bib.uni-some.de", "zhang@uni-ulm.de", "ill@stud.uni-ulm.de", "x@students.bib.uni-ulm.de", "ill@lib.evil.example", "ill@lib.pku.edu.cn.evil.example", "zhang@nanpu.edu.cn",
    "2101@stu.lib.nanpu.edu.cn", "ill@stu.nanpu.edu.cn", "ill@lib.nanpu-edu.cn", "ill@pku-lib.edu.cn",
    "x@lib.lib-whu.edu.cn", "ill@lib.edu.cn.com", "library.fan@nanpu.edu.cn", "ill@my.nanpu.edu.cn", "ill@edu.au",
    "ill@notcalis.edu.cn", "ill@lib.mycashl.edu.cn", "ill@lib.thefudan.edu.cn",
])  # fmt: skip
def test_nobody_else_is_a_library_by_the_look_of_an_address(address: str) -> None:
    """Where anybody may register, for students' hosts, and for names made of a listed library's."""
    assert KNOWN.of_address(address) is None


def test_our_own_house_supplies_us_nothing() -> None:
    """Not from the library's hosts either, and not by name; for another office it is a library as any."""
    assert KNOWN.of_address("ill@lib.zju.edu.cn") is None
    assert KNOWN.of_address("tsg@zju.edu.cn") is None
    elsewhere = known_providers(None, "fudan.edu.cn").of_address("ill@lib.zju.edu.cn")
    assert elsewhere is not None
    assert elsewhere.id == "zju"


@pytest.mark.parametrize(("text", "said"), [
    ('[institutions]\nx = { zh = "甲", en = "A", domains = ["lib"] }\n', "institutions.x.domains[0]: 'lib' is no domain"),
    ('[institutions]\nx = { zh = "甲", en = "A", domains = ["a@b.cn"] }\n', "is no domain"),
    ('[institutions]\nx = { zh = "甲", domains = ["b.cn"] }\n', "institutions.x.en: is missing"),
    ('[institutions]\nx = { zh = "甲", en = "A", domains = [] }\n', "institutions.x.domains: must not be empty"),
    ('[institutions]\nx = { zh = "甲", en = "A", domains = ["b.cn"] }\n', "institutions.x.source: is missing"),
    ('[institutions]\nx = { zh = "甲", en = "A", domain = ["b.cn"] }\n', "institutions.x.domain: unknown key (did you mean 'domains'?)"),
    ('[institutions]\n"X Y" = { zh = "甲", en = "A", domains = ["b.cn"] }\n', "is no id"),
    ('source = "s"\n[institutions]\nx = { zh = "甲", en = "A", domains = ["pku.edu.cn"] }\n', "belongs to pku, too"),
    ('source = "s"\n[institutions]\npku = { zh = "甲", en = "A", domains = ["b.cn"] }\n', "given twice"),
    ('sauce = "s"\n', "unknown key"),
])  # fmt: skip
def test_a_wrong_file_is_told_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    """File, key and reason, whatever is wrong."""
    folder = tmp_path / "institutions"
    folder.mkdir()
    (folder / "zz-own.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as error:
        load_institutions(Tree([data_folder("rules"), tmp_path]))
    assert "zz-own.toml" in str(error.value)
    assert said in str(error.value)


def test_an_offices_file_adds_and_replaces(tmp_path: Path) -> None:
    """A file of its own adds libraries; one named as a shipped one takes its place."""
    folder = tmp_path / "institutions"
    folder.mkdir()
    own = 'source = "letter of 2026"\n[institutions]\nmine = { zh = "某学院", en = "Some College", domains = ["some.edu.cn"] }\n'
    (folder / "own.toml").write_text(own, "utf-8")
    (folder / "beijing.toml").write_text("[institutions]\n", "utf-8")
    found = load_institutions(Tree([data_folder("rules"), tmp_path]))
    speaking = found.speaks("ill@lib.some.edu.cn")
    assert speaking is not None
    assert (speaking.id, speaking.source) == ("mine", "letter of 2026")
    dropped, kept = found.speaks("ill@lib.pku.edu.cn"), found.speaks("ill@lib.nju.edu.cn")
    assert dropped is not None
    assert kept is not None
    assert (dropped.id, dropped.listed, kept.id, kept.listed) == ("pku.edu.cn", False, "nju", True)


@pytest.mark.parametrize(("address", "shown", "known"), [
    ("lending@lib.ashgrove.example", "Ashgrove State ILL", True), ("wxcd@lib.xiyuan.example", "西原省图书馆", True),
    ("peb@bge-ville.ch", "Bibliothèque de la Ville, PEB", True), ("fernleihe@ur-sued.de", "UB Fernleihe", True), ("docdel.library@wur-oost.nl", "WUR Library", True),
    ("prestamo@biblio.example", "Biblioteca Central", True), ("ill@lib.haigan.example", "海岸大学附属図書館 相互利用係", True),
    ("peb@bge-ville.ch", "Pierre E. Blanc", False), ("docdel.library@wur-oost.nl", "Jan", False),
    ("lending@lib.ashgrove.example", "Mary Ash", False), ("mary@ashgrove.example", "Ashgrove Library", False),
    ("ill@lib.cam.example", "Cambridge University Library", False), ("wxcd@pku-lib.example", "北大图书馆", False),
    ("ill@lib.beihai-tech.edu.cn.evil.example", "北海图书馆", False), ("ill@stu.lib.ashgrove.example", "Library", False),
])  # fmt: skip
def test_a_library_that_no_file_knows_has_its_look_and_nobodys_name(address: str, shown: str, known: bool) -> None:
    """It is only known by the name that it shows, so that number and title are needed; without that name, by nothing."""
    found = KNOWN.of_address(address, shown=shown)
    assert (found is not None and found.institution and found.shown and not found.listed) == known
    assert KNOWN.of_address(address) is None

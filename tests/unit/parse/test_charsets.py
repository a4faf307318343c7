"""Labels that lie, labels that do not exist, text without a label."""

from __future__ import annotations

import pytest

from maild.parse.charset import LABELS, codec_of, decode
from maild.parse.defects import Defects
from tests.cases import each
from tests.unit.parse.mails import has, read

TEXT = "馆际互借：朱镕基同志的《囧》已到馆，请查收。"


@each(
    "label",
    ["gb2312", '"gb2312"', "'gb2312'", "x-gbk", "gb2312_charset", "iso-gb2312", "134", "GBK", "cp936", "gb_2312-80", "", "us-ascii",
     "iso-8859-1", "utf-8", "windows-1252", "idna", "undefined", "punycode", "utf-8\0", "x" * 300],
)  # fmt: skip
def test_gbk_is_read_under_any_label(label: str) -> None:
    """Chinese in GBK, whatever the label says."""
    assert read(TEXT.encode("gb18030"), kind=f"text/plain; charset={label}").text == TEXT


@pytest.mark.parametrize("label", ["utf-8", "gb2312", "iso-8859-1", "", "big5", "utf-8\0", "nonsense"])
def test_utf8_is_read_under_any_label(label: str) -> None:
    """Chinese in UTF-8, whatever the label says."""
    assert read(TEXT, kind=f"text/plain; charset={label}").text == TEXT


@pytest.mark.parametrize("word", ["张三", "联通", "馆", "您好！", "收到，谢谢"])
@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_short_texts(word: str, codec: str) -> None:
    """Two characters are enough when the label is right ('联通' in GBK resembles UTF-8)."""
    assert read(word.encode(codec), kind=f"text/plain; charset={codec}").text == word


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [("big5", "big5", "館際合作申請已收到，謝謝。"), ("iso-2022-jp", "iso2022_jp", "日本語のメール"), ("shift_jis", "cp932", "日本語のメール"),
     ("euc-kr", "euc_kr", "안녕하세요"), ("koi8-r", "koi8_r", "Привет, коллеги"), ("windows-1251", "cp1251", "Привет, коллеги"),
     ("iso-8859-1", "latin-1", "Prêt entre bibliothèques, été"), ("utf-16", "utf-16", "事务"), ("utf-7", "utf-7", "事务号")],
)  # fmt: skip
def test_other_charsets(label: str, codec: str, text: str) -> None:
    """What is honestly labelled is read as labelled."""
    assert read(text.encode(codec), kind=f"text/plain; charset={label}").text == text


def test_hz_and_iso_2022_cn() -> None:
    """Seven-bit Chinese (RFC 1843, RFC 1922)."""
    gb = bytes(b & 0x7F for b in "馆际互借".encode("gb2312"))
    assert read(b"to ~{" + gb + b"~} end ~~", kind="text/plain; charset=hz-gb-2312").text == "to 馆际互借 end ~"
    assert read(b"a \x1b$)A\x0e" + gb + b"\x0f b", kind="text/plain; charset=iso-2022-cn").text == "a 馆际互借 b"


def test_loss_is_named() -> None:
    """Bytes that no charset explains are replaced, and counted."""
    mail = read(TEXT.encode()[:-1] + b"\xff\xff", kind="text/plain; charset=utf-8")
    assert mail.text.startswith("馆际互借")
    assert has(mail, "undecodable")


def test_mislabelled_is_named() -> None:
    """The label that was not believed is a defect."""
    assert has(read(TEXT, kind="text/plain; charset=gb2312"), "charset-mislabelled")
    assert has(read("x", kind="text/plain; charset=idna"), "charset-unknown")


def test_every_codec_exists() -> None:
    """The allow-list names codecs that Python has, or our own two."""
    for codec in set(LABELS.values()) - {"hz", "iso2022_cn"}:
        assert "a".encode(codec)
    assert codec_of("zlib") is None
    assert decode(b"a\x00", "utf-8", Defects(), "x") == "a\0"


def test_no_half_of_a_pair_stays() -> None:
    """UTF-7 can write half of a surrogate pair, which no later step could encode: it is shown as lost."""
    defects = Defects()
    assert decode(b"a+2AA-b", "utf-7", defects, "x") == "a\ufffdb"
    assert "undecodable" in defects

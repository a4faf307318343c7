"""What is inside a file: found by content, within limits, never an exception."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image

from maild.receipts.media.files import Allowance, Leaf, Obstacle, kind_of, leaves
from tests.cases import each
from tests.corpus.bombing import Bomb, archive, picture
from tests.corpus.bombs import BOMBS

WORDS = {"broken", "encrypted", "too large", "too many", "too deep", "no picture"}
PHOTO = picture("JPEG", (900, 700))
SCAN = picture("PNG", (900, 700))


def names(content: bytes, **options: object) -> list[tuple[str, str]]:
    """(name, kind) of what can be read."""
    return [(found.name, found.kind) for found in leaves(content, **options) if isinstance(found, Leaf)]  # type: ignore[arg-type]


def faults(content: bytes, **options: object) -> list[str]:
    """What stands in the way."""
    return [found.what for found in leaves(content, **options) if isinstance(found, Obstacle)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("HEIF", "image/heic"),
                                            ("AVIF", "image/avif"), ("TIFF", "image/tiff"), ("WEBP", "image/webp")])  # fmt: skip
def test_by_content(form: str, kind: str) -> None:
    """Name and claimed type do not matter."""
    assert names(picture(form), filename="a.pdf", media_type="text/plain") == [("a.pdf", kind)]


def test_an_archive_in_order_with_the_way_to_each() -> None:
    """Also archives within; folders of macOS are left out."""
    inner = archive({"b.png": SCAN})
    files = {"a.jpg": PHOTO, "inner.zip": inner, "__MACOSX/._a.jpg": b"junk", "read me.txt": b"hello"}
    assert names(archive(files), filename="x.zip") == [
        ("x.zip/a.jpg", "image/jpeg"),
        ("x.zip/inner.zip/b.png", "image/png"),
    ]


def test_chinese_names_in_archives() -> None:
    """Windows writes them in GB18030 without a flag."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("AAAA.jpg", PHOTO)
    content = file.getvalue().replace(b"AAAA", "凭证".encode("gb18030"))
    assert names(content) == [("凭证.jpg", "image/jpeg")]


def test_pictures_in_documents() -> None:
    """Word, new and old."""
    new = archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", "word/media/image1.jpg": PHOTO})
    assert names(new, filename="a.docx") == [("a.docx/image1.jpg", "image/jpeg")]
    exif = Image.Exif()
    exif[0x0112] = 6
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000) + PHOTO + bytes(300) + SCAN + bytes(900)
    assert [kind for _, kind in names(old, filename="a.doc")] == ["image/jpeg", "image/png"]
    carved = [found.content for found in leaves(old) if isinstance(found, Leaf)]
    assert carved == [PHOTO, SCAN]


def test_a_photo_with_a_thumbnail_is_carved_whole() -> None:
    """The thumbnail's end is not the photo's."""
    thumbnail = picture("JPEG", (64, 64))
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    photo = PHOTO[:2] + segment + PHOTO[2:]
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + photo + bytes(100)
    assert [found.content for found in leaves(old) if isinstance(found, Leaf)] == [photo]


def test_pictures_in_a_page() -> None:
    """The page itself, then its data: pictures (RFC 2397)."""
    data = base64.b64encode(PHOTO).decode()
    page = f"<html><body><img src='data:image/jpeg;base64,{data}'></body></html>".encode()
    assert names(page, filename="a.html") == [("a.html", "text/html"), ("a.html/picture 1", "image/jpeg")]


def test_mails_are_opened_by_who_can() -> None:
    """A mail is known by its first lines; its files come from the function handed in."""
    mail = b"Received: from a\r\nFrom: a@patron.example\r\nSubject: x\r\n\r\nhello"

    def opened(raw: bytes) -> Iterator[tuple[str, str, bytes]]:
        assert raw == mail
        yield "a.jpg", "image/jpeg", PHOTO

    assert names(mail, open_mail=opened) == [("a.jpg", "image/jpeg")]
    assert faults(mail) == ["no picture: the file is of the kind message/rfc822"]


def test_limits() -> None:
    """Of members, bytes, leaves and depth."""
    many = archive({f"{n}.png": SCAN + bytes([n]) for n in range(30)})
    assert len(names(many, allowance=Allowance(members=10))) == 10
    assert faults(many, allowance=Allowance(members=10)) == ["too many: the file holds too many files"]
    assert len(names(many, allowance=Allowance(leaves=7))) == 7
    assert faults(many, allowance=Allowance(leaves=7))[0].startswith("too many: ")
    assert faults(many, allowance=Allowance(bytes=5 * len(SCAN)))[0].startswith("too large: ")
    deep = SCAN
    for _ in range(6):
        deep = archive({"a.zip": deep})
    assert faults(deep) == ["too deep: files within files within files"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"From here on it is plain text\nand more of it\n", "a.txt"),
        (b"subject matter: none\n\nhello", "a"),
        ("收款：12.00\n说明：无\n".encode("gb18030"), "b"),
    ],
)
def test_text_is_no_mail(content: bytes, name: str) -> None:
    """Two header lines are needed."""
    assert kind_of(content, name) == "text/plain"


@each(
    "bomb",
    [b for b in BOMBS if b.name.startswith(("zip", "docx", "html", "ole", "lying", "empty", "zero", "laughs"))],
    ids=lambda b: b.name,
)
def test_hostile_containers(bomb: Bomb) -> None:
    """Something comes of each; every obstacle begins with a word that others rely on."""
    found = list(leaves(bomb.make(), filename=bomb.filename))
    assert found
    assert len(found) < 200
    for one in found:
        assert isinstance(one, Leaf) or one.what.partition(":")[0] in WORDS

"""Mails and files as staff see them: each in a response that is a sandbox, read once, for who is signed in."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from PIL import Image
from starlette.testclient import TestClient

from maild.bootstrap import Services
from maild.console.app import make_app
from maild.console.pages.files import disposition
from maild.console.serve import make_desk
from maild.console.who import Who
from maild.domain.desk.access import Role
from tests.console.conftest import signed_in
from tests.console.stand_in import StandIn
from tests.console.world import World, take
from tests.corpus.bombing import picture
from tests.receipts import generate

NAME = '缴费"凭证"\u202e.PNG'


def letter(*files: tuple[str, str, bytes], html: str = "<p>hello</p>") -> bytes:
    """A mail with text, HTML and files: (name, media type, content)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "patron@patron.example", "office@demo.example", "files"
    mail.set_content("plain")
    mail.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


@pytest.fixture
def mail_id(office: World) -> int:
    """A stored mail with a picture, a page that calls itself a picture, a PDF of three pages."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "where I live"
    photo = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(photo, "JPEG", exif=exif)
    pages = io.BytesIO()
    blank = [Image.new("RGB", (200, 100 + 50 * n), "white") for n in range(3)]
    blank[0].save(pages, "PDF", save_all=True, append_images=blank[1:])
    files = (
        ("photo.jpg", "image/jpeg", photo.getvalue()),
        ("evil.png", "image/png", b"<html><script>alert(1)</script>"),
        ("three.pdf", "application/pdf", pages.getvalue()),
        (NAME, "image/png", picture("PNG")),
    )
    (stored,) = take(
        office.services, [letter(*files, html="<p>hi<img src='https://leak.example/x'><script>1</script>")]
    )
    return stored


def test_the_html_is_a_sandboxed_document(client: TestClient, mail_id: int) -> None:
    """Its own policy, framed by us alone, never anybody's referrer; kept by this browser only."""
    answer = client.get(f"/mails/{mail_id}/html")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "img-src data:", "form-action 'none'", "frame-ancestors 'self'", "sandbox "):
        assert part in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert answer.headers["cache-control"].startswith("private")
    assert "leak.example" not in answer.text
    assert "<script" not in answer.text


def test_the_source_is_text(client: TestClient, mail_id: int) -> None:
    """Of the type text/plain whatever it holds, and nothing else."""
    answer = client.get(f"/mails/{mail_id}/source")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "Subject: files" in answer.text
    raw = client.get(f"/mails/{mail_id}/raw")
    assert raw.headers["content-disposition"] == f'attachment; filename="mail-{mail_id}.eml"'
    assert raw.headers["content-type"] == "application/octet-stream"


def test_a_download_is_what_it_is_said_to_be(client: TestClient, mail_id: int) -> None:
    """By its bytes, not by its name: a page that calls itself a picture is bytes, saved and never opened."""
    kinds = [client.get(f"/mails/{mail_id}/files/{n}").headers["content-type"] for n in range(4)]
    assert kinds == ["image/jpeg", "application/octet-stream", "application/pdf", "image/png"]
    for n in range(4):
        headers = client.get(f"/mails/{mail_id}/files/{n}").headers
        assert headers["content-disposition"].startswith("attachment; ")
        assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
    said = client.get(f"/mails/{mail_id}/files/3").headers["content-disposition"]
    assert said.isascii()
    assert unquote(said.partition("filename*=UTF-8''")[2]).startswith("缴费")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pdf", 'attachment; filename="a.pdf"'),
        ("a b.pdf", 'attachment; filename="a b.pdf"'),
        ('x"y\\z.pdf', "attachment; filename=\"x_y_z.pdf\"; filename*=UTF-8''x%22y%5Cz.pdf"),
        ("凭证.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%87%AD%E8%AF%81.pdf"),
        ("a\r\nSet-Cookie: x=1", 'attachment; filename="a__Set-Cookie: x=1"'),
        ("100%.pdf", "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf"),
    ],
)
def test_names_are_said_in_both_ways(name: str, said: str) -> None:
    """ASCII for old browsers, RFC 8187 for the others; nothing of a name becomes a header."""
    assert disposition(name) == said


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_pictures_are_made_anew(client: TestClient, mail_id: int) -> None:
    """Upright by EXIF, without what the camera wrote; narrower and turned as asked."""
    answer = client.get(f"/mails/{mail_id}/files/0/picture")
    assert opened(answer.content).size == (200, 300)
    assert not opened(answer.content).getexif()
    assert b"where I live" not in answer.content
    assert opened(client.get(f"/mails/{mail_id}/files/0/picture?width=100").content).size == (100, 150)
    assert opened(client.get(f"/mails/{mail_id}/files/0/picture?turn=90").content).size == (300, 200)
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_pages_of_a_pdf(client: TestClient, mail_id: int) -> None:
    """Each by its number; how many there are."""
    assert client.get(f"/mails/{mail_id}/files/2/about").json() == {"pages": 3, "codes": []}
    heights = [opened(client.get(f"/mails/{mail_id}/files/2/page/{n}?width=200").content).height for n in (1, 2, 3)]
    assert heights == [100, 150, 200]
    assert client.get(f"/mails/{mail_id}/files/2/picture?page=3&width=200").headers["x-maild-pages"] == "3"


def test_what_cannot_be_shown_says_why(client: TestClient, mail_id: int) -> None:
    """A file that is no picture: no pages, and a sentence in the reader's language; no fault for the page to meet."""
    about = client.get(f"/mails/{mail_id}/files/1/about", headers={"accept-language": "zh"})
    assert about.status_code == 200
    assert about.json()["pages"] == 0
    assert re.search("[\u4e00-\u9fff]", about.json()["why"])


@pytest.mark.parametrize(("path", "status"), [
    ("/mails/{}/files/9", 404), ("/mails/{}/files/9/picture", 404), ("/mails/999999/html", 404),
    ("/mails/{}/files/1/picture", 422), ("/mails/{}/files/0/picture?turn=45", 422), ("/mails/{}/proofs/0", 404),
    ("/mails/{}/files/0/picture?width=-1", 422), ("/mails/{}/files/0/picture?width=x", 422),
    ("/mails/{}/files/2/page/4", 422), ("/mails/{}/files/-1", 404), ("/mails/x/html", 404),
])  # fmt: skip
def test_what_is_not_there_or_makes_no_sense(client: TestClient, mail_id: int, path: str, status: int) -> None:
    """A sentence, never a fault."""
    assert client.get(path.format(mail_id)).status_code == status


def test_a_viewer_may_look_and_a_stranger_may_not(office: World, mail_id: int) -> None:
    """Reading is every role's; who is not signed in is sent to the door."""
    assert signed_in(office, "zhao", Role.VIEWER).get(f"/mails/{mail_id}/html").status_code == 200

    class Stranger(StandIn):
        def identify(self, request: object, *, quiet: bool = False) -> Who | None:
            return None

    outside = TestClient(make_app(make_desk(office.services), Stranger("x", Role.VIEWER)), base_url="http://127.0.0.1")
    for path in ("html", "source", "raw", "files/0", "files/0/picture", "files/2/about", "proofs/0"):
        assert outside.get(f"/mails/{mail_id}/{path}", follow_redirects=False).status_code in (303, 401)


def test_a_page_of_five_pictures_reads_the_mail_once(office: World, client: TestClient, mail_id: int) -> None:
    """What was opened is kept for a while."""
    reader = office.services.reader
    client.get(f"/mails/{mail_id}/files/0/picture")
    before = reader.counters.calls
    for n in (0, 2, 3, 0, 2):
        assert client.get(f"/mails/{mail_id}/files/{n}/picture").status_code == 200
    assert reader.counters.calls == before


@pytest.fixture
def proven(office: World) -> tuple[Services, int, int]:
    """A mail whose proof was read, its queue item."""
    samples = (generate(seed, kind="bank_receipt", preset="clean") for seed in range(20))
    sample = next(s for s in samples if s.media_type.startswith("image/") and not s.more)
    mail = letter((sample.filename, sample.media_type, sample.content))
    (stored,) = take(office.services, [mail])
    office.services.processor.run_dry()
    with office.services.store.read() as uow:
        assert uow.receipts.of_mail(stored), "the proof was not read"
        item = next(i for i in uow.reviews.find() if i.mail_id == stored)
    return office.services, stored, item.id


def test_a_proof_is_shown_with_its_marks(client: TestClient, proven: tuple[Services, int, int]) -> None:
    """The page in the frame of the layer: as wide by as high, a box for each value that has one."""
    _, stored, item = proven
    shown = client.get(f"/mails/{stored}/proofs/0?width=800")
    assert shown.status_code == 200
    page = client.get(f"/queue/{item}?tab=proof", headers={"accept-language": "en"}).text
    frame = next(line for line in page.splitlines() if "<svg viewBox" in line).split('viewBox="0 0 ')[1].split('"')[0]
    width, height = map(float, frame.split())
    picture_ = opened(shown.content)
    assert picture_.width / picture_.height == pytest.approx(width / height, abs=0.01)
    assert page.count("<rect ") >= 5
    assert 'data-mark="amount"' in page
    assert f"/mails/{stored}/proofs/0" in page
    assert "style=" not in page


def test_what_was_left_out_is_told_in_both_languages(office: World, client: TestClient) -> None:
    """Above the frame, by host."""
    html = (
        "<p>hi</p>" + "<img src='https://tracker.example/x'>" * 3 + "<script>1</script><p style='color:#fff'>secret</p>"
    )
    (stored,) = take(office.services, [letter(html=html)])
    office.services.processor.run_dry()
    with office.services.store.read() as uow:
        item = next(i for i in uow.reviews.find() if i.mail_id == stored)
    english = client.get(f"/queue/{item.id}?tab=html", headers={"accept-language": "en"}).text
    for told in ("Pictures of tracker.example not loaded: 3", "Scripts removed: 1", "Hidden text, shown and marked: 1"):
        assert told in english
    assert "未加载 tracker.example 的 3 张图片" in client.get(f"/queue/{item.id}?tab=html").text
    assert f'src="/mails/{stored}/html"' in english

"""The words of notices on their pages: every kind opens, edits are judged, kept, restored; tests go to the office only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.config import Staff
from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import NoticeKind
from tests.console.conftest import signed_in
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock
from tests.servers.smtp import SmtpServer

JSON = {"accept": "application/json"}
TEXT = "cancelled.en.txt.j2"


@pytest.fixture
def posting(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[tuple[World, SmtpServer]]:
    """An office that can send, with people."""
    with SmtpServer() as smtp:
        staff = Staff(addresses=("desk@lib.example",))
        with world(
            filled[0], tmp_path / "office", filled[1], MovedClock(NOW), smtp=smtp.settings(), staff=staff
        ) as made:
            yield made, smtp


def words(client: TestClient, kind: str = "cancelled", locale: str = "en") -> dict[str, Any]:
    """The templates of a kind, by form."""
    found = client.get(f"/api/v1/notices/{kind}", params={"locale": locale}).json()
    return {one["form"]: one for one in found["templates"]}


def test_the_list_names_every_kind(client: TestClient) -> None:
    """In both languages, the frames first; nothing is edited yet."""
    for lang, said in (("zh-CN", "缴费通知"), ("en", "fee notice")):
        page = client.get("/notices", headers={"accept-language": lang}).text
        assert said in page
        for kind in NoticeKind:
            assert f'/notices/{kind.value}"' in page
    assert "还没有修改过" in client.get("/notices?edited=true").text


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", ["fee_notice", "document_delivered", "staff_digest", "answer", "_frame", "_staff"])
def test_a_kind_has_its_page(client: TestClient, kind: str, lang: str) -> None:
    """Both previews, the words of the language asked for, the variables each with what it holds, no version yet."""
    for locale in ("zh-CN", "en"):
        for bare in ("", "true"):
            answer = client.get(
                f"/notices/{kind}",
                params={"locale": locale, "bare": bare, "patron": "external"},
                headers={"accept-language": lang},
            )
            assert answer.status_code == 200
            assert answer.text.count("<iframe") == 2
            assert f"{kind}.{locale}.txt.j2" in answer.text
            assert "{%" in answer.text


def test_every_kind_opens(client: TestClient) -> None:
    """None lacks a text or a sample; an unknown one is 404."""
    for kind in NoticeKind:
        assert client.get(f"/notices/{kind.value}").status_code == 200, kind
    assert client.get("/notices/nonsense").status_code == 404
    assert client.get("/notices/nonsense/preview.html").status_code == 404


def test_the_preview_may_do_nothing(client: TestClient) -> None:
    """It comes with a policy of its own: nothing runs, nothing is fetched, pictures are in it."""
    answer = client.get("/notices/proof_unreadable/preview.html", params={"locale": "en"})
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert 'src="data:image/png;base64,' in answer.text
    assert "cid:" not in answer.text


def test_words_are_tried_and_nothing_is_kept(client: TestClient) -> None:
    """Findings with form and line; text and subject as they would be; the words in force stay."""
    body = words(client)["text"]["body"]
    good = client.post("/notices/cancelled/try", data={"locale": "en", "text": body.replace("Your", "This")}).json()
    assert (good["findings"], "This request is cancelled" in good["text"]) == ([], True)
    bad = client.post("/notices/cancelled/try", data={"locale": "en", "text": body + "\n{{ nope }}"}).json()
    assert [(f["form"], f["line"], f["grave"]) for f in bad["findings"]] == [("text", body.count("\n") + 2, True)]
    assert "text" not in bad
    html = client.post(
        "/notices/cancelled/preview.html", data={"locale": "en", "html": words(client)["html"]["body"] + "<p>Tried</p>"}
    )
    assert "<p>Tried</p>" in html.text
    assert words(client)["text"]["body"] == body


def test_words_are_saved_and_restored(client: TestClient, office: World) -> None:
    """Refused with the reasons; kept with who and why; in the history page with what changed; restored; as shipped."""
    before = words(client)
    form = {"locale": "en", "forms": ["subject", "text", "html"], **{f: one["body"] for f, one in before.items()},
            **{f"seen.{f}": "0" for f in before}, "note": "kinder"}  # fmt: skip
    refused = client.post("/notices/cancelled/save", data=form | {"text": "Off."}, headers=JSON)
    assert refused.status_code == 422
    assert "item.number" in refused.json()["title"]
    empty = client.post("/notices/cancelled/save", data=form | {"text": " "}, headers=JSON)
    assert (empty.status_code, TEXT in empty.json()["title"]) == (422, True)
    unchanged = client.post("/notices/cancelled/save", data=form, headers=JSON)
    assert unchanged.status_code == 422
    new = before["text"]["body"].replace("Your request", "This <request>")
    saved = client.post("/notices/cancelled/save", data=form | {"text": new.replace("\n", "\r\n")}, headers=JSON)
    assert saved.status_code == 200, saved.text
    after = words(client)
    assert (after["text"]["body"], after["text"]["edited"], after["html"]["edited"]) == (new, True, False)
    page = client.get("/notices/cancelled", params={"locale": "en"}).text
    assert "kinder" in page
    assert "This &lt;request&gt;" in page
    assert "<request>" not in page
    stale = client.post("/notices/cancelled/save", data=form | {"text": new + "More."}, headers=JSON)
    assert stale.status_code == 409
    version = after["text"]["version"]
    back = client.post("/notices/cancelled/restore", data={"name": TEXT, "seen": str(version)}, headers=JSON)
    assert back.status_code == 200, back.text
    assert words(client)["text"]["body"] == before["text"]["body"]
    seen = words(client)["text"]["version"]
    again = client.post(
        "/notices/cancelled/restore", data={"name": TEXT, "version": str(version), "seen": str(seen)}, headers=JSON
    )
    assert again.status_code == 200, again.text
    assert words(client)["text"]["body"] == new
    wrong = client.post("/notices/pick_up/restore", data={"name": TEXT, "version": str(version)}, headers=JSON)
    assert wrong.status_code == 404
    assert "edited" in client.get("/notices", headers={"accept-language": "en"}).text


def test_words_that_lost_their_use_are_said_loudly(client: TestClient, office: World) -> None:
    """On the list and on the page: what is sent are the shipped ones."""
    with office.services.store.begin() as uow:
        uow.template_versions.add(TEXT, "{{ gone }}", actor="li", at=NOW)
    assert "not in force" in client.get("/notices", headers={"accept-language": "en"}).text
    page = client.get("/notices/cancelled", params={"locale": "en"}, headers={"accept-language": "en"}).text
    assert "The edited words are not in force" in page


def test_who_may(office: World) -> None:
    """Librarians look and try on themselves, administrators change; viewers look."""
    form = {"locale": "en", "text": "x", "seen.text": "0"}
    for role in (Role.VIEWER, Role.LIBRARIAN):
        client = signed_in(office, "wu", role)
        page = client.get("/notices/cancelled").text
        assert "readonly" in page
        assert "data-insert" not in page
        for path in ("save", "try", "preview.html"):
            assert client.post(f"/notices/cancelled/{path}", data=form, headers=JSON).status_code == 403, path
        test = client.post("/notices/cancelled/test", data={"to": "office@demo.example"}, headers=JSON)
        assert (test.status_code == 403) == (role is Role.VIEWER)


def test_a_test_notice(posting: tuple[World, SmtpServer]) -> None:
    """To the office's people; elsewhere only where an administrator confirms it, whatever a librarian ticks."""
    office, smtp = posting
    librarian, admin = (signed_in(office, "wu", role) for role in (Role.LIBRARIAN, Role.ADMINISTRATOR))
    said = librarian.post("/notices/fee_notice/test", data={"to": "desk@lib.example", "locale": "en"}, headers=JSON)
    assert said.status_code == 200, said.text
    (mail,) = smtp.mails
    assert re.search(rb"^Subject: \[test\] Fee notice", mail.raw, re.MULTILINE)
    other = {"to": "li@patron.example", "confirmed": "true"}
    assert librarian.post("/notices/fee_notice/test", data=other, headers=JSON).status_code == 422
    assert admin.post("/notices/fee_notice/test", data={"to": other["to"]}, headers=JSON).status_code == 422
    assert admin.post("/notices/fee_notice/test", data=other, headers=JSON).status_code == 200
    assert [m.recipients for m in smtp.mails] == [("desk@lib.example",), ("li@patron.example",)]

"""Which language a mail is unmistakably in."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import ParsedMail
from maild.domain.requests.patron import Language
from maild.office.answers.language import language_of

EN, ZH, NONE = Language.EN, Language.ZH, Language.UNKNOWN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, I still have not received the article. Could you send it again, please?", EN),
        ("Dear librarian, when will my book arrive? I need it for my thesis.\n\n林知夏", EN),
        ("hi can u tell me where is my paper pls i have waited for so long already", EN),
        ("我的文献还没有收到，麻烦老师帮我看一下，谢谢！", ZH),
        ("老师您好，我申请的 Adaptive Sampling for Sparse Sensor Networks 到了吗？谢谢", ZH),
        ("请问《The Grand Canal: A History》这本书什么时候能到？我比较着急", ZH),
        ("status", NONE),
        ("status please", NONE),
        ("查询", NONE),
        ("谢谢老师", NONE),
        ("", NONE),
        ("Adaptive Sampling for Sparse Sensor Networks in the Age of Cheap Hardware and Big Data", NONE),
        ("Bonjour, je n'ai pas encore reçu l'article que j'ai demandé la semaine dernière. Merci beaucoup.", NONE),
        ("Guten Tag, ich habe den bestellten Artikel leider noch nicht bekommen. Vielen Dank im Voraus!", NONE),
        ("先日お願いした論文はまだ届いていませんが、いつごろ届きますか。よろしくお願いします。", NONE),
        ("Hello, could you please check my request? 老师您好，麻烦帮我看一下我的申请到哪里了，谢谢！", NONE),
        ("Здравствуйте, я ещё не получил статью, пожалуйста проверьте мою заявку", NONE),
        ("2026112400017 2026112400018 2026112400019", NONE),
    ],
)
def test_tongue(text: str, language: Language) -> None:
    """Only what nobody would doubt; everything else is answered in both languages."""
    assert language_of(ParsedMail(sha256="0" * 64, size=1, reply_text=text)) is language

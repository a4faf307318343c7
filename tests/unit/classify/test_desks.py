"""What a library's desk writes without a number: not a patron's mail for words that patrons use, too."""

from __future__ import annotations

import pytest

from maild.domain.incoming.ruling import Kind, Party
from tests.unit.classify.classify_mails import mail, ruled

DESK = "ill@lib.pku.edu.cn"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "龙泉窑窑具那篇",
            "不好意思拖了好几天，书在分馆，今天才调来扫的。龙泉窑窑具的类型学考察，分两个文件，合起来就全了。",
        ),
        ("Your request", "We will look for Kokoro and the grammar of confession in the annex; no charge for you."),
        ("Checked in", "Hausa Oral Narratives: checked in 23 Nov, good condition, account clear."),
    ],
)
def test_a_desk_is_no_patron(subject: str, text: str) -> None:
    """No rule of libraries' news reads these; what nothing in them bends is left for the models to hear."""
    ruling = ruled(mail(subject, text, sender=DESK)).main
    assert (ruling.party, ruling.kind, ruling.institution) == (Party.PROVIDER, Kind.PROVIDER_OTHER, True)
    assert "shipped" in ruling.value("unread").split("\n")


def test_what_a_desk_asks_stays_a_question() -> None:
    ruling = ruled(
        mail("书到了吗", "金相图谱快递显示签收了，您那边收到实物了吗？我这边好销单，谢谢！", sender=DESK)
    ).main
    assert (ruling.party, ruling.kind) == (Party.PATRON, Kind.PICKUP_QUESTION)

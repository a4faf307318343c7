"""'Cancelled as you asked': true only where somebody here asked; else it ends a request that its patron still wants."""

from __future__ import annotations

import re

from maild.domain.incoming.reading import Reading
from maild.domain.text import normalise

MOST_TEXT = 20_000
_WISH = re.compile(
    r"(?:[贵您你][馆校方]|您|你们)的?[^,。;\n]{0,8}(?:撤[销消回单]|取消|终止|中止)[^,。;\n]{0,6}(?:申请|请求|要求|通知|来信|来函)"
    r"|(?:应|按照?|依|据|根据|遵照?)(?:[贵您你][馆校方]|您|你们)[^,。;\n]{0,14}(?:申请|请求|要求|来信|来函|意见|通知|意愿)"
    r"|(?:[贵您你][馆校方]|您|你们)[^,。;\n]{0,6}(?:要求|提出|来信|来函|通知)[^,。;\n]{0,6}(?:撤[销消回单]|取消|终止|中止)"
    # "您的请求已取消" says whose request it is, not who wished it to end
    r"|(?:[贵您你][馆校方]|您|你们)(?:[^,。;\n的]{0,6})(?:申请|请求)[^,。;\n已被遭业经]{0,4}(?:撤[销消回单]|取消|终止|中止)"
    r"|(?:由|被|应)(?:请求|借入|委托|申请|提交)(?:馆|方|单位)[^,。;\n]{0,4}(?:撤[销消回单]|取消|终止|中止)"
    r"|\bcancel+ed by (?:the )?(?:requesting|borrowing|requester|borrower|your)\b"
    r"|\b(?:as|like) (?:you|your library) (?:had |have )?(?:requested|asked|wished|wanted|instructed)\b"
    r"|\bas (?:requested|asked|instructed|agreed)\b|\byour (?:cancel+(?:ation|ing)|(?:request|wish) to cancel)\b"
    r"|\b(?:at|per|following|on|upon|in line with|according to) your (?:\w+ )?"
    r"(?:request|wish|instructions?|e-?mail|message|letter)\b"
    r"|\byou (?:have )?(?:asked (?:us )?to cancel|cancel+ed)\b",
    re.IGNORECASE,
)


def claimed(reading: Reading) -> str:
    """The words by which a mail says that the office itself wished it; ''. Pure."""
    hit = _WISH.search(normalise(f"{reading.mail.subject}\n{reading.mail.text[:MOST_TEXT]}"))
    return hit.group().strip() if hit else ""

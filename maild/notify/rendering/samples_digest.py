"""Invented data of the digest for staff, and of a patron's wish how to be written to."""

from __future__ import annotations

from maild.domain.outgoing.notice import NoticeKind

EVIDENCE = "48213:4f1c9be07d2a6385c1f00e9ab7745d32e6a81f5b09c3d7e24a6b8810f93c5d7e"
_N = NoticeKind


def _item(number: int, subject: str, days: int, sender: str = "", *numbers: str) -> dict[str, object]:
    return {"id": number, "subject": subject, "days": days, "sender": sender, "numbers": list(numbers)}


DIGEST: dict[NoticeKind, dict[str, object]] = {
    _N.DELIVERY_CHANGED: {"daily": True, "at": "17:00"},
    _N.STAFF_DIGEST: {
        "day": "2026-11-24",
        "since": "2026-11-23",
        "mails": 142,
        "by_itself": 117,
        "queued": 14,
        "ignored": 11,
        "notices": 96,
        "held": 3,
        "budget": {"total": 800, "left": 120, "low": True},
        "years": [2027],
        "even": True,
        "compared": True,
        "books": [],
        "evidence": EVIDENCE,
        "unwell": True,
        "troubles": [
            {
                "zh": "通知发不出去",
                "en": "notices cannot be sent",
                "what": "connection refused",
                "since": "2026-11-24T06:12+08:00",
                "until": "",
            },
            {
                "zh": "收不到邮件：office/INBOX",
                "en": "no mail is received: office/INBOX",
                "what": "login refused",
                "since": "2026-11-23T21:40+08:00",
                "until": "2026-11-23T22:05+08:00",
            },
        ],
        "registrations": [
            {"id": 12, "name": "周慕白", "phone": "13800000000", "due": "2026-11-23T17:30+08:00", "late": True},
            {"id": 14, "name": "Anna Becker", "phone": "", "due": "2026-11-24T17:30+08:00", "late": False},
        ],
        "queue": [
            {
                "cause": "question",
                "count": 9,
                "days": 2,
                "items": [
                    _item(311, "请问能帮忙找 1987 年的会议论文吗", 2),
                    _item(314, "Question about a thesis from Uppsala", 1),
                    _item(320, "关于文献质量", 0),
                ],
            },
            {"cause": "payment_proof", "count": 4, "days": 1, "items": [_item(316, "转账凭证", 1)]},
            {"cause": "silent", "count": 2, "days": 3, "items": [_item(300, "2026112000006", 3)]},
            {"cause": "bounce", "count": 1, "days": 0, "items": [_item(322, "Undelivered Mail", 0)]},
        ],
        "circulars": [
            _item(1841, "关于CALIS馆际互借系统停机维护的通知", 0, "ill@calis.edu.cn"),
            _item(1839, "On Demand over Christmas", 0, "on-demand@bl.uk"),
        ],
        "silent": [_item(300, "", 3, "", "2026112000006"), _item(305, "", 1, "", "2026112100014")],
        "claims": [_item(290, "", 12, "P0002", "2026110200003")],
        "bounced": [
            {
                "address": "lin.zhixia@patron.example",
                "name": "林知夏",
                "phone": "13800000000",
                "other": "",
                "until": "2027-02-20",
                "why": "550 5.1.1 User not found",
            },
            {
                "address": "old@patron.example",
                "name": "Anna Becker",
                "phone": "",
                "other": "new@patron.example",
                "until": "2027-01-08",
                "why": "552 mailbox full",
            },
        ],
        "failed": [_item(318, "notice 881: fee_notice", 0, "lin.zhixia@patron.example", "2026112400017")],
        "folders": [
            {
                "mailbox": "office/INBOX",
                "stored": 20431,
                "skipped": 2,
                "unaccounted": 0,
                "even": True,
                "server": 4021,
                "missing": 0,
                "waiting": 1,
                "trouble": "",
                "bytes_missing": 0,
                "by_status": {"settled": 15012, "review": 16, "ignored": 1398, "baseline": 4005},
            }
        ],
    },
}

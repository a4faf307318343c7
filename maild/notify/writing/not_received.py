"""What notices say to a patron who has not received something, and to the provider that has to send it again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maild.domain.outgoing.notice import NoticeKind
from maild.domain.wording import words
from maild.notify.language import say

_N = NoticeKind
# How a supplied file fails: what the patron says (topic of rules/89-patron-not-received.toml), as a clause.
FAILS = words.table(
    {
        "broken": ("文件打不开或已损坏", "the file does not open or is damaged"),
        "wrong": ("不是所申请的文献", "it is not the item that was asked for"),
        "incomplete": ("内容不完整或看不清（缺页、漏图、模糊）", "it is not complete or not legible"),
        "password": ("打开文件需要密码，而没有提供密码", "it asks for a password, and none was given"),
        "link": ("下载链接已失效", "the download link no longer works"),
        "nothing": ("没有收到文件", "no file has arrived"),
    }
)

# `what`: which (several may be meant, `rows` lists them), checking (a faulty file; `fails` are codes of FAILS),
# expired (a dead link), looking (a librarian looks into it)
DATA: Mapping[NoticeKind, Mapping[str, tuple[str, say.Say]]] = MappingProxyType(
    {
        _N.NOT_RECEIVED_ANSWER: {"what": ("what", say.text), "fails": ("fails", say.words_of(FAILS))},
        _N.SUPPLY_QUERY: {
            "fails": ("fails", say.words_of(FAILS)),
            "supplied": ("supplied", say.date),
            "note": ("note", say.note),
        },
    }
)

SAMPLES: Mapping[NoticeKind, dict[str, object]] = MappingProxyType(
    {
        _N.NOT_RECEIVED_ANSWER: {
            "what": "which",
            "rows": [
                {
                    "number": "2026112400017",
                    "service": "copy",
                    "title": "Adaptive Sampling for Sparse Sensor Networks",
                    "submitted": "2026-11-22",
                    "state": "delivered",
                    "payment_state": "confirmed",
                },
                {
                    "number": "2026112000006",
                    "service": "copy",
                    "title": "水稻氮素高效利用的分子机制",
                    "submitted": "2026-11-20",
                    "state": "closed",
                    "payment_state": "none",
                },
            ],
        },
        _N.SUPPLY_QUERY: {"fails": ["incomplete", "broken"], "name": "上海图书馆", "supplied": "2026-11-23"},
    }
)

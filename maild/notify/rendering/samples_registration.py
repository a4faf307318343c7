"""Sample data of notices about registering. No real person is meant."""

from __future__ import annotations

from maild.domain.outgoing.notice import NoticeKind

_N = NoticeKind
_WHYS = [
    {
        "zh-CN": "姓名中含有空格、下划线等符号。请重新注册，姓名直接填写本人姓名，中间不要加空格、下划线或其他符号。",
        "en": "The name contains spaces, underscores or other signs. Please register again and write your name without"
        " spaces, underscores or other signs.",
    }
]
REGISTRATIONS: dict[NoticeKind, dict[str, object]] = {
    _N.REGISTRATION_RECEIVED: {"login": "3260100017", "step": "account", "due": "2026-11-25", "unsure": False},
    _N.REGISTRATION_APPROVED: {"login": "3260100017", "step": "account"},
    _N.REGISTRATION_REJECTED: {"login": "zhoumubai", "step": "identity", "reason": "姓名中含有空格", "whys": _WHYS},
    _N.REGISTRATION_STATE: {
        "login": "zhoumubai",
        "next": "phone",
        "steps": [
            {"step": "identity", "state": "pending", "submitted": "2026-11-24", "due": "2026-11-25"},
            {"step": "account", "state": "unknown"},
        ],
    },
}

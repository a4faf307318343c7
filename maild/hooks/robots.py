"""What the group robots of WeCom, DingTalk and Feishu are posted, and what their answers mean. Pure.

They answer 200 to everything and say in the body whether the message was taken: a word that the group asks for and
that is missing, a wrong signature, too many messages a minute. After their published descriptions:
WeCom 群机器人配置说明, DingTalk 自定义机器人接入, Feishu 自定义机器人使用指南.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from maild.hooks import SAY

WECOM_BYTES = 2048  # of a text message; a longer one is refused
OTHERS_BYTES = 15_000  # DingTalk and Feishu take 20,000 a request


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A POST that is ready."""

    url: str
    body: bytes


def posting(road: str, address: str, secret: str, text: str, data: Mapping[str, object], now: datetime) -> Posting:
    """What is posted on a road: 'wecom', 'dingtalk', 'feishu', or 'webhook' for the house's own receiver.

    secret: of the robot's signature, '' for none; data: the alarm as JSON, for the house's own receiver
    """
    if road == "wecom":
        return _json(address, {"msgtype": "text", "text": {"content": cut(text, WECOM_BYTES)}})
    if road == "dingtalk":
        said = {"msgtype": "text", "text": {"content": cut(text, OTHERS_BYTES)}}
        return _json(address + (_dingtalk_sign(address, secret, now) if secret else ""), said)
    if road == "feishu":
        body = {"msg_type": "text", "content": {"text": cut(text, OTHERS_BYTES)}}
        return _json(address, (_feishu_sign(secret, now) if secret else {}) | body)
    return _json(address, data)


def refusal(road: str, status: int, text: str) -> str:
    """Why a message was not taken; '' where it was."""
    if not 200 <= status < 300:
        return f"HTTP {status} {text}"
    if road == "webhook":
        return ""
    try:
        said = json.loads(text)
    except ValueError:
        return SAY("no_json", status=status, text=text)
    if not isinstance(said, dict):
        return SAY("no_object", status=status, text=text)
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    reason = said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or ""
    return "" if code == 0 else SAY("robot_code", code=code, reason=reason)


def cut(text: str, size: int) -> str:
    """At most so many bytes of UTF-8, ending with '…' where something is left out."""
    raw = text.encode()
    return text if len(raw) <= size else raw[: size - 3].decode("utf-8", "ignore") + "…"


def _json(url: str, body: Mapping[str, object]) -> Posting:
    return Posting(url=url, body=json.dumps(body, ensure_ascii=False).encode())


def _dingtalk_sign(address: str, secret: str, now: datetime) -> str:
    """HMAC-SHA256 of 'milliseconds NEWLINE secret' under the secret, in the query."""
    millis = int(now.timestamp() * 1000)
    digest = hmac.digest(secret.encode(), f"{millis}\n{secret}".encode(), hashlib.sha256)
    joint = "&" if "?" in address else "?"
    return f"{joint}timestamp={millis}&sign={quote_plus(base64.b64encode(digest))}"


def _feishu_sign(secret: str, now: datetime) -> dict[str, object]:
    """HMAC-SHA256 of nothing under the key 'seconds NEWLINE secret', in the body."""
    seconds = int(now.timestamp())
    digest = hmac.digest(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": str(seconds), "sign": base64.b64encode(digest).decode()}

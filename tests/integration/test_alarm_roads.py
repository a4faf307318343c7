"""The alarm roads against a receiver on loopback: what robots are posted, what their answers mean, and no secret shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from datetime import UTC, datetime
from email import charset
from email.header import Header
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from maild.cli.app import run
from maild.config import Alarm, Secret
from maild.domain.errors import ConfigError
from maild.hooks.roads import Roads
from tests.servers import roads as servers

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
KEY, SIGN = "a-robots-key-4711", "SEC-a-signing-secret"


def _send(options: Alarm, text: str = "坏了") -> list[tuple[str, str]]:
    return [(answer.road, answer.fault) for answer in Roads(options).send(text, {"text": text}, NOW)]


@pytest.mark.parametrize(
    ("road", "answer", "fault"),
    [
        ("wecom", {"errcode": 0, "errmsg": "ok"}, ""),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "code 93000: invalid webhook url"),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "code 45009: api freq out of limit"),
        ("dingtalk", {"errcode": 0, "errmsg": "ok"}, ""),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "code 310000: keywords not in content"),
        ("feishu", {"code": 0, "msg": "success", "data": {}}, ""),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, ""),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "code 19021: sign match fail"),
        ("wecom", 404, "HTTP 404 no"),
        ("webhook", {"any": "thing"}, ""),
        ("webhook", 500, "HTTP 500 no"),
    ],
)
def test_what_a_robot_answers_is_read(road: str, answer: Any, fault: str) -> None:
    """They answer 200 to what they refuse: only the code in the body says whether somebody was told."""
    with servers.Roads(answer=answer) as server:
        assert _send(Alarm(**{road: Secret(f"{server.url}/send?key={KEY}")})) == [(road, fault)]
    (path, body), *_ = server.posts
    assert path.startswith(f"/send?key={KEY}")
    assert "坏了" in json.dumps(body, ensure_ascii=False)


def test_signatures_as_the_robots_check_them() -> None:
    """DingTalk's in the query, Feishu's in the body, made anew here from their descriptions."""
    with servers.Roads(answer={"errcode": 0, "code": 0}) as server:
        options = Alarm(
            dingtalk=Secret(f"{server.url}/robot/send?access_token={KEY}"),
            dingtalk_secret=Secret(SIGN),
            feishu=Secret(f"{server.url}/open-apis/bot/v2/hook/{KEY}"),
            feishu_secret=Secret(SIGN),
        )
        assert [fault for _, fault in _send(options)] == ["", ""]
    posts = {urlsplit(path).path: (parse_qs(urlsplit(path).query), body) for path, body in server.posts}
    query, _ = posts["/robot/send"]
    stamp = query["timestamp"][0]
    digest = hmac.new(SIGN.encode(), f"{stamp}\n{SIGN}".encode(), hashlib.sha256).digest()
    assert (int(stamp), query["sign"][0]) == (int(NOW.timestamp() * 1000), base64.b64encode(digest).decode())
    _, body = posts[f"/open-apis/bot/v2/hook/{KEY}"]
    digest = hmac.new(f"{body['timestamp']}\n{SIGN}".encode(), b"", hashlib.sha256).digest()
    assert (int(body["timestamp"]), body["sign"]) == (int(NOW.timestamp()), base64.b64encode(digest).decode())


def test_a_long_text_is_cut_to_what_wecom_takes() -> None:
    """2,048 bytes, whole characters."""
    with servers.Roads() as server:
        assert _send(Alarm(wecom=Secret(server.url)), "坏" * 3000) == [("wecom", "")]
    said = server.texts[0]
    assert len(said.encode()) <= 2048
    assert said == "坏" * (len(said) - 1) + "…"


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_a_slow_receiver_is_left_and_keeps_no_other_waiting(answer: str) -> None:
    """Bounded, however it drags it out; the other road has its message meanwhile; no fault shows the address."""
    with servers.Roads(answer=answer) as slow, servers.Roads() as good:
        options = Alarm(
            wecom=Secret(f"{slow.url}/send?key={KEY}"), webhook=Secret(f"{good.url}/x"), timeout_seconds=0.5
        )
        began = time.monotonic()
        faults = dict(_send(options))
        assert time.monotonic() - began < 4
    assert faults["webhook"] == ""
    assert faults["wecom"]
    assert KEY not in faults["wecom"]


def test_nobody_there() -> None:
    """A refused connection and a wrong certificate are faults in words, without key and path."""
    options = Alarm(wecom=Secret(f"http://127.0.0.1:9/cgi-bin/{KEY}/send?key={KEY}"), timeout_seconds=1)
    ((_, fault),) = _send(options)
    assert "refused" in fault
    assert KEY not in fault


@pytest.mark.parametrize(
    "told", ["invalid key {key}", "https://u:{key}@h/x", "no such {quoted}", "/send?key={key}&to=x"]
)
def test_what_a_receiver_echoes_is_struck_out(told: str) -> None:
    """A value of the query, a password before the host, either as written or decoded: none comes back in a fault."""
    secret = "p4ss/word-4711"
    address = f"https://u:{quote(secret, safe='')}@h/x?key={quote(secret, safe='')}&to=x"
    said = Roads(Alarm())._safe(told.format(key=secret, quoted=quote(secret, safe="")), address)
    assert secret not in said
    assert quote(secret, safe="") not in said


def test_sms_gateways_and_the_rest_by_apprise(caplog: pytest.LogCaptureFixture) -> None:
    """A service of apprise gets the text, in bounded time; nothing of its address is logged or told."""
    with servers.Roads() as server:
        place = server.url.removeprefix("http://")
        assert _send(Alarm(apprise=Secret(f"json://{place}/{KEY}"))) == [("apprise 1 (json)", "")]
        assert server.posts[0][1]["message"] == "坏了"
        server.answer = "hang"
        began = time.monotonic()
        ((_, fault),) = _send(Alarm(apprise=Secret(f"json://{place}/{KEY}"), timeout_seconds=0.5))
        assert time.monotonic() - began < 4
    assert fault
    assert KEY not in fault + caplog.text


@pytest.mark.parametrize(("answer", "code"), [({"errcode": 0}, 0), ({"errcode": 93000, "errmsg": "no"}, 1)])
def test_the_test_button(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], answer: Any, code: int) -> None:
    """`maild alarm test` says of each road whether it was taken; exit 1 where one was not."""
    with servers.Roads(answer=answer) as server:
        (tmp_path / "robot").write_text(f"{server.url}/send?key={KEY}")
        (tmp_path / "maild.toml").write_text(
            f'[store]\nurl = "sqlite:///{tmp_path}/m.db"\n[alarm]\nwecom_file = "robot"\nheartbeat_file = "robot"\n'
        )
        assert run(["--config", str(tmp_path / "maild.toml"), "--json", "alarm", "test"]) == code
    out, err = capfdbinary.readouterr()
    rows = {row["road"]: row["taken"] for row in map(json.loads, out.splitlines())}
    assert rows == {"wecom": code == 0, "heartbeat": True}
    assert "测试" in server.texts[0]
    assert KEY.encode() not in out + err


def test_apprise_is_asked_for_and_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start is refused with what to install, rather than an alarm lost; an address it does not know is told, unshown."""
    with pytest.raises(ConfigError) as unknown:
        Roads(Alarm(apprise=Secret(f"nosuchservice://{KEY}")))
    assert KEY not in str(unknown.value)
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"maild\[alarm\]"):
        Roads(Alarm(apprise=Secret("json://127.0.0.1/x")))


def test_a_library_changes_nothing_beyond_itself() -> None:
    """apprise's plug-in for mail sets how UTF-8 is written in headers, for the whole process: that is undone."""
    before = dict(charset.CHARSETS)
    Roads(Alarm(apprise=Secret("json://127.0.0.1:9/x")))
    assert before == charset.CHARSETS
    assert Header("国家图书馆馆际互借", "utf-8").encode().lower().startswith("=?utf-8?b?")

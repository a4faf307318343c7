"""Mails that no rule knows, and a rule that a librarian makes from one of them, by the HTTP API."""

from __future__ import annotations

import time
from typing import Any

import httpx

from tests.console.world import World

NUMBERS = ("2026112000101", "2026112000102", "2026112000103")
SUBJECT = "馆际材料上路通知"
TEXT = """老师：

读者李珺（demo-lijun@zju.edu.cn）所需材料已上路，单据 {number}，
请在 2026年12月24日 前取走。
"""
API = "/api/v1/rules/from-mail"
# A rule of an office's own, and the file of its example.
CIRCULARS = """title = "Circulars"
party = "machine"
kind = "bulk"

[when]
subject = ["馆际通函"]

[[examples]]
mail = "own/circular.eml"
kind = "bulk"
"""


def receive(office: World) -> None:
    """Three of them come."""
    mails = [office.mail(subject=SUBJECT, text=TEXT.format(number=n), attach=[f"pdf:{n}.pdf"]) for n in NUMBERS]
    office.receive(*mails)


def waiting(house: World) -> list[int]:
    """The mails that no rule knew, oldest first."""
    with house.services.store.read() as uow:
        return sorted(i.mail_id for i in uow.reviews.find(limit=500) if i.subject == SUBJECT and i.mail_id)


def wish(client: httpx.Client, mail: int, **more: object) -> dict[str, Any]:
    """What a librarian chooses in the mail: its number and its date, that it says something was sent."""
    shown = client.get(f"{API}/{mail}", params={"kind": "shipped"}).json()
    place = {value["words"]: value["place"] for value in shown["values"]}
    picks = [f"transaction@{place[NUMBERS[0]]}", f"expires@{place['2026年12月24日']}"]
    return {"kind": "shipped", "pick": picks, "said": "李珺", "said_field": "patron_name", **more}


def tried(client: httpx.Client, mail: int, chosen: dict[str, Any]) -> dict[str, Any]:
    """Start a back-test, and wait for its end."""
    answer = client.post(f"{API}/{mail}/tries", json=chosen)
    assert answer.status_code == 200, answer.text
    return over(client, f"{API}/{mail}/tries/{answer.json()['data']['id']}")


def over(client: httpx.Client, path: str) -> dict[str, Any]:
    """The back-test when it is over."""
    limit = time.monotonic() + 200
    while True:
        state: dict[str, Any] = client.get(path).json()
        if state["over"]:
            return state
        assert time.monotonic() < limit, state
        time.sleep(0.1)

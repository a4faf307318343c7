"""Circulars to all partners: what is put away, and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maild.classify.learned.levels import load_levels
from maild.office.ignoring.circulars import KIND, MOST, likelihood, shipped
from maild.office.ignoring.ignoring_policy import shipped as lists
from tests.corpus.circulars import rows
from tests.corpus.heldout.judging import maild_in, said_by

pytestmark = pytest.mark.long

OFFICE = Path(__file__).parent / "heldout" / "store.toml"
PICTURES = (".jpg", ".jpeg", ".png")
RESTS = "各成员馆：因机房电力检修，系统将于11月28日22:00至29日6:00暂停服务，期间无法提交申请。不便之处敬请谅解。"
# (id, what is unlike a circular that is put away)
OTHERWISE = {
    "unproven": {"proven": False},
    "stranger": {"from": "某某数据库 <news@vendor.example>"},
    "number": {"text": f"{RESTS}{{c01}} 顺延。"},
    "answer": {"quoted": "在 2026-11-20 11:05，zjuill@zju.edu.cn 写道：\n> 请问系统何时维护？"},
    "file": {"files": ["scan.pdf"]},
    "picture": {"files": ["IMG_2026.jpg"]},
    "poster that is a letter": {"files": ["海报.pdf"]},
    "demand to readers": {"text": f"{RESTS}请把未到件数发给我们的同事。"},
    "demand": {"text": f"{RESTS}请各馆于11月26日前回复确认。"},
    "ours": {"text": f"{RESTS}浙江大学图书馆另行安排。"},
    "prices": {"text": f"{RESTS}升级后每页收费调整为0.5元。"},
    "address": {"text": f"{RESTS}自即日起启用新邮箱 ill2@calis.example。"},
}  # fmt: skip


def test_the_threshold_is_proven() -> None:
    """On hands that the model had not seen."""
    found, level = shipped().thresholds[KIND], load_levels()[KIND]
    assert found.armed
    assert found.bound <= level.wrong == found.level


def test_what_wants_something_is_not_put_away() -> None:
    """Demands, terms, addresses, services that end: by labelled look-alikes of three hands; and most circulars are."""
    away: dict[bool, list[str]] = {True: [], False: []}
    circulars = 0
    for example, row in rows():
        if not example.group.startswith("circulars_"):
            continue
        text, over = f"{example.subject}\n{example.text}", KIND in example.kinds
        circulars += over
        ours = lists().circulars
        adorned = all(ours.posters.search(name.lower()) and name.lower().endswith(PICTURES) for name in row["files"])
        barred = not adorned or len(text) > MOST or ours.barred(text)
        if not barred and likelihood(example.subject, example.text, ours) >= shipped().at(KIND):
            away[over].append(row["id"])
    assert away[False] == []
    assert len(away[True]) > 0.5 * circulars > 100


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What becomes of the same words, sent otherwise."""
    usual: dict[str, Any] = {"from": "calis", "proven": True, "subject": "系统停机维护", "text": RESTS, "files": [], "quoted": "",
                             "kinds": ["bulk"], "about": [], "colleague": "settle", "writer": "", "lang": "zh", "why": ""}  # fmt: skip
    folder = tmp_path_factory.mktemp("circulars")
    mails = folder / "mails.jsonl"
    lines = [
        usual | {"id": "usual"},
        usual | {"id": "poster", "files": ["海报.jpg"]},
        *(usual | changed | {"id": name} for name, changed in OTHERWISE.items()),
    ]
    mails.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    asked = ["evaluate", "--json", "--mails", "--office", str(OFFICE), "--today", "2026-11-24", str(mails)]
    told = map(json.loads, said_by(asked, maild_in(folder)).splitlines())
    return {row["id"]: row["fate"] for row in told if row["what"] == "mail"}


def test_who_writes_and_to_whom_decides_first(fates: dict[str, str]) -> None:
    """The words alone put nothing away."""
    assert [fates.pop("usual"), fates.pop("poster")] == ["settled"] * 2
    assert set(fates.values()) == {"held"}
    assert len(fates) == len(OTHERWISE)

"""News of a request that is on record with a network: taken from the library that names it by two things of it, where
nothing shows to whom it was passed on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.cli.reading.evaluate import _services
from maild.cli.reading.labelled import read_mails, read_office
from maild.domain.records.journal import JournalEntry
from maild.spine.explain import explain
from tests.cases import each

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
COPY, QUOTED, LOAN, HELD = "2026112000017", "2026112000018", "2026112000019", "2026112000020"
OFFICE = f"""
patrons = [["p1", "谢砚舟", "internal", "农学院", "22317044", "xie@patron.example", "zh-CN"]]
requests = [
  ["c01", "{COPY}", "p1", "copy", "古茶树资源遗传多样性的SSR分析", "subito", "in_process", "", "", "", "none", ""],
  ["c02", "{QUOTED}", "p1", "copy", "浙江近岸海域微塑料沉降通量", "subito", "conditional", "46.00", "0.00", "46.00", "due", ""],
  ["c03", "{HELD}", "p1", "copy", "越窑青瓷莲瓣纹的分期", "福州大学图书馆", "in_process", "", "", "", "none", ""],
  ["l01", "{LOAN}", "p1", "loan", "木构廊桥营造技艺口述史", "CALIS", "forwarded", "", "", "", "none", ""],
]
[senders]
nlc = "国家图书馆文献提供中心 <tgzx@nlc.cn>"
"""
YUNNAN, NATIONAL = "云南大学图书馆 <ill@ynu.edu.cn>", "nlc"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Any]:
    """An office of three requests as they were imported: nobody has told anything of them."""
    (tmp_path / "office.toml").write_text(OFFICE, "utf-8")
    known = read_office(tmp_path / "office.toml")
    with _services(known, AT) as services:
        yield tmp_path, known, services


def event(office: tuple[Path, Any, Any], sender: str, text: str, subject: str = "答复") -> str:
    """What becomes of a proven mail: the event that is applied; '' where it waits."""
    folder, known, services = office
    file, row = folder / "mails.jsonl", {"id": "x", "from": sender, "proven": True, "subject": subject, "text": text}
    label = {"lang": "zh", "kinds": ["unfilled"], "colleague": "hold"}
    file.write_text(json.dumps(row | label, ensure_ascii=False), "utf-8")
    (mail,) = read_mails([file], known, own_address=services.settings.office.address, at=AT)
    decision = explain(mail.raw, "x", services.parts, AT)["decision"]
    return decision["event"] if decision["action"] == "apply" else ""


def remember(services: Any, entries: Sequence[JournalEntry]) -> None:
    with services.store.begin() as uow:
        uow.journal.add(entries)


TAKEN = [
    (YUNNAN, f"{COPY}《古茶树资源遗传多样性的SSR分析》我馆未入藏，无法提供。", "unfilled"),
    (YUNNAN, f"{COPY}《古茶树资源遗传多样性的SSR分析》全文复制费12.00元，请确认。", "fee_quoted"),
    (NATIONAL, f"编号：{COPY}\n题名：古茶树资源遗传多样性的SSR分析\n结果：无馆藏，不能提供", "unfilled"),
    (YUNNAN, f"{LOAN}《木构廊桥营造技艺口述史》为保存本，不外借。", "unfilled"),
    ("文献传递 <wxcd@lib.qingyuan-normal.edu.cn>", f"{COPY}《古茶树资源遗传多样性的SSR分析》我馆缺藏，不能提供。", ""),  # no file lists it
    (YUNNAN, f"{HELD}《越窑青瓷莲瓣纹的分期》我馆未入藏，无法提供。", ""),  # a library has it
    (NATIONAL, f"编号：{HELD}\n题名：越窑青瓷莲瓣纹的分期\n结果：无馆藏，不能提供", ""),
    # the network is named, as who passed it on; as whose news it is
    (YUNNAN, f"subito转来的{COPY}《古茶树资源遗传多样性的SSR分析》我馆未入藏，无法提供。", "unfilled"),
    (YUNNAN, f"{COPY}《古茶树资源遗传多样性的SSR分析》，subito系统显示未入藏，无法提供。", ""),
    (YUNNAN, f"subito转来的{COPY}《古茶树资源遗传多样性的SSR分析》，subito说无法提供。", ""),
    (YUNNAN, f"subito转来的{COPY}我馆未入藏，无法提供。", ""),
    # by one thing alone, or when a price of another waits for a yes
    (YUNNAN, f"{COPY} 我馆未入藏，无法提供。", ""),
    (NATIONAL, f"编号：{COPY}\n结果：无馆藏，不能提供", ""),
    (YUNNAN, "古茶树资源遗传多样性的SSR分析，我馆未入藏，无法提供。", ""),
    (YUNNAN, f"{QUOTED}《浙江近岸海域微塑料沉降通量》我馆未入藏，无法提供。", ""),
]  # fmt: skip


@each(("sender", "text", "what"), TAKEN, ids=range(len(TAKEN)))
def test_a_record_that_nobody_vouched_for(office: Any, sender: str, text: str, what: str) -> None:
    assert event(office, sender, text) == what


HEARD = [
    JournalEntry(what="state", at=AT, number=COPY, mail_id=1, before="submitted", after="in_process"),
    JournalEntry(what="state", at=AT, number=COPY, actor="librarian", before="submitted", after="in_process"),
    JournalEntry(what="import", at=AT, number=COPY, before="云南大学图书馆", after="福州大学图书馆", data={"field": "provider"}),
]  # fmt: skip


@pytest.mark.parametrize("entry", HEARD, ids=["by a mail", "by a person", "the record was changed"])
def test_what_was_told_of_a_request_is_its_librarys(office: Any, entry: JournalEntry) -> None:
    """A refusal by a library that was left, or never asked, does not end what another one is at."""
    remember(office[2], [entry])
    assert event(office, YUNNAN, TAKEN[0][1]) == ""

"""Copies of what was sent that have no file yet: kept once, given back byte for byte, gone with their notice."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.errors import NotFound
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.copies import taken_apart
from maild.domain.records.retention import Class
from maild.office.safety.identity import same_store
from maild.store import FileBlobs
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MAIL = b"Subject: \xe6\x96\x87\x00\xff\r\n\r\nwords\r\n"


def no_blob(name: str) -> bytes:
    raise NotFound(f"there is no blob {name}")


def test_kept_once_and_given_back(store: Store) -> None:
    """Whatever bytes; wanted again it changes nothing; dropped, its file is asked for."""
    whole = taken_apart(MAIL).whole
    name = hashlib.sha256(whole).hexdigest()
    for _ in range(2):
        with store.begin() as uow:
            uow.fresh_copies.add({name: whole, "b" * 64: b"other"})
    with store.read() as uow:
        assert (uow.fresh_copies.mail(name, no_blob), uow.fresh_copies.some(1).keys() < {name, "b" * 64}) == (
            MAIL,
            True,
        )
    with store.begin() as uow:
        assert uow.fresh_copies.drop([name, "c" * 64]) == {name}
        assert (uow.fresh_copies.mail(name, lambda _: whole), uow.fresh_copies.drop([])) == (MAIL, set())
    with store.read() as uow, pytest.raises(NotFound):
        uow.fresh_copies.mail(name, no_blob)


def test_gone_with_the_last_notice_that_has_it(store: Store, tmp_path: Path) -> None:
    """Two rows of one mail: the copy stays for the second, and goes with it."""
    same_store(store, FileBlobs(tmp_path / "blobs"), NOW)
    requests = [
        NoticeRequest(kind=NoticeKind.QUERY_ANSWER, subject=f"mail:{n}", recipient="a@b.example") for n in range(2)
    ]
    with store.begin() as uow:
        first, second = uow.outbox.add(requests, NOW)
        for entry_id in (first, second):
            uow.outbox.mark(entry_id, OutboxState.SENT, now=NOW, copy="a" * 64)
        uow.fresh_copies.add({"a" * 64: b"whole"})
    left = []
    for entry_id in (first, second):
        with store.begin() as uow:
            uow.erasures.expire(Class.NOTICES, [entry_id], NOW)
            left.append(len(uow.fresh_copies.some(9)))
    assert left == [1, 0]

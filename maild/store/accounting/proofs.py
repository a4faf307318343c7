"""Payment proofs: what the reader found in a file, what came before, what looks alike.

Look-alikes: the 64-bit perceptual hash is kept as four indexed bands of 16 bits. Hashes that differ in at most
4r + 3 bits agree in some band but for r bits (pigeonhole), so each band is asked for all values within r bits: for
a distance of 6 that is r = 1 and 4 × 17 exact look-ups, none missed. Seven bands of nine bits would find the same
with seven look-ups but let through some fourteen times as many strangers (docs/decisions/0013-books.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.payment import SeenReceipt, keys
from maild.domain.accounting.receipt import Receipt
from maild.store._sql import any_of, chunks, insert, insert_if_new
from maild.store.accounting.receipt_json import receipt_data, receipt_of
from maild.store.schema.tables_money import proof, proof_key, receipt_cache
from maild.store.schema.types import key_text

BITS, BANDS = 16, 4
MOST_DISTANCE = 4 * 3 - 1  # up to two bits in a band: 548 exact look-ups
MOST_ALIKE = 50
MOST_CANDIDATES = 2000  # a band: thousands of pictures that look the same tell no more than the newest of them

p = proof.c
_BANDS = (p.look_1, p.look_2, p.look_3, p.look_4)
_SCAN = "scan:"  # before the version: what stands there is text, and no receipts
_CACHED = sa.select(receipt_cache).where(
    receipt_cache.c.sha256.in_(any_of("hashes")), receipt_cache.c.version == sa.bindparam("of_version")
)
_SEEN = (
    sa.select(proof_key.c.key, proof)
    .join(proof, p.id == proof_key.c.proof_id)
    .where(proof_key.c.key.in_(any_of("keys")))
    .order_by(p.id)
)
_OF_MAIL = sa.select(proof).where(p.mail_id == sa.bindparam("mail")).order_by(p.id)
_BEFORE = proof.alias()
_PLACE = sa.select(sa.func.count()).where(_BEFORE.c.mail_id == p.mail_id, _BEFORE.c.id < p.id).scalar_subquery()
_OF_CLAIMS = sa.select(proof, _PLACE.label("place")).where(p.claim.in_(any_of("claims")), p.claim != "").order_by(p.id)
_BY_IDS = sa.select(proof).where(p.id.in_(any_of("ids")))
_IN_BAND = tuple(
    sa.select(p.id, p.look, p.mail_id).where(band.in_(any_of("values"))).order_by(p.id.desc()).limit(MOST_CANDIDATES)
    for band in _BANDS
)


class SqlReceipts:
    """Proofs as they were read, and what came of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cached(self, sha256s: Sequence[str], version: str) -> dict[str, tuple[Receipt, ...]]:
        """What the reader of this version found in files with these hashes, where it has read them."""
        found: dict[str, tuple[Receipt, ...]] = {}
        for some in chunks(sha256s):
            for row in self._connection.execute(_CACHED, {"hashes": some, "of_version": version}):
                found[row.sha256] = tuple(map(receipt_of, row.receipts))
        return found

    def cache(self, sha256: str, version: str, receipts: Sequence[Receipt], now: datetime) -> None:
        """Remember what was found; the first reading of a file by a version stands."""
        row = {"sha256": sha256, "version": version, "stored": now, "receipts": [receipt_data(r) for r in receipts]}
        self._connection.execute(insert_if_new(self._connection.dialect.name, receipt_cache, "sha256", "version"), row)

    def scans(self, sha256s: Sequence[str], version: str) -> dict[str, tuple[str, ...]]:
        """What was read on the first pages of scans with these hashes, where it was looked for."""
        asked = {"of_version": _SCAN + version}
        return {
            row.sha256: tuple(row.receipts)
            for some in chunks(sha256s)
            for row in self._connection.execute(_CACHED, {"hashes": some, **asked})
        }

    def keep_scan(self, sha256: str, version: str, texts: Sequence[str], now: datetime) -> None:
        """Remember what was read on a scan."""
        row = {"sha256": sha256, "version": _SCAN + version, "stored": now, "receipts": list(texts)}
        self._connection.execute(insert_if_new(self._connection.dialect.name, receipt_cache, "sha256", "version"), row)

    def add(
        self,
        mail_id: int | None,
        patron_id: str,
        receipts: Sequence[Receipt],
        now: datetime,
        *,
        claim: str = "",
        transactions: Sequence[str] = (),
    ) -> None:
        """Remember proofs of a mail, with their keys and look. Said again of the same mail, the later word stands."""
        for receipt in receipts:
            row = {
                "mail_id": mail_id,
                "patron_id": patron_id,
                "sha256": receipt.sha256,
                "page": receipt.page,
                "part": receipt.part,
                "receipt": receipt_data(receipt),
                "claim": claim,
                "transactions": list(transactions),
                "at": now,
                "look": receipt.look,
                **dict(zip(("look_1", "look_2", "look_3", "look_4"), _bands(receipt.look), strict=True)),
            }
            proof_id = int(self._connection.execute(_upsert(self._connection.dialect.name), row).scalar_one())
            self._keep_keys(proof_id, keys(receipt))

    def _keep_keys(self, proof_id: int, names: Sequence[str]) -> None:
        self._connection.execute(sa.delete(proof_key).where(proof_key.c.proof_id == proof_id))
        if rows := [{"key": name, "proof_id": proof_id} for name in dict.fromkeys(names)]:
            self._connection.execute(sa.insert(proof_key), rows)

    def seen(self, keys: Sequence[str], *, except_mail: int | None = None) -> dict[str, list[SeenReceipt]]:
        """Earlier proofs by duplicate key, oldest first; a key that none has is not named."""
        asked = {key_text(key, 200): key for key in keys}
        found: dict[str, list[SeenReceipt]] = {}
        for some in chunks(asked):
            for row in self._connection.execute(_SEEN, {"keys": some}):
                if except_mail is None or row.mail_id != except_mail:
                    found.setdefault(asked[row.key], []).append(_seen(row))
        return found

    def alike(self, look: str, *, distance: int = 6, except_mail: int | None = None) -> list[SeenReceipt]:
        """Earlier proofs whose hash differs in at most `distance` bits, nearest and then newest first, 50 at most.

        None within the distance is missed, unless over 2,000 proofs share a band with it: then the newest are
        looked at. Raises ValueError for a distance over 11.
        """
        if not 0 <= distance <= MOST_DISTANCE:
            raise ValueError(f"distance must be 0 to {MOST_DISTANCE}, not {distance}")
        bands = _bands(look)
        near: dict[int, int] = {}
        for statement, band in zip(_IN_BAND, bands, strict=True):
            if band is None:
                return []
            for row in self._connection.execute(statement, {"values": list(_around(band, distance // BANDS))}):
                apart = (int(row.look, 16) ^ int(look, 16)).bit_count()
                if apart <= distance and (except_mail is None or row.mail_id != except_mail):
                    near[row.id] = apart
        best = sorted(near, key=lambda one: (near[one], -one))[:MOST_ALIKE]
        rows = {row.id: row for row in self._connection.execute(_BY_IDS, {"ids": best})} if best else {}
        return [_seen(rows[one]) for one in best]

    def of_claims(self, claims: Sequence[str]) -> dict[str, list[SeenReceipt]]:
        """The proofs that claims were made on, by the claim's key; one that has none is not named."""
        found: dict[str, list[SeenReceipt]] = {}
        for some in chunks(claims):
            for row in self._connection.execute(_OF_CLAIMS, {"claims": some}):
                found.setdefault(row.claim, []).append(_seen(row))
        return found

    def of_mail(self, mail_id: int) -> list[SeenReceipt]:
        """The proofs that a mail brought."""
        return [_seen(row) for row in self._connection.execute(_OF_MAIL, {"mail": mail_id})]


@cache
def _upsert(dialect: str) -> Any:
    """INSERT, or where the mail's proof is known, what came of it anew."""
    statement = insert(dialect, proof)
    said = ("patron_id", "receipt", "claim", "transactions", "look", "look_1", "look_2", "look_3", "look_4")
    return statement.on_conflict_do_update(
        index_elements=["mail_id", "sha256", "page", "part"],
        set_={name: getattr(statement.excluded, name) for name in said},
    ).returning(p.id)


def _bands(look: str) -> tuple[int | None, ...]:
    """The four bands of a hash; Nones where there is none."""
    try:
        value = int(look, 16)
    except ValueError:
        return (None,) * BANDS
    if len(look) != BITS * BANDS // 4 or value < 0:
        return (None,) * BANDS
    return tuple(value >> BITS * band & 0xFFFF for band in range(BANDS))


def _around(band: int, radius: int) -> Iterator[int]:
    """Every 16-bit value that differs from `band` in at most `radius` bits."""
    for count in range(radius + 1):
        for places in combinations(range(BITS), count):
            yield band ^ sum(1 << place for place in places)


def _seen(row: Any) -> SeenReceipt:
    return SeenReceipt(
        mail_id=row.mail_id,
        patron_id=row.patron_id,
        receipt=receipt_of(row.receipt),
        claim=row.claim,
        transactions=tuple(row.transactions),
        at=row.at,
        place=getattr(row, "place", 0),
    )

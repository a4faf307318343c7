"""Evidence: a hash tree over the books and decisions, begun with what is there; the books can forget a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from maild.store.records.evidence import SqlEvidence

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

REFUSAL = "the evidence is append-only"
BOOKS = "the books are append-only: post an entry that reverses the wrong one"
# Beside nothing else, a row may lose this, and in no other way. `new` is the row that is to be.
MAY_GO = {
    "ledger_entry": ("reason", "new.reason = ''", BOOKS),
    "ledger_posting": ("patron_id", "new.patron_id LIKE 'erased:%'", BOOKS),
    "evidence": ("salt", "new.salt = ''", REFUSAL),
}


def upgrade() -> None:
    _tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("evidence", "evidence_act"):
        _no_removal(table, sqlite)
    for table in ("ledger_entry", "ledger_posting"):
        op.execute(f"DROP TRIGGER {table}_no_update" + ("" if sqlite else f" ON {table}"))
    for table, (column, lawful, why) in MAY_GO.items():
        rest = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table) if c["name"] != column]
        same = " AND ".join(f"new.{name} IS NOT DISTINCT FROM old.{name}" for name in rest)
        _refuse(table, f"NOT ({lawful} AND {same})", why, sqlite)
    _refuse("evidence_act", "1 = 1", REFUSAL, sqlite)
    SqlEvidence(op.get_bind()).adopt()


def _tables() -> None:
    op.create_table(
        "evidence",
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("salt", "seal", "hash", "node", "root")),
        sa.PrimaryKeyConstraint("seq", name="pk_evidence"),
    )
    op.create_index("ix_evidence_kind_row_id", "evidence", ["kind", "row_id", "seq"])
    op.create_table(
        "evidence_act",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "what", "why")),
        sa.Column("leaves", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_act"),
        sqlite_autoincrement=True,
    )


def _refuse(table: str, when: str, why: str, sqlite: bool) -> None:
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) "
            f"EXECUTE FUNCTION maild_append_only()"
        )


def _no_removal(table: str, sqlite: bool) -> None:
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    for act, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION maild_append_only()"
        )

"""Where everything is kept: tables, unit of work, queries by name, blobs, migrations.

    open_store   the database, as a Store               (engine, uow, and a module per repository)
    FileBlobs    content-addressed files, as ports.BlobStore                              (blobs)
    migrate      the schema: upgrade and check                                 (migrate, migrations)
    tabular      CSV, XLSX and JSON tables for imports; statement_tables: those of banks and payment services

SQLAlchemy is loaded by the first `open_store`, not by importing this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.store.blobs import FileBlobs

if TYPE_CHECKING:
    from maild.store.uow import Store

__all__ = ["FileBlobs", "open_store"]


def open_store(
    url: str, password: str = "", *, message_id_domain: str = "localhost", message_id_key: bytes = b""
) -> Store:
    """Open the database at an SQLAlchemy URL; nothing is connected or created before the first use.

    `message_id_domain` is the right-hand side of the Message-IDs of our notices, `message_id_key` makes their
    unguessable part. Raises ConfigError
    for a URL or a folder that cannot work.
    """
    from maild.store.engine import make_engine
    from maild.store.uow import Store

    return Store(make_engine(url, password), message_id_domain, message_id_key)

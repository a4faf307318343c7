"""A database and its blob folder bear one name: two hosts with different folders would each miss half of the mails."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import ConfigError, Permanent

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store


ADOPT = "maild check --blobs --adopt"


def same_store(store: Store, blobs: FileBlobs, now: datetime) -> str:
    """The name that both bear; given at the first start. Changes nothing where they differ.

    Raises ConfigError where the folder is another database's; Permanent where it bears no name though it should,
    which a mount that comes late explains: trying again helps then.
    """
    there = blobs.identity()
    with store.read() as uow:
        known, empty = uow.restorations.identity(), uow.restorations.empty()
    if known is None:
        if there and empty:
            raise _new_beside_old(blobs, there)
        if not there and not empty and not blobs.any():
            raise _unnamed(blobs)
        with store.begin() as uow:
            ours = uow.restorations.claim_identity(there or str(uuid.uuid4()), now)
    else:
        ours = known[0]
    if not there:
        if known is not None and not empty:
            raise _unnamed(blobs)
        there = blobs.name(ours)
    if there != ours:
        raise ConfigError(
            f"store.blobs: {blobs.folder} belongs to another database (it is {there}, this database's is {ours})",
            remedy=f"name the folder that all hosts of this database share; if this is to be it from now on: {ADOPT}",
        )
    return ours


def adopt(store: Store, blobs: FileBlobs, now: datetime) -> str:
    """Let the folder be this database's from now on, whatever it was; returns the name."""
    with store.begin() as uow:
        ours = uow.restorations.claim_identity(blobs.identity() or str(uuid.uuid4()), now)
    return blobs.name(ours, replace=True)


def _new_beside_old(blobs: FileBlobs, there: str) -> ConfigError:
    """What an unmounted, mistyped or lost database looks like: started anew it would answer old mail once more."""
    return ConfigError(
        f"the database is new and empty, and store.blobs: {blobs.folder} holds the mails of another one ({there})",
        remedy=f"correct or mount store.url, or bring it back: maild restore; to begin anew with this folder: {ADOPT}",
    )


def _unnamed(blobs: FileBlobs) -> Permanent:
    return Permanent(
        f"the blob folder {blobs.folder} is not the one that this database's mails are in: it bears no name",
        remedy=f"mount it, or correct store.blobs; if it is lost, and this is to be it from now on: {ADOPT}",
    )

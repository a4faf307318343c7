"""An S3-compatible store as a place of backups, by obstore."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maild.backup.places import BLOCK, file_hash
from maild.config import Backup
from maild.domain.errors import ConfigError, NotFound, Permanent, Temporary

SCHEME = "s3://"
LOCK = "lock"
STALE = timedelta(hours=12)  # a lock older than that belongs to a backup that died: none takes so long
_TRIES = {"max_retries": 3, "retry_timeout": timedelta(minutes=2)}


class BucketPlace:
    """places.Place: s3://bucket/prefix. What was written is fetched and compared before it counts."""

    def __init__(self, url: str, settings: Backup, work: Path) -> None:
        """work: an existing folder for files under way. Raises ConfigError."""
        obstore = _obstore()
        parts = urlsplit(url)
        if not parts.netloc:
            raise ConfigError(f"{url}: names no bucket", remedy="such as s3://bucket/maild")
        self.name, self._work, self._lib = url, work, obstore
        plain = settings.s3_endpoint.startswith("http://")
        options = {"endpoint": settings.s3_endpoint} if settings.s3_endpoint else {}
        if settings.s3_access_key:
            options |= {"access_key_id": settings.s3_access_key, "secret_access_key": settings.s3_secret_key.reveal()}
        with self._failing():
            self._store = obstore.store.S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                region=settings.s3_region,
                retry_config=_TRIES,
                virtual_hosted_style_request=False,
                client_options={"allow_http": plain, "timeout": "5 minutes"},
                **options,
            )

    def put(self, key: str, source: Path) -> None:
        """See places.Place. Raises Permanent where what was written is not given back."""
        again = self._work / secrets.token_hex(12)
        with self._failing():
            self._lib.put(self._store, key, source)
        try:
            self.fetch(key, again)
            if file_hash(again) != file_hash(source):
                raise Permanent(f"{self.name} does not give back what was written", remedy="ask who runs it")
        finally:
            again.unlink(missing_ok=True)

    def fetch(self, key: str, to: Path) -> None:
        """See places.Place."""
        with self._failing(key), open(to, "xb") as file:
            for block in self._lib.get(self._store, key).stream(min_chunk_size=BLOCK):
                file.write(block)

    def sizes(self, folder: str) -> Mapping[str, int]:
        """See places.Place."""
        with self._failing():
            return {one["path"]: int(one["size"]) for some in self._lib.list(self._store, folder) for one in some}

    def remove(self, key: str) -> None:
        """See places.Place."""
        try:
            with self._failing(key):
                self._lib.delete(self._store, key)
        except NotFound:
            return

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See places.Place. The lock is an object that is written only where there is none.

        Raises Permanent where another backup writes there.
        """
        ours = json.dumps({"at": datetime.now(UTC).isoformat(), "by": secrets.token_hex(8)}).encode()
        try:
            self._lib.put(self._store, LOCK, ours, mode="create")
        except self._lib.exceptions.AlreadyExistsError as error:
            if self._held():
                raise Permanent(f"another maild backup writes into {self.name}", remedy="wait for its end") from error
            with self._failing():
                self._lib.put(self._store, LOCK, ours)
        except (self._lib.exceptions.BaseError, OSError) as error:
            raise self._fault(error) from error
        try:
            yield
        finally:
            self.remove(LOCK)

    def _held(self) -> bool:
        """Whether the lock that is there is still to be respected."""
        try:
            with self._failing(LOCK):
                said = json.loads(bytes(self._lib.get(self._store, LOCK).bytes()))
            return datetime.now(UTC) - datetime.fromisoformat(said["at"]) < STALE  # of one clock: both are ours
        except (NotFound, ValueError, KeyError, TypeError):
            return False

    @contextmanager
    def _failing(self, key: str = "") -> Iterator[None]:
        """What the store refuses, in words."""
        try:
            yield
        except FileNotFoundError as error:
            raise NotFound(f"{self.name} has no {key or 'such bucket'}") from error
        except (self._lib.exceptions.BaseError, OSError) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> Temporary | Permanent:
        said = " ".join(str(error).split())[:300]
        names = self._lib.exceptions
        if isinstance(error, names.PermissionDeniedError | names.UnauthenticatedError | PermissionError):
            return Permanent(f"{self.name} refuses us: {said}", remedy="check backup.s3_access_key and s3_secret_key")
        return Temporary(f"{self.name} fails: {said}", remedy="check backup.s3_endpoint; try again")


def _obstore() -> Any:
    try:
        import obstore
        import obstore.exceptions
        import obstore.store
    except ImportError as error:
        raise ConfigError("backups in a bucket need obstore", remedy="pip install 'maild[s3]'") from error
    return obstore

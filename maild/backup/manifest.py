"""What a backup is: a JSON file, named by its moment and its own SHA-256, that names everything else by SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from maild.domain.errors import Permanent

FORMAT = 1
FOLDER = "manifests"
_OLDER = "try an older one: maild backup --list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """Something stored: `key` is where; sha256 and size are of the bytes as they are meant, `stored_…` as they lie
    there (encrypted ones differ).
    """

    key: str
    sha256: str
    size: int
    stored_sha256: str
    stored_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup.

    created    the moment of the database's snapshot, aware
    store      the name of the blobs' folder (maild.office.safety.identity)
    database   the copy of the database; `kind` and `revision` say how it is brought back, `tables` its rows
    blobs      the list of blobs, itself an object; how many, and their bytes
    missing    blobs that the database speaks of and the folder did not have, or had damaged
    encrypted  whether objects are encrypted with age
    """

    created: datetime
    maild: str
    store: str
    kind: str
    revision: str
    tables: Mapping[str, int]
    database: Object
    list: Object
    blobs: int
    blob_bytes: int
    missing: tuple[str, ...] = ()
    encrypted: bool = False
    format: int = FORMAT
    id: str = field(default="", compare=False)

    def to_bytes(self) -> bytes:
        """JSON, the same for the same backup."""
        row = asdict(self) | {"created": self.created.isoformat(), "tables": dict(self.tables)}
        del row["id"]
        return json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True).encode()


def name_of(data: bytes, created: datetime) -> str:
    """The id of a manifest of these bytes."""
    return f"{created:%Y%m%dT%H%M%SZ}-{hashlib.sha256(data).hexdigest()[:16]}"


def read(name: str, data: bytes) -> Manifest:
    """Raises Permanent where it is not what it was when it was written, or of a format that is not known."""
    if not name.endswith(hashlib.sha256(data).hexdigest()[:16]):
        raise Permanent(f"the manifest {name} was changed or cut", remedy=_OLDER)
    try:
        row: dict[str, Any] = json.loads(data)
        if row.get("format") != FORMAT:
            raise Permanent(f"the backup {name} is of format {row.get('format')}", remedy="use a newer maild")
        row |= {key: Object(**row[key]) for key in ("database", "list")}
        row |= {
            "created": datetime.fromisoformat(row["created"]),
            "missing": tuple(row["missing"]),
            "tables": MappingProxyType(row["tables"]),
        }
        return Manifest(**row, id=name)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Permanent(f"the manifest {name} cannot be read: {error}", remedy=_OLDER) from error


def list_bytes(blobs: Iterable[Object]) -> bytes:
    """The list of blobs: a line each, compressed."""
    lines = "".join(f"{b.key} {b.sha256} {b.size} {b.stored_sha256} {b.stored_size}\n" for b in blobs)
    return gzip.compress(lines.encode(), 6, mtime=0)


def read_list(data: bytes) -> Iterator[Object]:
    """Raises Permanent where it cannot be read."""
    try:
        for line in gzip.decompress(data).decode().splitlines():
            key, sha256, size, stored_sha256, stored_size = line.split(" ")
            yield Object(
                key=key, sha256=sha256, size=int(size), stored_sha256=stored_sha256, stored_size=int(stored_size)
            )
    except (OSError, EOFError, ValueError) as error:
        raise Permanent(f"the list of blobs cannot be read: {error}", remedy=_OLDER) from error


def latest(manifests: Sequence[Manifest], wanted: str = "") -> Manifest:
    """The one that is wanted (the beginning of its id suffices), or the last. Raises Permanent without one."""
    found = [one for one in manifests if one.id.startswith(wanted)]
    if not found:
        raise Permanent(f"there is no backup {wanted or 'here'}".rstrip(), remedy="maild backup --list")
    return max(found, key=lambda one: (one.created, one.id))

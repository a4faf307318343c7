"""A place with its encryption: objects in and out, each held against its SHA-256; and the manifests."""

from __future__ import annotations

import secrets
from pathlib import Path

from maild.backup import manifest as manifests
from maild.backup.manifest import Manifest, Object
from maild.backup.places import Place, file_hash
from maild.backup.sealing import ENDING, Sealer
from maild.domain.errors import MaildError, Permanent

DATA, BLOBS = "data", "blobs"
_JSON = ".json"


class Vault:
    """Objects of one place. `work`: an existing folder for files under way, private and on a roomy disk."""

    def __init__(self, place: Place, sealer: Sealer, work: Path) -> None:
        self.place, self.sealer, self._work = place, sealer, work

    def scratch(self) -> Path:
        """A file name of one's own in the working folder."""
        return self._work / secrets.token_hex(12)

    def key(self, folder: str, sha256: str) -> str:
        """Where bytes of that name are kept: plain ones, and those for other recipients, never share a key."""
        within = f"{folder}/{sha256[:2]}" if folder == BLOBS else folder
        return f"{within}/{sha256}{self.sealer.ending}"

    def keep(self, folder: str, source: Path, sha256: str = "", *, plain: bool = False) -> Object:
        """Store a file; `sha256` where it is known already; `plain` is never encrypted. Raises as the place does."""
        sha256, size = sha256 or file_hash(source), source.stat().st_size
        key = f"{folder}/{sha256}" if plain else self.key(folder, sha256)
        if plain or not self.sealer.seals:
            self.place.put(key, source)
            return Object(key=key, sha256=sha256, size=size, stored_sha256=sha256, stored_size=size)
        sealed = self.scratch()
        try:
            self.sealer.seal(source, sealed)
            self.place.put(key, sealed)
            return Object(
                key=key, sha256=sha256, size=size, stored_sha256=file_hash(sealed), stored_size=sealed.stat().st_size
            )
        finally:
            sealed.unlink(missing_ok=True)

    def bring(self, what: Object, to: Path) -> None:
        """Write an object's bytes into a new file. Raises Permanent where they are not what was stored."""
        if not what.key.endswith(ENDING):
            self.place.fetch(what.key, to)
            return self._same(to, what.sha256, what)
        sealed = self.scratch()
        try:
            self.place.fetch(what.key, sealed)
            self._same(sealed, what.stored_sha256, what)
            self.sealer.open(sealed, to)
        finally:
            sealed.unlink(missing_ok=True)
        self._same(to, what.sha256, what)

    def check(self, what: Object) -> str:
        """What is wrong with an object, '' if nothing: read whole; encrypted ones are opened where there is a key."""
        file = self.scratch()
        try:
            if what.key.endswith(ENDING) and not self.sealer.opens:
                self.place.fetch(what.key, file)
                self._same(file, what.stored_sha256, what)
            else:
                self.bring(what, file)
        except MaildError as error:
            return error.what
        finally:
            file.unlink(missing_ok=True)
        return ""

    @staticmethod
    def _same(file: Path, sha256: str, what: Object) -> None:
        if file_hash(file) != sha256:
            raise Permanent(f"{what.key} is damaged in the backup", remedy="try an older one: maild backup --list")

    # -- manifests ---------------------------------------------------------------------------------

    def write(self, made: Manifest) -> Manifest:
        """Store a manifest, the last thing of a backup: what is not named by one does not count."""
        data = made.to_bytes()
        name, file = manifests.name_of(data, made.created), self.scratch()
        try:
            file.write_bytes(data)
            self.place.put(f"{manifests.FOLDER}/{name}{_JSON}", file)
        finally:
            file.unlink(missing_ok=True)
        return manifests.read(name, data)

    def manifests(self) -> tuple[list[Manifest], list[str]]:
        """All backups that can be read, the oldest first; and what is wrong with others."""
        found, wrong = [], []
        for key in sorted(self.place.sizes(manifests.FOLDER)):
            file = self.scratch()
            try:
                self.place.fetch(key, file)
                found.append(manifests.read(Path(key).name.removesuffix(_JSON), file.read_bytes()))
            except MaildError as error:
                wrong.append(error.what)
            finally:
                file.unlink(missing_ok=True)
        return sorted(found, key=lambda one: (one.created, one.id)), wrong

    def blobs_of(self, made: Manifest) -> list[Object]:
        """The blobs of a backup. Their list is never encrypted: who makes and prunes backups need not be able to read
        them.
        """
        file = self.scratch()
        try:
            self.bring(made.list, file)
            return list(manifests.read_list(file.read_bytes()))
        finally:
            file.unlink(missing_ok=True)

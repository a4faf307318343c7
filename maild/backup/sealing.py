"""Encryption with age (age-encryption.org/v1), by pyrage: public keys write, a secret key reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maild.domain.errors import ConfigError, Permanent

ENDING = ".age"
_MARK = 8  # hexadecimal digits that tell recipients apart: few sets of them are ever used in one place


class Sealer:
    """Encrypts and decrypts files. Without recipients nothing is encrypted; without a key nothing can be read again.

    ending: of the names of what is encrypted, another for other recipients: what was sealed for those of before is not
    taken for what these can open, so that after a change of keys everything is written anew.

    Raises ConfigError for keys that are none, and where pyrage is missing though it is wanted.
    """

    def __init__(self, recipients: Sequence[str] = (), identity: str = "") -> None:
        self._recipients = [self._key("recipients", "Recipient", text) for text in recipients]
        self._identity = self._key("secret_key", "Identity", identity) if identity else None
        said = "\n".join(sorted({text.strip() for text in recipients}))
        self.ending = f".{hashlib.sha256(said.encode()).hexdigest()[:_MARK]}{ENDING}" if recipients else ""

    @property
    def seals(self) -> bool:
        """Whether what is written is encrypted."""
        return bool(self._recipients)

    @property
    def opens(self) -> bool:
        """Whether what is encrypted can be read."""
        return self._identity is not None

    def seal(self, source: Path, to: Path) -> None:
        """Encrypt a file into a new one."""
        _pyrage().encrypt_file(str(source), str(to), self._recipients)

    def open(self, source: Path, to: Path) -> None:
        """Decrypt a file into a new one. Raises Permanent without the key, or with another one."""
        if self._identity is None:
            raise Permanent("the backup is encrypted, and there is no key", remedy="set backup.secret_key_file")
        pyrage = _pyrage()
        try:
            pyrage.decrypt_file(str(source), str(to), [self._identity])
        except (pyrage.DecryptError, OSError) as error:
            raise Permanent(
                f"{source.name} cannot be decrypted: {error}",
                remedy="set the key of these backups in backup.secret_key_file",
            ) from error

    @staticmethod
    def _key(option: str, kind: str, text: str) -> Any:
        pyrage = _pyrage()
        try:
            return getattr(pyrage.x25519, kind).from_str(text.strip())
        except (pyrage.RecipientError, pyrage.IdentityError) as error:
            raise ConfigError(f"backup.{option}: this is no key of age's", remedy="age-keygen makes a pair") from error


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise ConfigError("encrypted backups need pyrage", remedy="pip install 'maild[backup]'") from error
    return pyrage

"""Is everything there that `maild run` needs: secrets, folders, keys, certificates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

from maild.config import Settings
from maild.domain.errors import Permanent
from maild.settings.environment import variable
from maild.settings.faults import Fault, SettingsError
from maild.settings.schema import FILE_SUFFIX


def require_for_run(settings: Settings) -> None:
    """Raises SettingsError with everything that keeps the daemon from running with these settings; Permanent where it
    is but the places of data, which another start may find: exit code 1, not 2.
    """
    faults = list(faults_for_run(settings))
    if faults and all(fault.passing for fault in faults):
        raise Permanent("\n".join(f"{fault.option}: {fault.what}" for fault in faults), remedy=faults[0].remedy)
    if faults:
        raise SettingsError(faults)


def faults_for_run(settings: Settings) -> Iterator[Fault]:
    """What is missing or unusable. Looks at files and folders; changes nothing, opens no connection."""
    yield from _secrets(settings)
    yield from _folders(settings)
    yield from _keys(settings)


def _missing(section: str, name: str, why: str) -> Fault:
    remedy = f"set {name}{FILE_SUFFIX} in [{section}], the environment variable {variable(section, name)}"
    return Fault(
        option=f"{section}.{name}",
        what=f"is missing, and {why}",
        remedy=f"{remedy}, or a systemd credential",
    )


def _secrets(settings: Settings) -> Iterator[Fault]:
    for box in settings.mailbox:
        if not box.user:
            remedy = f'set user in [[mailbox]], e.g. "{settings.office.address}"'
            yield Fault(option="mailbox.user", what=f"is missing for mailbox {box.name!r}", remedy=remedy)
        elif not box.password and box.login == "password":
            yield _missing("mailbox", "password", f"mailbox {box.name!r} logs in as {box.user!r}")
    if settings.smtp.user and not settings.smtp.password and settings.smtp.login == "password":
        yield _missing("smtp", "password", f"sending logs in as {settings.smtp.user!r}")
    if not settings.matching.token_key:
        yield _missing("matching", "token_key", "reply tokens are made with it (openssl rand -hex 32)")
    if settings.webhook.url and not settings.webhook.secret:
        yield _missing("webhook", "secret", 'events are signed with it (echo "whsec_$(openssl rand -base64 32)")')


def _folders(settings: Settings) -> Iterator[Fault]:
    yield from _writable("store.blobs", settings.store.blobs)
    scheme, _, path = settings.store.url.partition(":///")
    if scheme == "sqlite" and path and path != ":memory:":
        file = Path(path.partition("?")[0])
        yield from _writable("store.url", file.parent)
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            yield Fault(
                option="store.url",
                what=f"{file} cannot be written",
                remedy="mount its file system writable, or check owner and mode",
                passing=True,
            )


def _writable(option: str, folder: Path) -> Iterator[Fault]:
    """The folder, or the nearest one above that exists, must be a folder we may write to."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        what = f"{folder} cannot be made: {nearest} is not a folder"
        yield Fault(option=option, what=what, remedy="name another folder")
    elif not os.access(nearest, os.W_OK | os.X_OK):
        what = f"{folder} cannot be written"
        remedy = f"mount it writable, or create it for maild's user: install -d -o maild {folder}"
        yield Fault(option=option, what=what, remedy=remedy, passing=True)


def _keys(settings: Settings) -> Iterator[Fault]:
    files = [
        (f"mailbox[{i}].ca_file" if i else "mailbox.ca_file", box.ca_file) for i, box in enumerate(settings.mailbox)
    ]
    others = (("smtp.ca_file", settings.smtp.ca_file), ("webhook.ca_file", settings.webhook.ca_file))
    for option, name in (*files, *others):
        if name:
            yield from _certificate(option, name)
    if settings.smtp.dkim_domain:
        yield from _signing_key(Path(settings.smtp.dkim_key_file))


def _certificate(option: str, name: str) -> Iterator[Fault]:
    remedy = "give a PEM file of the authority that signed the server's certificate"
    try:
        ssl.create_default_context(cafile=name)
    except ssl.SSLError:
        yield Fault(option=option, what=f"{name} holds no PEM certificate", remedy=remedy)
    except OSError as error:
        yield Fault(option=option, what=f"cannot read {name}: {error.strerror}", remedy=remedy)


def _signing_key(path: Path) -> Iterator[Fault]:
    """RFC 8301: RSA of 1024 bits at least (2048 advised); RFC 8463: Ed25519."""
    option, remedy = "smtp.dkim_key_file", "make one with: openssl genrsa -out KEY 2048"
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Fault(option=option, what=f"cannot read {path}: {error.strerror}", remedy=remedy)
        return
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # Whether its numbers belong together is looked at where the signer is made.
        key = load_pem_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        yield Fault(option=option, what=f"{path} holds no unencrypted PEM private key", remedy=remedy)
        return
    if isinstance(key, RSAPrivateKey):
        if key.key_size < 1024:
            what = f"the RSA key of {key.key_size} bits is too short"
            yield Fault(option=option, what=what, remedy=remedy)
    elif not isinstance(key, Ed25519PrivateKey):
        yield Fault(option=option, what=f"{path} is neither an RSA nor an Ed25519 key", remedy=remedy)

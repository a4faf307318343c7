"""All checks; each by itself, the slow ones side by side, and none can keep another from being made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from maild.bootstrap import Services
from maild.config import Settings
from maild.doctor import dns, kept, local, servers
from maild.doctor.model import Check, error, ok, warning
from maild.doctor.stamps import stamps
from maild.doctor.texts import SAY
from maild.domain.errors import MaildError
from maild.settings import Loaded


def examine(loaded: Loaded, made: Services, *, network: bool = True) -> Iterator[Check]:
    """Look at everything and tell, in a fixed order. `network` False leaves servers and DNS alone."""
    if loaded.file is None and loaded.settings == Settings():
        yield warning("settings", SAY("no_configuration"), SAY("init_writes_one"))
    else:
        yield ok("settings", str(loaded.file) if loaded.file else SAY("no_file"))
    for one in loaded.warnings:
        where = f"{one.source}: {one.option}" if one.source else one.option
        yield warning("settings", f"{where} {one.what}", one.remedy)
    todo: list[tuple[str, Callable[[Services], Iterator[Check]]]] = [
        (_name(c), c) for c in (*local.CHECKS, *kept.CHECKS, stamps)
    ]
    if network:
        todo += servers.checks(made)
        todo += [(_name(c), c) for c in dns.CHECKS]
    _warm(made)
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="check") as pool:
        for future in [pool.submit(_guarded, name, check, made) for name, check in todo]:
            yield from future.result()


def _name(check: Callable[[Services], Iterator[Check]]) -> str:
    return check.__name__.replace("_", " ")


def _warm(made: Services) -> None:
    """Make what checks share in one thread; a fault shows again in the check that is about it."""
    for name in ("store", "rules", "renderer", "signer", "resolver", "receipts"):
        try:
            getattr(made, name)
        except MaildError:
            continue


def _guarded(name: str, check: Callable[[Services], Iterator[Check]], made: Services) -> list[Check]:
    found: list[Check] = []
    try:
        found.extend(check(made))
    except MaildError as fault:
        found.append(error(name, fault.what, fault.remedy or SAY("see_journal")))
    except Exception as fault:  # noqa: BLE001 - a doctor's duty: a check that fails ends no other
        found.append(error(name, SAY("check_failed", kind=type(fault).__name__, what=fault), SAY("report_it")))
    return found

"""The second reader as decisions hear it: the weights in force, loaded with the first mail that asks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from maild.domain.incoming.opinion import Opinion
from maild.domain.learning.control import NEVER
from maild.domain.learning.learned import SHIPPED, in_force

if TYPE_CHECKING:
    from maild.linear.weights import Weights
    from maild.store.uow import Store


class SecondReader:
    """Thread-safe. What a person adopts, or drift silences, is heard once others are made (Services.rules_changed).

    store: where adopted weights are kept; None: the shipped ones speak
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._loaded = False
        self._weights: Weights | None = None
        self._decision = 0

    def __call__(self, subject: str, text: str) -> Opinion | None:
        """What it thinks of a patron's new words; None where nobody listens. Raises Temporary as the store does."""
        weights = self._in_force()
        return weights.opinion(subject, text) if weights is not None else None

    def at(self, risk: str) -> float:
        """How probable it must find a kind that the rules read, for acts of that risk; NEVER where none is proven."""
        weights = self._in_force()
        return weights.at(risk) if weights is not None else NEVER

    def changed(self) -> bool:
        """Whether another decision is in force than when the weights were loaded. Raises Temporary."""
        return self._loaded and self._store is not None and _last(self._store) != self._decision

    def _in_force(self) -> Weights | None:
        with self._lock:
            if not self._loaded:
                self._decision = _last(self._store) if self._store is not None else 0
                self._weights = weights_in_force(self._store)
                self._loaded = True
            return self._weights


def _last(store: Store) -> int:
    with store.read() as uow:
        last = uow.learned.last()
    return last.id if last else 0


def weights_in_force(store: Store | None) -> Weights | None:
    """The weights that speak; None where nobody listens, or where what was adopted cannot be read any more."""
    from maild.classify.learned import second
    from maild.linear.weights import unpack

    if store is None:
        return second.shipped()
    with store.read() as uow:
        now = in_force(uow.learned.last())
        content = uow.learned.weights(now.version) if not now.silent else None
    if now.silent:
        return None
    if now.version == SHIPPED:
        return second.shipped()
    try:
        return unpack(content or b"")
    except ValueError:
        return None  # `maild check` tells of it; a reader that is lost holds mails back, and lets none go

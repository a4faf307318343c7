"""What the core sees of what staff keep at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from maild.domain.desk.kept import Kept, Sort


class KeptThings(Protocol):
    def find(self, sort: Sort, owners: Sequence[str] = ()) -> list[Kept]:
        """By name; of these owners ('' is everybody), or of all."""

    def get(self, kept_id: int) -> Kept | None:
        """The one of that id."""

    def put(self, kept: Kept) -> int:
        """Keep it, in the place of the one of its id, or else of its sort, owner and name. Returns the id."""

    def remove(self, ids: Sequence[int]) -> int:
        """Forget them; how many there were."""

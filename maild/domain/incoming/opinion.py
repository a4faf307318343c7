"""What the second reader thinks of a patron's mail: a reader beside the rules, never a ruling of its own."""

from __future__ import annotations

from dataclasses import dataclass

CONSENT = "consent"  # 'the fee is fine, go on': a class of its own here, fee_question with a field for the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One statistical reading.

    kinds    every kind the model knows with its calibrated probability, the most probable first; a mail may carry
             several, so they do not add up to 1. Names as `Kind` has them, and 'consent'
    words    what spoke most for the first kind, as written (folded), the strongest first
    version  which weights said so
    """

    kinds: tuple[tuple[str, float], ...]
    words: tuple[str, ...] = ()
    version: str = ""

    @property
    def kind(self) -> str:
        """The most probable kind."""
        return self.kinds[0][0]

    @property
    def sure(self) -> float:
        """The probability of the most probable kind."""
        return self.kinds[0][1]

    def probability(self, kind: str) -> float:
        """How probable it is that the mail carries the kind; 0 for one the model does not know."""
        return next((sure for name, sure in self.kinds if name == kind), 0.0)

"""Adversarial payment proofs: what was not paid, went back, went elsewhere, is doubled, stamped, struck or forged.

`plans(OPEN)` lists the cases by class with honest ones in the same layouts; `plan.case(OPEN)` draws one: the same
bytes every time on the same fonts and libraries. `python -m tests.bench.adverse` measures the reader and the decisions
on them.
"""

from tests.receipts.adverse.case import CLASSES, NEVER, Case
from tests.receipts.adverse.compose import Part, Plan, plans
from tests.receipts.adverse.later_part import LATER
from tests.receipts.adverse.open_part import OPEN
from tests.receipts.adverse.other_part import COUNTED, OTHER

__all__ = ["CLASSES", "COUNTED", "LATER", "NEVER", "OPEN", "OTHER", "Case", "Part", "Plan", "plans"]

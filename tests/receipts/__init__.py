"""Synthetic payment proofs with known truth, by seed. Read README.md before tuning anything on them."""

from tests.receipts.generator import ARRANGEMENTS, generate, several
from tests.receipts.truth import Sample, Truth

__all__ = ["ARRANGEMENTS", "Sample", "Truth", "generate", "several"]

"""An office that has not said its account or its codes: nothing that is read is held against them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.config import UNSET, Office
from maild.receipts.loading import load
from maild.receipts.page.ours import UNKNOWN, account_is_ours, codes_are_ours, is_ours


@pytest.mark.parametrize("nothing", ["", UNSET])
def test_nothing_is_held_against_what_is_not_said(nothing: str) -> None:
    """Neither ours nor another's: a person looks. With both said, the same codes are ours."""
    layouts, said = load(), Office()
    office = replace(
        said, bank_account=nothing, bank_payee=UNSET, transfer_department=nothing, transfer_project=nothing
    )
    assert account_is_ours("6222 0000 1111 2222 333", nothing) == UNKNOWN
    assert codes_are_ours("", "", "某某公司", layouts, office) is None
    assert codes_are_ours(nothing, nothing, "某某公司", layouts, office) is None
    assert is_ours("某某公司", "6222000011112222333", layouts, office) is None
    assert codes_are_ours(said.transfer_department, said.transfer_project, "", layouts, said) is True

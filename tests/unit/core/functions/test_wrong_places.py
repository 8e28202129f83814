"""Errors name the operand and dimension that are wrong, also where another one looks alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import core as torch
from core.nn import functional as F

CASES = {
    "operand 1": lambda: torch.einsum("i,jj->i", torch.ones(2), torch.ones(2, 3)),
    "dimension 2": lambda: F.pad(torch.ones(5, 5, 5), (6, 6), "reflect"),
    "dimension 3": lambda: F.pad(torch.ones(5, 5, 5, 5), (6, 6, 1, 1), "reflect"),
}


@pytest.mark.parametrize(("place", "call"), CASES.items(), ids=CASES)
def test_the_place_that_is_wrong(place: str, call: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match=place):
        call()

"""The type in which two operands meet: every pair of types, with and without dimensions, and Python's numbers."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import core

TYPES = "bool uint8 int8 int16 int32 int64 float16 float32 float64".split()
NUMBERS = (True, 2, 2.0)
FUNCTIONS = (
    "add sub mul div floor_divide remainder pow maximum fmax atan2 eq bitwise_and bitwise_left_shift logical_and xlogy "
    "copysign ldexp float_power where cat hypot logaddexp gcd heaviside lerp addcmul isclose fmod rsub true_divide "
    "result_type"
).split()


def operands(library: Any) -> list[tuple[str, Any]]:
    made: list[tuple[str, Any]] = [(str(each), each) for each in NUMBERS]
    for name, shape in product(TYPES, ((), (2,))):
        made.append((f"{name}{shape}", library.ones(shape, dtype=getattr(library, name))))
    return made


def outcome(library: Any, name: str, first: Any, second: Any) -> str:
    function = getattr(library, name)
    try:
        if name == "where":
            found = function(library.tensor([True, False]), first, second)
        elif name == "cat":
            found = function([first, second])
        elif name == "lerp":
            found = function(first, second, 0.5)
        elif name == "addcmul":
            found = function(first, second, second)
        else:
            found = function(first, second)
    except (RuntimeError, TypeError):
        return "refused"
    return str(found if name == "result_type" else found.dtype)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_same_type(torch: Any, name: str) -> None:
    wrong = []
    for (a, ours), (_, theirs) in zip(operands(core), operands(torch), strict=True):
        for (b, our_other), (_, their_other) in zip(operands(core), operands(torch), strict=True):
            if isinstance(theirs, (bool, int, float)) and isinstance(their_other, (bool, int, float)):
                continue
            expected, found = outcome(torch, name, theirs, their_other), outcome(core, name, ours, our_other)
            if found != expected:
                wrong.append(f"{a}, {b}: {found} instead of {expected}")
    assert not wrong, f"{len(wrong)}: " + "; ".join(wrong[:8])

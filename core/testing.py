"""Assertions about tensors, under PyTorch's names."""

from __future__ import annotations

from typing import Any

from core import methods as methods
from core.functions.comparison import isclose
from core.functions.creation import as_tensor
from core.tensors import dtypes
from core.tensors.tensor import Tensor

__all__ = ["assert_close"]

_TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: Any = None,
) -> None:
    """Raises AssertionError unless both, numbers or tensors or as many of them, are equal up to their type's rounding.

    rtol, atol: given both or neither; two values may be apart by atol + rtol * |expected|.
    """
    if (rtol is None) != (atol is None):
        raise ValueError("Both 'rtol' and 'atol' must be either specified or unspecified")
    options = (rtol, atol, equal_nan, check_dtype, check_device, msg)
    _compare(actual, expected, options, "")


def _compare(actual: Any, expected: Any, options: Any, place: str) -> None:
    if isinstance(actual, dict) and isinstance(expected, dict):
        if actual.keys() != expected.keys():
            raise AssertionError(f"The keys of the mappings do not match{place}")
        for key in actual:
            _compare(actual[key], expected[key], options, f"{place}, item [{key!r}]")
    elif isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        if len(actual) != len(expected):
            raise AssertionError(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}{place}")
        for number, pair in enumerate(zip(actual, expected, strict=True)):
            _compare(*pair, options, f"{place}, item [{number}]")
    else:
        _compare_tensors(as_tensor(actual), as_tensor(expected), options, place)


def _compare_tensors(actual: Tensor, expected: Tensor, options: Any, place: str) -> None:
    rtol, atol, equal_nan, check_dtype, check_device, msg = options
    for what, mine, other, matters in (
        ("shape", actual.shape, expected.shape, True),
        ("dtype", actual.dtype, expected.dtype, check_dtype),
        ("device", actual.device, expected.device, check_device),
    ):
        if matters and mine != other:
            _fail(f"The values for attribute '{what}' do not match: {mine} != {other}.{place}", msg)
    kind = dtypes.of(dtypes.promote_types(actual._array.dtype, expected._array.dtype))
    relative, absolute = _TOLERANCES.get(kind.name, (0.0, 0.0)) if rtol is None else (rtol, atol)
    pair = (actual.to(kind), expected.to(kind)) if kind.is_floating_point else (actual.double(), expected.double())
    wrong = ~isclose(*pair, relative, absolute, equal_nan)
    if bool(wrong.any()):
        count, total = int(wrong.sum()), wrong.numel()
        greatest = float((pair[0] - pair[1]).abs().max())
        _fail(
            f"Tensor-likes are not {'close' if relative or absolute else 'equal'}!{place}\n\n"
            f"Mismatched elements: {count} / {total} ({100 * count / total:.1f}%)\n"
            f"Greatest absolute difference: {greatest} (up to {absolute} allowed)",
            msg,
        )


def _fail(sentence: str, msg: Any) -> None:
    raise AssertionError(msg(sentence) if callable(msg) else msg or sentence)

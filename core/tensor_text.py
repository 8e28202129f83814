"""The text of a tensor, letter by letter as PyTorch prints it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import dtypes
from core.backend import is_on_gpu, to_numpy
from core.tensor import Tensor

LINE_WIDTH = 80
PRECISION = 4
SUMMARY_ABOVE = 1000
EDGE_ITEMS = 3

Numbers = np.ndarray[Any, Any]


def tensor_text(tensor: Tensor) -> str:
    prefix = "Parameter containing:\ntensor(" if _is_parameter(tensor) else "tensor("
    indent = len("tensor(")
    numbers = to_numpy(tensor._array)
    body = _body(numbers, indent) if numbers.size else "[]"
    return prefix + _with_suffixes(body, _suffixes(tensor), indent)


def _is_parameter(tensor: Tensor) -> bool:
    return type(tensor) is not Tensor and getattr(tensor, "is_parameter", False)


def _suffixes(tensor: Tensor) -> list[str]:
    suffixes = []
    if is_on_gpu(tensor._array):
        suffixes.append(f"device='{tensor.device}'")
    if not tensor._array.size and tensor.ndim != 1:
        suffixes.append(f"size={tuple(tensor.shape)}")
    usual = (dtypes.get_default_dtype(), dtypes.bool) + (() if not tensor._array.size else (dtypes.int64,))
    if tensor.dtype not in usual:
        suffixes.append(f"dtype={tensor.dtype}")
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{tensor.grad_fn.name()}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return suffixes


def _with_suffixes(body: str, suffixes: list[str], indent: int) -> str:
    last = ("tensor(" + body).rpartition("\n")[2]
    width = len(last) + 2
    for suffix in suffixes:
        if width + len(suffix) + 2 > LINE_WIDTH:
            body += ",\n" + " " * indent + suffix
            width = indent + len(suffix)
        else:
            body += ", " + suffix
            width += len(suffix) + 2
    return body + ")"


def _body(numbers: Numbers, indent: int) -> str:
    summarise = numbers.size > SUMMARY_ABOVE
    return _nested(numbers, indent, summarise, _Format.of(_edges(numbers) if summarise else numbers))


def _edges(numbers: Numbers) -> Numbers:
    """The corners that a summary shows."""
    for axis, length in enumerate(numbers.shape):
        if length > 2 * EDGE_ITEMS:
            shown = [*range(EDGE_ITEMS), *range(length - EDGE_ITEMS, length)]
            numbers = numbers.take(shown, axis=axis)
    return numbers


def _nested(numbers: Numbers, indent: int, summarise: bool, style: _Format) -> str:
    if numbers.ndim == 0:
        return style.text(numbers.item())
    long = summarise and len(numbers) > 2 * EDGE_ITEMS
    rows = [*range(EDGE_ITEMS), *range(len(numbers) - EDGE_ITEMS, len(numbers))] if long else range(len(numbers))
    if numbers.ndim == 1:
        parts = [style.text(numbers[row].item()) for row in rows]
        return _wrapped([*parts[:EDGE_ITEMS], " ...", *parts[EDGE_ITEMS:]] if long else parts, indent, style)
    parts = [_nested(numbers[row], indent + 1, summarise, style) for row in rows]
    if long:
        parts = [*parts[:EDGE_ITEMS], "...", *parts[EDGE_ITEMS:]]
    return "[" + ("," + "\n" * (numbers.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _wrapped(parts: list[str], indent: int, style: _Format) -> str:
    per_line = max(1, (LINE_WIDTH - indent) // (style.width + 2))
    lines = [", ".join(parts[start : start + per_line]) for start in range(0, len(parts), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


@dataclass(frozen=True)
class _Format:
    """How the numbers of one tensor are written: all in the same width."""

    width: int
    kind: str

    @classmethod
    def of(cls, numbers: Numbers) -> _Format:
        if numbers.dtype.kind != "f":
            return cls(max(len(str(each)) for each in numbers.ravel().tolist()) if numbers.size else 1, "exact")
        finite = numbers[np.isfinite(numbers) & (numbers != 0)].astype(np.float64)
        if not finite.size:
            return cls(1, "whole")
        kind = cls._kind(finite)
        plain = cls(0, kind)
        return cls(max(len(plain.text(each)) for each in finite.tolist()), kind)

    @staticmethod
    def _kind(finite: Numbers) -> str:
        sizes = np.abs(finite)
        if sizes.max() / sizes.min() > 1000 or sizes.max() > 1e8 or sizes.min() < 1e-4:
            return "scientific"
        return "whole" if (finite == np.ceil(finite)).all() else "fixed"

    def text(self, value: Any) -> str:
        if self.kind == "exact":
            plain = str(value)
        elif self.kind == "scientific":
            plain = f"{value:.{PRECISION}e}"
        elif self.kind == "fixed":
            plain = f"{value:.{PRECISION}f}"
        else:
            plain = f"{value:.0f}" + ("." if math.isfinite(value) else "")
        return plain.rjust(self.width)

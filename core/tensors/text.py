"""The text of a tensor, letter by letter as PyTorch prints it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.arrays.backend import is_on_gpu, to_numpy
from core.tensors import dtypes
from core.tensors.tensor import Tensor


@dataclass
class _Options:
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=math.inf),
}
_options = _Options()

Numbers = np.ndarray[Any, Any]


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """How tensors are printed: digits, elements above which corners stand for all, how many of them, letters a line.

    profile: `default`, `short` or `full`. sci_mode: whether with exponents; None to let the numbers decide.
    """
    global _options
    if profile is not None:
        _options = replace(_PROFILES[profile])
    given: dict[str, Any] = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    _options = replace(
        _options, sci_mode=sci_mode, **{name: option for name, option in given.items() if option is not None}
    )


def tensor_text(tensor: Tensor) -> str:
    """The numbers, summarised where there are many, and what is unusual about the tensor."""
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
        if width + len(suffix) + 2 > _options.linewidth:
            body += ",\n" + " " * indent + suffix
            width = indent + len(suffix)
        else:
            body += ", " + suffix
            width += len(suffix) + 2
    return body + ")"


def _body(numbers: Numbers, indent: int) -> str:
    summarise = numbers.size > _options.threshold
    return _nested(numbers, indent, summarise, _Format.of(_edges(numbers) if summarise else numbers))


def _edges(numbers: Numbers) -> Numbers:
    """The corners that a summary shows."""
    for axis, length in enumerate(numbers.shape):
        if length > 2 * _options.edgeitems:
            shown = [*range(_options.edgeitems), *range(length - _options.edgeitems, length)]
            numbers = numbers.take(shown, axis=axis)
    return numbers


def _nested(numbers: Numbers, indent: int, summarise: bool, style: _Format) -> str:
    if numbers.ndim == 0:
        return style.text(numbers.item())
    long = summarise and len(numbers) > 2 * _options.edgeitems
    rows = (
        [*range(_options.edgeitems), *range(len(numbers) - _options.edgeitems, len(numbers))]
        if long
        else range(len(numbers))
    )
    if numbers.ndim == 1:
        parts = [style.text(numbers[row].item()) for row in rows]
        return _wrapped(
            [*parts[: _options.edgeitems], " ...", *parts[_options.edgeitems :]] if long else parts, indent, style
        )
    parts = [_nested(numbers[row], indent + 1, summarise, style) for row in rows]
    if long:
        parts = [*parts[: _options.edgeitems], "...", *parts[_options.edgeitems :]]
    return "[" + ("," + "\n" * (numbers.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _wrapped(parts: list[str], indent: int, style: _Format) -> str:
    per_line = max(1, (_options.linewidth - indent) // (style.width + 2))
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
            return cls(max(len(str(number)) for number in numbers.ravel().tolist()) if numbers.size else 1, "exact")
        finite = numbers[np.isfinite(numbers) & (numbers != 0)].astype(np.float64)
        if not finite.size:
            return cls(1, "whole")
        kind = cls._kind(finite)
        plain = cls(0, kind)
        return cls(max(len(plain.text(number)) for number in finite.tolist()), kind)

    @staticmethod
    def _kind(finite: Numbers) -> str:
        sizes = np.abs(finite)
        wide = sizes.max() / sizes.min() > 1000 or sizes.max() > 1e8 or sizes.min() < 1e-4
        if wide if _options.sci_mode is None else _options.sci_mode:
            return "scientific"
        return "whole" if (finite == np.ceil(finite)).all() else "fixed"

    def text(self, value: Any) -> str:
        if self.kind == "exact":
            plain = str(value)
        elif self.kind == "scientific":
            plain = f"{value:.{_options.precision}e}"
        elif self.kind == "fixed":
            plain = f"{value:.{_options.precision}f}"
        else:
            plain = f"{value:.0f}" + ("." if math.isfinite(value) else "")
        return plain.rjust(self.width)

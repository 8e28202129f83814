"""The linear layers as functions."""

from __future__ import annotations

from typing import Any

from core.autograd import record_as
from core.functions.operands import refuse
from core.ops.linear import Linear
from core.tensors.tensor import Tensor

__all__ = ["bilinear", "linear"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias. (..., in), (out, in), (out,) -> (..., out). Raises RuntimeError if they do not fit."""
    try:
        x, w = input._array, weight._array
        b = None if bias is None else bias._array
    except AttributeError as error:
        raise _no_tensor(input=input, weight=weight, bias=bias) from error
    if w.ndim != 2 or x.ndim == 0 or x.shape[-1] != w.shape[1] or x.dtype != w.dtype:
        return _by_vector(input, weight, bias)
    if x.dtype.kind == "b":
        refuse("addmm_impl_cpu_", input, "b")
    if b is None:
        return record_as(Linear(), (input, weight), (x, w))
    if b.dtype != x.dtype:
        raise _types("self", bias, weight)
    return record_as(Linear(), (input, weight, bias), (x, w, b))


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input1 @ weight[k] @ input2 + bias[k] for each k. (..., in1), (..., in2), (out, in1, in2) -> (..., out)."""
    _check_bilinear(input1, input2, weight, bias)
    outputs, in1, in2 = weight._array.shape
    left = input1.reshape(-1, in1) @ weight.permute(1, 0, 2).reshape(in1, outputs * in2)
    both = left.reshape(-1, outputs, in2) @ input2.reshape(-1, in2, 1)
    result: Tensor = both.reshape(*input1._array.shape[:-1], outputs)
    return result if bias is None else result + bias


def _by_vector(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """The rare case of a weight (in,), and the sentences for operands that do not fit."""
    x, w = input._array, weight._array
    if not x.ndim or not w.ndim:
        raise RuntimeError(f"both arguments to linear need to be at least 1D, but they are {x.ndim}D and {w.ndim}D")
    if w.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {w.ndim}D")
    if x.shape[-1] != w.shape[-1]:
        rows, features = x.size // max(x.shape[-1], 1), x.shape[-1]
        if w.ndim == 1:
            raise RuntimeError(f"size mismatch, got input ({rows}), mat ({rows}x{features}), vec ({len(w)})")
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{features} and {w.shape[1]}x{w.shape[0]})"
        )
    if x.dtype != w.dtype:
        if bias is None or x.ndim == w.ndim == 1:
            kinds = input.dtype.c_name, weight.dtype.c_name
            raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {kinds[0]} != {kinds[1]}")
        raise _types("mat1", input, weight)
    product: Tensor = input.matmul(weight)
    return product if bias is None else product + bias


def _types(name: str, first: Any, second: Tensor) -> RuntimeError:
    return RuntimeError(
        f"{name} and mat2 must have the same dtype, but got {first.dtype.title} and {second.dtype.title}"
    )


def _no_tensor(**given: Any) -> TypeError:
    place, name, kind = next(
        (place, name, type(argument).__name__)
        for place, (name, argument) in enumerate(given.items(), 1)
        if not isinstance(argument, Tensor)
    )
    return TypeError(f"linear(): argument '{name}' (position {place}) must be Tensor, not {kind}")


def _check_bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    first, second, w = input1._array, input2._array, weight._array
    if first.ndim != second.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {first.ndim} and {second.ndim}")
    for dim, (a, b) in enumerate(zip(first.shape[:-1], second.shape[:-1], strict=True)):
        if a != b:
            raise RuntimeError(f"bilinear(): input batch dimensions do not match at dim {dim}: got {a} and {b}")
    if not first.dtype == second.dtype == w.dtype:
        names = [tensor.dtype.c_name for tensor in (input1, input2, weight)]
        raise RuntimeError(
            f"All tensors must have the same dtype, got input1: {names[0]}, input2: {names[1]}, weight: {names[2]}"
        )
    found = (first.shape[-1], second.shape[-1], *(() if bias is None else (bias._array.shape[0],)))
    for name, length, expected in zip(("input1", "input2", "bias"), found, (*w.shape[1:], w.shape[0]), strict=False):
        if length != expected:
            raise RuntimeError(
                f"bilinear(): {name} size does not match weight size: got {length} but expected {expected}"
            )

"""The linear layer as a function."""

from __future__ import annotations

from core.autograd import record_as
from core.ops import matmul
from core.tensor import Tensor

__all__ = ["linear"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias. (..., in), (out, in), (out,) -> (..., out). Raises RuntimeError if they do not fit."""
    x, w = input._array, weight._array
    if x.ndim == 0 or x.shape[-1] != w.shape[-1] or x.dtype != w.dtype:
        raise _misfit(input, weight)
    if bias is None:
        return record_as(matmul.Linear(), (input, weight), (x, w))
    return record_as(matmul.Linear(), (input, weight, bias), (x, w, bias._array))


def _misfit(input: Tensor, weight: Tensor) -> RuntimeError:
    if input._array.ndim and input._array.shape[-1] == weight._array.shape[-1]:
        return RuntimeError(
            f"mat1 and mat2 must have the same dtype, but got {input.dtype.title} and {weight.dtype.title}"
        )
    rows = input._array.size // max(input._array.shape[-1], 1) if input.ndim else 1
    columns = input._array.shape[-1] if input.ndim else 1
    outputs, inputs = weight._array.shape
    return RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows}x{columns} and {inputs}x{outputs})")

"""Operations on images leave channels last in memory. Who asks how a tensor lies there finds it in PyTorch's order."""

from __future__ import annotations

from core.arrays.backend import Array, namespace
from core.ops.windows import channels_last
from core.tensors.tensor import Tensor


def settled(input: Tensor) -> Array:
    """The array of `input`; if it lies channels last it is laid in order first, unless it is a view of another."""
    array = input._array
    if array.ndim < 3 or array.flags.c_contiguous or input._view is not None:
        return array
    if channels_last(array).flags.c_contiguous:
        input._array = array = namespace(array).ascontiguousarray(array)
    return array

"""Parameters as one long vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from core.autograd import check_devices
from core.functions.shape import cat
from core.tensors.tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All numbers of the parameters, one parameter after the other. Gradients flow through."""
    every = list(parameters)
    check_devices([tensor._array for tensor in every])
    return cat([tensor.reshape(-1) for tensor in every])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Gives each parameter its part of `vec`, whose memory they then share. Raises RuntimeError if it is too short."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    start = 0
    for parameter in parameters:
        end = start + parameter._array.size
        parameter.data = vec[start:end].view(parameter._array.shape).data
        start = end

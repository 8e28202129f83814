"""Analytic gradients against numeric ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core import autograd
from core.backend import to_numpy
from core.device import device_of, place
from core.errors import NetloomError
from core.grad_mode import no_grad
from core.tensor import Tensor, tensor_of


class GradcheckError(NetloomError, RuntimeError):
    """The analytic gradient is not the numeric one."""


def gradcheck(
    func: Callable[..., Tensor],
    inputs: Tensor | Sequence[Tensor],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Whether the gradients of `func(*inputs)` agree with central differences, for inputs that require a gradient.

    The output is weighted with random numbers and summed, so that one backward pass tests the whole Jacobian. Inputs
    should be of double precision. Raises GradcheckError (a RuntimeError) with both numbers, or returns False.
    """
    operands = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [each for each in operands if each.requires_grad]
    if not checked:
        raise ValueError("gradcheck expects at least one input tensor to require gradient")
    output = func(*operands)
    weights = place(np.random.default_rng(0).standard_normal(output._array.shape), output.device)
    found = autograd.grad(output, checked, tensor_of(weights.astype(output._array.dtype)), allow_unused=True)
    for number, (tensor, analytic) in enumerate(zip(checked, found, strict=True)):
        numeric = _numeric(lambda: func(*operands), tensor, weights, eps)
        actual = np.zeros_like(numeric) if analytic is None else to_numpy(analytic._array)
        if not np.allclose(actual, numeric, rtol, atol, equal_nan=True):
            if not raise_exception:
                return False
            worst = np.unravel_index(np.argmax(np.abs(actual - numeric)), numeric.shape)
            raise GradcheckError(
                "Gradient of input {number} at {place}: numeric {numeric:.8g}, analytic {analytic:.8g}",
                number=number,
                place=[int(each) for each in worst],
                numeric=float(numeric[worst]),
                analytic=float(actual[worst]),
            )
    return True


def _numeric(func: Callable[[], Tensor], tensor: Tensor, weights: Any, eps: float) -> np.ndarray[Any, Any]:
    """Central differences of the weighted sum of the output, element by element."""
    original = to_numpy(tensor._array).copy()
    slopes = np.zeros(original.shape)

    def weighted(changed: np.ndarray[Any, Any]) -> float:
        tensor._array[...] = place(changed, device_of(tensor._array))
        with no_grad():
            return float((to_numpy(func()._array) * to_numpy(weights)).sum())

    for index in np.ndindex(original.shape):
        shifted = original.copy()
        shifted[index] += eps
        above = weighted(shifted)
        shifted[index] -= 2 * eps
        slopes[index] = (above - weighted(shifted)) / (2 * eps)
    tensor._array[...] = place(original, device_of(tensor._array))
    return slopes

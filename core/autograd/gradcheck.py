"""Analytic gradients against numeric ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from core.arrays.backend import to_numpy
from core.arrays.device import device_of, place
from core.autograd.running import grad
from core.errors import NetloomError
from core.tensors.grad_mode import enable_grad, no_grad
from core.tensors.tensor import Tensor, tensor_of

Numbers = np.ndarray[Any, Any]


class GradcheckError(NetloomError, RuntimeError):
    """The analytic gradient is not the numeric one."""


def gradcheck(
    func: Callable[..., Tensor | Sequence[Tensor]],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    fast_mode: bool = True,
) -> bool:
    """Whether the gradients of `func(*inputs)` agree with central differences, for inputs that require a gradient.

    The outputs are weighted with random numbers and summed, so that one backward pass tests the whole Jacobian,
    whatever `fast_mode` says. Inputs should be of double precision. Raises GradcheckError (a RuntimeError) with both
    numbers, or returns False.
    """
    operands = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [operand for operand in operands if isinstance(operand, Tensor) and operand.requires_grad]
    if not checked:
        raise ValueError("gradcheck expects at least one input tensor to require gradient")
    outputs = _differentiable(func(*operands))
    weights = [_random(output, seed) for seed, output in enumerate(outputs)]
    ends = [output for output in outputs if output.requires_grad]
    seeds = [weight for output, weight in zip(outputs, weights, strict=True) if output.requires_grad]
    none = (None,) * len(checked)
    found = grad(ends, checked, seeds, allow_unused=True) if ends else none
    for number, (tensor, analytic) in enumerate(zip(checked, found, strict=True)):
        numeric = _numeric(lambda: _differentiable(func(*operands)), tensor, weights, eps)
        actual = np.zeros_like(numeric) if analytic is None else to_numpy(analytic._array)
        if not np.allclose(actual, numeric, rtol, atol, equal_nan=True):
            if not raise_exception:
                return False
            raise _wrong(number, actual, numeric)
    return True


def gradgradcheck(
    func: Callable[..., Tensor | Sequence[Tensor]],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    fast_mode: bool = True,
) -> bool:
    """Whether the gradients of the gradients of `func(*inputs)` agree with central differences of the gradients.

    As `gradcheck` on the function from the inputs and the gradients of the outputs to the gradients of the inputs; the
    former are random without `grad_outputs`.
    """
    operands = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    places = [place for place, operand in enumerate(operands) if isinstance(operand, Tensor) and operand.requires_grad]
    outputs = [output for output in _differentiable(func(*operands)) if output.requires_grad]
    if grad_outputs is None:
        seeds = [_random(output, 100 + seed).requires_grad_() for seed, output in enumerate(outputs)]
    else:
        seeds = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)

    @enable_grad()
    def gradients(*args: Any) -> list[Tensor]:
        given, weights = args[: len(operands)], args[len(operands) :]
        made = [output for output in _differentiable(func(*given)) if output.requires_grad]
        wanted = [given[place] for place in places]
        found = grad(made, wanted, weights, create_graph=True, allow_unused=True)
        return [tensor for tensor in found if tensor is not None]

    return gradcheck(gradients, [*operands, *seeds], eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception)


def _differentiable(outputs: Tensor | Sequence[Tensor]) -> list[Tensor]:
    every = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    return [tensor for tensor in every if tensor._array.dtype.kind == "f"]


def _random(like: Tensor, seed: int) -> Tensor:
    numbers = np.random.default_rng(seed).standard_normal(like._array.shape).astype(like._array.dtype)
    return tensor_of(place(np.asarray(numbers), like.device))


def _numeric(func: Callable[[], list[Tensor]], tensor: Tensor, weights: list[Tensor], eps: float) -> Numbers:
    """Central differences of the weighted sum of the outputs, element by element."""
    original = to_numpy(tensor._array).copy()
    slopes = np.zeros(original.shape)
    factors = [to_numpy(weight._array) for weight in weights]

    def weighted(changed: Numbers) -> float:
        tensor._array[...] = place(changed, device_of(tensor._array))
        with no_grad():
            outputs = func()
        return float(sum((to_numpy(output._array) * by).sum() for output, by in zip(outputs, factors, strict=True)))

    for index in np.ndindex(original.shape):
        shifted = original.copy()
        shifted[index] += eps
        above = weighted(shifted)
        shifted[index] -= 2 * eps
        slopes[index] = (above - weighted(shifted)) / (2 * eps)
    tensor._array[...] = place(original, device_of(tensor._array))
    return slopes


def _wrong(number: int, actual: Numbers, numeric: Numbers) -> GradcheckError:
    worst = np.unravel_index(np.argmax(np.abs(actual - numeric)), numeric.shape)
    return GradcheckError(
        "Gradient of input {number} at {place}: numeric {numeric:.8g}, analytic {analytic:.8g}",
        number=number,
        place=[int(place) for place in worst],
        numeric=float(numeric[worst]),
        analytic=float(actual[worst]),
    )


class _Callable(ModuleType):
    """Python gives a package the name of a module in it: `autograd.gradcheck(…)` works all the same."""

    def __call__(self, *args: Any, **named: Any) -> bool:
        return gradcheck(*args, **named)


sys.modules[__name__].__class__ = _Callable

"""Scores along one dimension as probabilities."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from core.arrays.device import device_of, place
from core.functions.softmax import log_softmax as _log_softmax
from core.functions.softmax import softmax as _softmax
from core.random.generator import default_generator
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["gumbel_softmax", "log_softmax", "softmax", "softmin"]


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """exp(x) divided by its sum along `dim`; without `dim` along 0 for 0, 1 and 3 dimensions, else along 1."""
    return _softmax(input, _usual_dim("softmax", input, _stacklevel) if dim is None else dim, dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`."""
    return _log_softmax(input, _usual_dim("log_softmax", input, _stacklevel) if dim is None else dim, dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`softmax` of -x."""
    return _softmax(-input, _usual_dim("softmin", input, _stacklevel) if dim is None else dim, dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A random draw by the scores, softened by the temperature tau (E. Jang et al., 2017).

    hard: 1 for the drawn one and 0 elsewhere, with the gradient of the soft draw.
    """
    noise = _gumbel_noise(logits)
    soft = _softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    index = soft.argmax(dim, keepdim=True)
    one_hot = soft.new_zeros(soft.shape).scatter_(dim, index, 1.0)
    return one_hot - soft.detach() + soft


def _usual_dim(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def _gumbel_noise(logits: Tensor) -> Tensor:
    """Minus the logarithm of exponentially distributed numbers. Raises RuntimeError unless `logits` are floats."""
    kind = logits._array.dtype
    if kind.kind != "f":
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {logits.dtype.title}"
        )
    draws = default_generator.uniform(logits._array.size, np.dtype(np.float64))
    exponential = (-np.log1p(-draws)).astype(kind).reshape(logits._array.shape)
    return tensor_of(place(np.asarray(-np.log(exponential)), device_of(logits._array)))

"""Activations as functions."""

from __future__ import annotations

from typing import Any

from core.autograd import record, record_in_place
from core.functions.elementwise import log_softmax as _log_softmax
from core.functions.elementwise import relu as _relu
from core.functions.elementwise import sigmoid, tanh
from core.functions.elementwise import softmax as _softmax
from core.ops import activation as ops
from core.tensor import Tensor

__all__ = ["elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh"]


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), with gradient 0 at 0."""
    return input.relu_() if inplace else _relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, else negative_slope * x."""
    return maybe_in_place(ops.LeakyRelu(negative_slope), input, inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, else alpha * (exp(x) - 1)."""
    return maybe_in_place(ops.Elu(alpha), input, inplace)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x)."""
    return maybe_in_place(ops.Silu(), input, inplace)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x times the normal distribution's cumulative probability at x; `approximate='tanh'` takes the quicker formula."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return record(ops.Gelu(approximate), input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * x)) / beta; x itself where beta * x exceeds the threshold."""
    return record(ops.Softplus(beta, threshold), input)


def softmax(input: Tensor, dim: int | None = None, dtype: Any = None) -> Tensor:
    """exp(x) divided by its sum along `dim`; without `dim` along 0 for 0, 1 and 3 dimensions, else along 1."""
    return _softmax(input, _usual_dim(input) if dim is None else dim, dtype)


def log_softmax(input: Tensor, dim: int | None = None, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`."""
    return _log_softmax(input, _usual_dim(input) if dim is None else dim, dtype)


def maybe_in_place(op: Any, input: Tensor, inplace: bool) -> Tensor:
    return record_in_place(op, input) if inplace else record(op, input)


def _usual_dim(input: Tensor) -> int:
    return 0 if input.ndim in (0, 1, 3) else 1

"""Layers, activations and losses as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.autograd import record, record_as, record_in_place
from core.backend import Array, namespace
from core.device import place
from core.functions.elementwise import log_softmax as _log_softmax
from core.functions.elementwise import relu as _relu
from core.functions.elementwise import sigmoid, tanh
from core.functions.elementwise import softmax as _softmax
from core.generator import default_generator
from core.nn.loss_functions import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    l1_loss,
    mse_loss,
    nll_loss,
)
from core.nn.normalization_functions import batch_norm, layer_norm, normalize
from core.ops import activation as ops
from core.ops import matmul
from core.tensor import Tensor, tensor_of

__all__ = [
    "batch_norm",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "elu",
    "gelu",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias. (..., in), (out, in), (out,) -> (..., out). Raises RuntimeError if they do not fit."""
    x, w = input._array, weight._array
    if x.ndim == 0 or x.shape[-1] != w.shape[-1] or x.dtype != w.dtype:
        raise _misfit(input, weight)
    if bias is None:
        return record_as(matmul.Linear(), (input, weight), (x, w))
    return record_as(matmul.Linear(), (input, weight, bias), (x, w, bias._array))


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), with gradient 0 at 0."""
    return input.relu_() if inplace else _relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, else negative_slope * x."""
    return _maybe_in_place(ops.LeakyRelu(negative_slope), input, inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, else alpha * (exp(x) - 1)."""
    return _maybe_in_place(ops.Elu(alpha), input, inplace)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x)."""
    return _maybe_in_place(ops.Silu(), input, inplace)


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


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zeros each element with probability p and scales the rest by 1 / (1 - p); the same object when not training."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    array = input._array
    draws = default_generator.words(array.size).reshape(array.shape)
    scale = array.dtype.type(1 / (1 - p)) if p < 1 else array.dtype.type(0)
    mask = np.where(draws >= np.uint32(min(p * 2**32, 2**32 - 1)), scale, array.dtype.type(0))
    return _maybe_in_place(ops.Dropout(place(mask, input.device)), input, inplace)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A new last dimension with 1 at the class that each element names and 0 elsewhere, as int64."""
    classes: Array = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and (int(classes.min()) < 0 or int(classes.max()) >= count):
        raise RuntimeError("Class values must be non-negative and smaller than num_classes.")
    xp = namespace(classes)
    return tensor_of((classes[..., None] == xp.arange(count)).astype(xp.int64))


def _maybe_in_place(op: Any, input: Tensor, inplace: bool) -> Tensor:
    return record_in_place(op, input) if inplace else record(op, input)


def _usual_dim(input: Tensor) -> int:
    return 0 if input.ndim in (0, 1, 3) else 1


def _misfit(input: Tensor, weight: Tensor) -> RuntimeError:
    if input._array.ndim and input._array.shape[-1] == weight._array.shape[-1]:
        return RuntimeError(
            f"mat1 and mat2 must have the same dtype, but got {input.dtype.title} and {weight.dtype.title}"
        )
    rows = input._array.size // max(input._array.shape[-1], 1) if input.ndim else 1
    columns = input._array.shape[-1] if input.ndim else 1
    outputs, inputs = weight._array.shape
    return RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows}x{columns} and {inputs}x{outputs})")

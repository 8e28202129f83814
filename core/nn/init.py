"""Initialisers. Each fills a tensor in place, records nothing, and returns it."""

from __future__ import annotations

import math
import warnings
from typing import Any

from core.arrays.backend import namespace
from core.functions import creation
from core.functions.arithmetic import where
from core.random.draws import randn, randperm
from core.random.generator import Generator
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

_GAINS = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
_GAIN_ONE = (
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "sigmoid",
)


def calculate_gain(nonlinearity: str, param: Any = None) -> float:
    """The factor that keeps the spread of activations through that function. Raises ValueError for others."""
    if nonlinearity in _GAIN_ONE:
        return 1
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, int | float):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return _GAINS[nonlinearity]


@no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Even between a and b."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """The normal distribution."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """The normal distribution within [a, b], by drawing again what falls outside.

    Where little of it lies within, numbers are drawn evenly and kept by its density (C. P. Robert, 1995).
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be "
            "incorrect.",
            stacklevel=3,
        )
    low, high = (0.5 * (1 + math.erf((bound - mean) / std / math.sqrt(2))) for bound in (a, b))
    if high - low > 0.3:
        tensor.normal_(mean, std, generator=generator)
        while bool((outside := (tensor < a) | (tensor > b)).any()):
            again = creation.empty_like(tensor).normal_(mean, std, generator=generator)
            tensor.copy_(where(outside, again, tensor))
        return tensor
    peak = ((max(a, min(mean, b)) - mean) / std) ** 2
    pending = creation.ones_like(tensor) > 0
    while bool(pending.any()):
        candidates = creation.empty_like(tensor).uniform_(a, b, generator=generator)
        tensor.copy_(where(pending, candidates, tensor))
        log_density = -0.5 * (((candidates - mean) / std) ** 2 - peak)
        pending &= creation.empty_like(tensor).uniform_(generator=generator).log_() > log_density
    return tensor


@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """The same number everywhere."""
    return tensor.fill_(val)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """The identity. Raises ValueError unless it is a matrix."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return tensor.copy_(creation.eye(*tensor.shape, dtype=tensor.dtype, device=tensor.device))


@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A kernel (out, in, ...) that hands each input channel on, group by group, as far as there are outputs.

    Raises ValueError unless it has three to five dimensions and the outputs can be divided into the groups.
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    outputs, inputs, *places = tensor.shape
    if outputs % groups:
        raise ValueError("dim 0 must be divisible by groups")
    tensor.zero_()
    middle = [length // 2 for length in places]
    for first in range(0, outputs, max(outputs // groups, 1)):
        for channel in range(min(outputs // groups, inputs)):
            tensor[(first + channel, channel, *middle)] = 1
    return tensor


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Even within gain * sqrt(6 / (inputs + outputs)) (Glorot and Bengio, 2010)."""
    inputs, outputs = fans(tensor)
    bound = math.sqrt(3.0) * gain * math.sqrt(2.0 / float(inputs + outputs))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with deviation gain * sqrt(2 / (inputs + outputs)) (Glorot and Bengio, 2010)."""
    inputs, outputs = fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(inputs + outputs)), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Even within gain * sqrt(3 / fan) (He et al., 2015)."""
    if _has_nothing(tensor):
        return tensor
    bound = math.sqrt(3.0) * calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with deviation gain / sqrt(fan) (He et al., 2015)."""
    if _has_nothing(tensor):
        return tensor
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Rows (or columns, if fewer) at right angles and of length `gain` (Saxe et al., 2013)."""
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if not tensor.numel():
        return tensor
    rows, columns = tensor.shape[0], tensor.numel() // tensor.shape[0]
    flat = randn(rows, columns, generator=generator, dtype=tensor.dtype)._array
    xp = namespace(flat)
    q, r = xp.linalg.qr(flat.T if rows < columns else flat)
    diagonal = xp.diagonal(r)
    q = q * xp.sign(diagonal)
    values = creation.from_numpy((q.T if rows < columns else q).reshape(tuple(tensor.shape)) * gain)
    return tensor.copy_(values.to(tensor))


@no_grad()
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Normal, with that share of each column zero. Raises ValueError unless it is a matrix."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    tensor.normal_(0, std, generator=generator)
    for column in range(columns):
        tensor[randperm(rows)[: math.ceil(sparsity * rows)], column] = 0
    return tensor


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs and outputs a weight (out, in, *kernel) joins. Raises ValueError below two dimensions."""
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    receptive = math.prod(tensor.shape[2:])
    return tensor.shape[1] * receptive, tensor.shape[0] * receptive


_calculate_fan_in_and_fan_out = fans  # a name that layers written for PyTorch use


def _has_nothing(tensor: Tensor) -> bool:
    if tensor._array.size == 0:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
    return bool(tensor._array.size == 0)


def _fan(tensor: Tensor, mode: str) -> int:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return fans(tensor)[mode.lower() == "fan_out"]


_OLDER = (
    "constant dirac eye kaiming_normal kaiming_uniform normal orthogonal sparse uniform xavier_normal xavier_uniform"
).split()


def __getattr__(name: str) -> Any:
    """PyTorch's older names, without the line at their end."""
    if name not in _OLDER:
        raise AttributeError(f"module 'core.nn.init' has no attribute '{name}'")
    own = globals()[f"{name}_"]

    def older(*args: Any, **kwargs: Any) -> Any:
        sentence = f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`."
        warnings.warn(sentence, FutureWarning, stacklevel=2)
        return own(*args, **kwargs)

    return older

"""Dropout as functions. A seed gives the masks that PyTorch draws on the CPU."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from core.arrays.backend import Array
from core.arrays.device import place
from core.nn.functional.activation import maybe_in_place
from core.ops import dropout as ops
from core.random.generator import default_generator
from core.tensors.tensor import Tensor

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]

_SELU_FLOOR = 1.7580993408473766
"""What SELU tends to towards minus infinity, without its sign: its scale times its alpha."""


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zeros each element with probability p and scales the rest by 1 / (1 - p); the same object when not training."""
    _check(p)
    if not training or p == 0:
        return input
    return _dropped(input, p, input._array.shape, inplace)


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout` for whole channels. (N, C, L) or (C, L), else RuntimeError."""
    _check(p)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that dropout1d exists to "
            "provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional "
            "batch dimension (i.e. 2D or 3D inputs)."
        )
    return _channels_dropped(input, p, training, inplace, batched=input.ndim == 3)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout` for whole channels. (N, C, H, W); three dimensions are taken for (N, C, L)."""
    _check(p)
    if input.ndim == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired "
            "- input is interpreted as shape (N, C, L), where C is the channel dim. To maintain the 1D channel-wise "
            "dropout behavior, please switch to using dropout1d instead.",
            stacklevel=2,
        )
    elif input.ndim != 4:
        _warn_of_dimensions("dropout2d", input.ndim, 2)
    return _channels_dropped(input, p, training, inplace, batched=True)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """As `dropout` for whole channels. (N, C, D, H, W) or (C, D, H, W)."""
    _check(p)
    if input.ndim not in (4, 5):
        _warn_of_dimensions("dropout3d", input.ndim, 3)
    return _channels_dropped(input, p, training, inplace, batched=input.ndim == 5)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Sets each element to SELU's floor with probability p, and keeps mean and variance (Klambauer et al., 2017)."""
    _check(p)
    return _alpha_dropped(input, p, input._array.shape, inplace) if training and p else input


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """As `alpha_dropout` for whole channels, (N, C, ...)."""
    _check(p)
    return _alpha_dropped(input, p, _channel_shape(input), inplace) if training and p else input


def _dropped(input: Tensor, p: float, shape: tuple[int, ...], inplace: bool) -> Tensor:
    kind = input._array.dtype
    if kind.kind != "f":
        raise RuntimeError(f"result type Float can't be cast to the desired output type {input.dtype.title}")
    if shape == input._array.shape and not input.is_contiguous():
        mask = _factors_in_memory_order(p, input._array)
    else:
        mask = factors(p, shape, kind)
    return maybe_in_place(ops.Dropout(place(mask, input.device)), input, inplace)


def factors(p: float, shape: tuple[int, ...], kind: np.dtype[Any]) -> Array:
    """What dropout multiplies by: 0 with probability p, else 1 / (1 - p)."""
    factor = float(kind.type(1) / kind.type(1 - p)) if p < 1 else 0.0
    return _kept(p, shape, factor, kind)


def _factors_in_memory_order(p: float, array: Array) -> Array:
    """As `factors`, drawn as PyTorch draws for a transposed tensor: as its elements lie in memory."""
    order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    drawn = factors(p, tuple([array.shape[axis] for axis in order]), array.dtype)
    return drawn.transpose(np.argsort(order).tolist())


def _channels_dropped(input: Tensor, p: float, training: bool, inplace: bool, batched: bool) -> Tensor:
    if not training or p == 0:
        return input
    shape = _channel_shape(input) if batched else (input._array.shape[0], *[1] * (input.ndim - 1))
    return _dropped(input, p, shape, inplace)


def _alpha_dropped(input: Tensor, p: float, shape: tuple[int, ...], inplace: bool) -> Tensor:
    if p == 1:
        return _dropped(input, p, (1,) * input.ndim, inplace)
    kind = input._array.dtype
    scale = 1 / math.sqrt((_SELU_FLOOR**2 * p + 1) * (1 - p))
    mask = _kept(p, shape, 1.0, kind)
    shift = np.asarray((mask - 1) * kind.type(_SELU_FLOOR * scale) + kind.type(_SELU_FLOOR * scale * p))
    mask *= kind.type(scale)
    return maybe_in_place(ops.AlphaDropout(place(mask, input.device), place(shift, input.device)), input, inplace)


def _kept(p: float, shape: tuple[int, ...], factor: float, kind: np.dtype[Any]) -> Array:
    """The factor where an element stays, with the chance 1 - p, else 0. None is drawn where nothing stays."""
    if p == 1:
        return np.zeros(shape, kind)
    return default_generator.kept(math.prod(shape), 1 - p, factor, kind).reshape(shape)


def _channel_shape(input: Tensor) -> tuple[int, ...]:
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*input._array.shape[:2], *[1] * (input.ndim - 2))


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _warn_of_dimensions(called: str, ndim: int, places: int) -> None:
    warnings.warn(
        f"{called}: Received a {ndim}-D input to {called}, which is deprecated and will result in an error in a future "
        "release. To retain the behavior and silence this warning, please use dropout instead. Note that "
        f"{called} exists to provide channel-wise dropout on inputs with {places} spatial dimensions, a channel "
        f"dimension, and an optional batch dimension (i.e. {places + 1}D or {places + 2}D inputs).",
        stacklevel=3,
    )

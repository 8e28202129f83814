"""Normalisation with weight and bias, in training and in evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import Tensor
from core.nn import functional as F
from tests.unit.core.cases.case import Case, Numbers, on

MEAN, VARIANCE = [0.5, -1.0, 0.25], [0.25, 1.5, 2.0]
PICTURES = ((2, 3, 2, 2), (3,), (3,))


def _normal(x: Numbers, axes: Any) -> Numbers:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


def _channels(values: Any, ndim: int) -> Numbers:
    return np.reshape(values, (-1, *[1] * (ndim - 2)))


def _batch(axes: tuple[int, ...]) -> Any:
    def reference(x: Numbers, weight: Numbers | float = 1.0, bias: Numbers | float = 0.0) -> Numbers:
        return _normal(x, axes) * _channels(weight, x.ndim) + _channels(bias, x.ndim)

    return reference


def _batch_norm(x: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
    return F.batch_norm(x, None, None, weight, bias, training=True)


def _evaluated(x: Tensor, *parameters: Tensor) -> Tensor:
    return F.batch_norm(x, on(x, MEAN).to(x.dtype), on(x, VARIANCE).to(x.dtype), *parameters)


def _evaluated_reference(x: Numbers, weight: Numbers | float = 1.0, bias: Numbers | float = 0.0) -> Numbers:
    normal = (x - _channels(MEAN, x.ndim)) / np.sqrt(_channels(VARIANCE, x.ndim) + 1e-5)
    return normal * _channels(weight, x.ndim) + _channels(bias, x.ndim)


def _groups(x: Numbers, weight: Numbers, bias: Numbers) -> Numbers:
    normal = _normal(x.reshape(2, 2, -1), -1).reshape(x.shape)
    return normal * _channels(weight, x.ndim) + _channels(bias, x.ndim)


def _response(x: Numbers) -> Numbers:
    squares = np.pad(x * x, [(0, 0), (1, 1), (0, 0)])
    return x / (2 + 0.5 / 3 * (squares[:, :-2] + squares[:, 1:-1] + squares[:, 2:])) ** 0.75


def _rms(x: Numbers, weight: Numbers | float = 1.0) -> Numbers:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-3) * weight


CASES = [
    Case("batch_norm of a batch", _batch_norm, _batch((0,)), ((4, 3), (3,), (3,))),
    Case("batch_norm of pictures", _batch_norm, _batch((0, 2, 3)), PICTURES),
    Case("batch_norm without bias", _batch_norm, _batch((0, 2)), ((2, 3, 4), (3,))),
    Case("batch_norm evaluated", _evaluated, _evaluated_reference, PICTURES),
    Case("batch_norm evaluated plain", _evaluated, _evaluated_reference, ((4, 3),)),
    Case(
        "layer_norm with parameters",
        lambda x, w, b: F.layer_norm(x, (3, 4), w, b),
        lambda x, w, b: _normal(x, (-2, -1)) * w + b,
        ((2, 3, 4), (3, 4), (3, 4)),
    ),
    Case("rms_norm", lambda x, *w: F.rms_norm(x, (3,), *w, eps=1e-3), _rms, ((4, 3), (3,))),
    Case("rms_norm plain", lambda x: F.rms_norm(x, (3,), eps=1e-3), _rms, ((4, 3),)),
    Case("group_norm", lambda x, w, b: F.group_norm(x, 2, w, b), _groups, ((2, 4, 3), (4,), (4,))),
    Case(
        "instance_norm",
        lambda x, w, b: F.instance_norm(x, None, None, w, b),
        _batch((2, 3)),
        ((2, 3, 2, 3), (3,), (3,)),
    ),
    Case("local_response_norm", lambda x: F.local_response_norm(x, 3, 0.5, 0.75, 2.0), _response, ((2, 4, 3),)),
]

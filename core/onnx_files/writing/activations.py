"""Activations: operators of ONNX where it has them in opset 17, else their formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.onnx_files.writing.site import Site, Writer


def _plain(kind: str, **attributes: Any) -> Writer:
    return lambda site: site.op(kind, site.x, **attributes)


def _with(kind: str, **names: str) -> Writer:
    """An operator whose attributes are options of the layer."""
    return lambda site: site.op(kind, site.x, **{key: site.options[name] for key, name in names.items()})


def _gelu(site: Site) -> str:
    half = site.op("Mul", site.x, site.constant(0.5))
    if site.options["approximate"] == "tanh":
        cube = site.op("Pow", site.x, site.constant(3.0))
        inner = site.op("Add", site.x, site.op("Mul", cube, site.constant(0.044715)))
        bent = site.op("Tanh", site.op("Mul", inner, site.constant(math.sqrt(2 / math.pi))))
    else:
        bent = site.op("Erf", site.op("Div", site.x, site.constant(math.sqrt(2))))
    return site.op("Mul", half, site.op("Add", bent, site.constant(1.0)))


def relu_or_gelu(site: Site, value: str, which: object) -> str:
    """What bends inside a transformer's layer."""
    inside = Site(site.graph, site.path, site.owner, {"approximate": "none"}, (value,), site.specs, site.output)
    return _gelu(inside) if which == "gelu" else site.op("Relu", value)


def _silu(site: Site) -> str:
    return site.op("Mul", site.x, site.op("Sigmoid", site.x))


def _mish(site: Site) -> str:
    return site.op("Mul", site.x, site.op("Tanh", site.op("Softplus", site.x)))


def _softplus(site: Site) -> str:
    """log(1 + exp(βx)) / β, and x itself above the threshold, as PyTorch has it."""
    beta, threshold = (float(str(site.options[name])) for name in ("beta", "threshold"))
    scaled = site.op("Mul", site.x, site.constant(beta)) if beta != 1 else site.x
    soft = site.op("Softplus", scaled)
    soft = site.op("Div", soft, site.constant(beta)) if beta != 1 else soft
    return site.op("Where", site.op("Greater", scaled, site.constant(threshold)), site.x, soft)


def _clipped(low: float, high: float) -> Writer:
    return lambda site: site.op("Clip", site.x, site.constant(low), site.constant(high))


def _hardtanh(site: Site) -> str:
    return site.op("Clip", site.x, *(site.constant(site.options[name]) for name in ("min_val", "max_val")))


def _prelu(site: Site) -> str:
    """A slope for each channel lies along axis 1."""
    slope, behind = site.weight("weight"), len(site.specs[0].shape) - 2
    if site.needed("weight").size > 1 and behind > 0:
        slope = site.op("Unsqueeze", slope, site.sizes(*range(1, behind + 1)))
    return site.op("PRelu", site.x, slope)


def _rrelu(site: Site) -> str:
    """Without training its slope is the middle."""
    slopes = [float(str(site.options[name])) for name in ("lower", "upper")]
    return site.op("LeakyRelu", site.x, alpha=sum(slopes) / 2)


def _threshold(site: Site) -> str:
    above = site.op("Greater", site.x, site.constant(site.options["threshold"]))
    return site.op("Where", above, site.x, site.constant(site.options["value"]))


def _glu(site: Site) -> str:
    first, second = site.ops("Split", [site.x], 2, axis=site.options["dim"])
    return site.op("Mul", first, site.op("Sigmoid", second))


def _log_sigmoid(site: Site) -> str:
    return site.op("Neg", site.op("Softplus", site.op("Neg", site.x)))


def _tanhshrink(site: Site) -> str:
    return site.op("Sub", site.x, site.op("Tanh", site.x))


def _softshrink(site: Site) -> str:
    return site.op("Shrink", site.x, lambd=site.options["lambd"], bias=site.options["lambd"])


def _softmin(site: Site) -> str:
    return site.op("Softmax", site.op("Neg", site.x), axis=site.options["dim"])


def _nothing(site: Site) -> str:
    return site.x


WRITERS: Mapping[str, Writer] = {
    "ReLU": _plain("Relu"),
    "GELU": _gelu,
    "SiLU": _silu,
    "LeakyReLU": _with("LeakyRelu", alpha="negative_slope"),
    "PReLU": _prelu,
    "ELU": _with("Elu", alpha="alpha"),
    "CELU": _with("Celu", alpha="alpha"),
    "SELU": _plain("Selu"),
    "Softplus": _softplus,
    "Mish": _mish,
    "ReLU6": _clipped(0.0, 6.0),
    "Hardtanh": _hardtanh,
    "Hardswish": _plain("HardSwish"),
    "Hardsigmoid": _plain("HardSigmoid", alpha=float(np.float32(1 / 6)), beta=0.5),
    "RReLU": _rrelu,
    "Threshold": _threshold,
    "GLU": _glu,
    "Sigmoid": _plain("Sigmoid"),
    "Tanh": _plain("Tanh"),
    "Softsign": _plain("Softsign"),
    "LogSigmoid": _log_sigmoid,
    "Tanhshrink": _tanhshrink,
    "Softshrink": _softshrink,
    "Hardshrink": _with("Shrink", lambd="lambd"),
    "Softmax": _with("Softmax", axis="dim"),
    "LogSoftmax": _with("LogSoftmax", axis="dim"),
    "Softmin": _softmin,
    "Softmax2d": _plain("Softmax", axis=-3),
    **dict.fromkeys(
        ("Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"), _nothing
    ),
}

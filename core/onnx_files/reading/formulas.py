"""Formulas of numbers one by one: their values at places on both sides of zero, what they are, and their words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.folding import folded
from core.onnx_files.reading.values import Array, Bent, Flow, NotUnderstoodError

PLACES = np.linspace(-9, 9, 733)
ZERO = len(PLACES) // 2

_erf = np.vectorize(math.erf, otypes=[np.float64])


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _softplus(x: Array) -> Array:
    return np.asarray(np.logaddexp(0, x))


def _gelu(x: Array) -> Array:
    return np.asarray(x * (1 + _erf(x / math.sqrt(2))) / 2)


def _gelu_tanh(x: Array) -> Array:
    return np.asarray(x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2)


def clipped(attributes: Mapping[str, Any], x: Array, *limits: Array) -> Array:
    """Numbers held between limits, which are attributes or inputs, and may be missing."""
    low, high = (
        attributes.get(name, limits[place] if len(limits) > place and limits[place].size else default)
        for place, (name, default) in enumerate((("min", -math.inf), ("max", math.inf)))
    )
    return np.asarray(np.clip(x, float(low), float(high)))


def _shrink(attributes: Mapping[str, Any], x: Array) -> Array:
    lambd, bias = attributes.get("lambd", 0.5), attributes.get("bias", 0.0)
    return np.asarray(np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, 0.0)))


_SELU = 1.0507009873554805, 1.6732632423543772

UNARY: Mapping[str, Callable[..., Array]] = {
    "Relu": lambda a, x: np.maximum(x, 0),
    "Sigmoid": lambda a, x: _sigmoid(x),
    "Tanh": lambda a, x: np.tanh(x),
    "Erf": lambda a, x: _erf(x),
    "Softplus": lambda a, x: _softplus(x),
    "Softsign": lambda a, x: x / (1 + np.abs(x)),
    "Elu": lambda a, x: np.where(x > 0, x, a.get("alpha", 1.0) * np.expm1(np.minimum(x, 0))),
    "Celu": lambda a, x: np.where(x > 0, x, a.get("alpha", 1.0) * np.expm1(np.minimum(x, 0) / a.get("alpha", 1.0))),
    "Selu": lambda a, x: _SELU[0] * np.where(x > 0, x, _SELU[1] * np.expm1(np.minimum(x, 0))),
    "LeakyRelu": lambda a, x: np.where(x > 0, x, a.get("alpha", 0.01) * x),
    "HardSigmoid": lambda a, x: np.clip(a.get("alpha", 0.2) * x + a.get("beta", 0.5), 0, 1),
    "HardSwish": lambda a, x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Gelu": lambda a, x: _gelu_tanh(x) if a.get("approximate") in (b"tanh", "tanh") else _gelu(x),
    "Mish": lambda a, x: x * np.tanh(_softplus(x)),
    "Swish": lambda a, x: x * _sigmoid(a.get("alpha", 1.0) * x),
    "Clip": clipped,
    "Shrink": _shrink,
    "Log": lambda a, x: np.log(x),
    "Sin": lambda a, x: np.sin(x),
    "Cos": lambda a, x: np.cos(x),
    "Sign": lambda a, x: np.sign(x),
}

"""Functions of one number that constants are not calculated with."""
POINTWISE = frozenset(
    [
        *UNARY,
        *("Exp", "Sqrt", "Neg", "Abs", "Reciprocal", "Floor", "Ceil", "Not"),
        *("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Where", "Greater", "Less", "Equal"),
    ]
)

KNOWN: tuple[tuple[str, dict[str, OptionValue], Callable[[Array], Array]], ...] = (
    ("ReLU", {}, lambda x: np.maximum(x, 0)),
    ("GELU", {}, _gelu),
    ("GELU", {"approximate": "tanh"}, _gelu_tanh),
    ("SiLU", {}, lambda x: x * _sigmoid(x)),
    ("Mish", {}, lambda x: x * np.tanh(_softplus(x))),
    ("Hardswish", {}, lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
    ("Hardsigmoid", {}, lambda x: np.clip(x / 6 + 0.5, 0, 1)),
    ("ReLU6", {}, lambda x: np.clip(x, 0, 6)),
    ("SELU", {}, lambda x: UNARY["Selu"]({}, x)),
    ("ELU", {}, lambda x: UNARY["Elu"]({}, x)),
    ("Softplus", {}, _softplus),
    ("LogSigmoid", {}, lambda x: -_softplus(-x)),
    ("Tanhshrink", {}, lambda x: x - np.tanh(x)),
    ("Softsign", {}, lambda x: x / (1 + np.abs(x))),
    ("Tanh", {}, np.tanh),
    ("Sigmoid", {}, _sigmoid),
    ("Identity", {}, lambda x: x),
)

DIRECT: Mapping[str, tuple[str, Mapping[str, tuple[str, float]]]] = {
    "Relu": ("ReLU", {}),
    "Sigmoid": ("Sigmoid", {}),
    "Tanh": ("Tanh", {}),
    "Softsign": ("Softsign", {}),
    "Selu": ("SELU", {}),
    "Softplus": ("Softplus", {}),
    "Elu": ("ELU", {"alpha": ("alpha", 1.0)}),
    "Celu": ("CELU", {"alpha": ("alpha", 1.0)}),
    "LeakyRelu": ("LeakyReLU", {"negative_slope": ("alpha", 0.01)}),
}

WORDS = {
    "Exp": "torch.exp({})", "Log": "torch.log({})", "Sqrt": "torch.sqrt({})", "Neg": "-({})", "Abs": "torch.abs({})",
    "Reciprocal": "1 / {}", "Erf": "torch.erf({})", "Floor": "torch.floor({})", "Ceil": "torch.ceil({})",
    "Sin": "torch.sin({})", "Cos": "torch.cos({})", "Sign": "torch.sign({})", "Not": "torch.logical_not({})",
    "Relu": "torch.relu({})", "Sigmoid": "torch.sigmoid({})", "Tanh": "torch.tanh({})", "Add": "{} + {}",
    "Softplus": "nn.functional.softplus({})", "Sub": "{} - {}", "Mul": "{} * {}", "Div": "{} / {}", "Pow": "{} ** {}",
    "Max": "torch.maximum({}, {})", "Min": "torch.minimum({}, {})", "Greater": "{} > {}", "Less": "{} < {}",
    "Equal": "{} == {}", "Where": "torch.where({}, {}, {})",
}  # fmt: skip


def formula(value: Flow | Bent | Array) -> str:
    """What is calculated, as Python of `x`. Raises NotUnderstoodError for an operator without words."""
    if isinstance(value, Flow):
        return "x"
    if not isinstance(value, Bent):
        return (
            repr(np.asarray(value).ravel()[0].item())
            if np.issubdtype(value.dtype, np.integer)
            else repr(rounded(float(value.ravel()[0])))
        )
    attributes = value.attributes
    inner = [formula(each) for each in value.inputs]
    if value.kind == "Clip":
        limits = [clipped(attributes, np.asarray(end), *value.inputs[1:]) for end in (-np.inf, np.inf)]  # type: ignore[arg-type]
        low, high = (f"float('{float(limit)}')" for limit in limits)
        return f"torch.clamp({inner[0]}, {low}, {high})"
    if value.kind == "HardSigmoid":
        alpha, beta = (rounded(attributes.get(name, usual)) for name, usual in (("alpha", 0.2), ("beta", 0.5)))
        return f"torch.clamp({alpha} * {inner[0]} + {beta}, 0, 1)"
    constant = next((place for place, each in enumerate(value.inputs) if isinstance(each, np.ndarray)), None)
    if value.kind in ("Max", "Min") and len(inner) == 2 and constant is not None:
        return f"torch.clamp({inner[1 - constant]}, {'min' if value.kind == 'Max' else 'max'}={inner[constant]})"
    if value.kind not in WORDS or attributes:
        raise NotUnderstoodError("there is no such layer")
    calls = "(" in WORDS[value.kind]
    given = [text if calls or _is_short(text) else f"({text})" for text in inner]
    return WORDS[value.kind].format(*given)


def _is_short(text: str) -> bool:
    """Whether a part of a formula needs no brackets."""
    return text.replace(".", "").replace("_", "").isalnum()


def rounded(value: float) -> float:
    """A number of 32 bits as people write it: 0.2, not 0.20000000298."""
    return float(str(np.float32(value)))


def evaluated(value: Flow | Bent | Array) -> Array | None:
    """What comes of the places."""
    if isinstance(value, Flow):
        return PLACES
    if not isinstance(value, Bent):
        return np.asarray(value, np.float64).reshape(()) if np.asarray(value).size == 1 else np.asarray(value)
    given = [evaluated(each) for each in value.inputs]
    if any(each is None for each in given):
        return None
    calculate = UNARY.get(value.kind)
    if calculate is not None:
        return np.asarray(calculate(value.attributes, *given))
    return folded(value.kind, value.attributes, [each for each in given if each is not None])

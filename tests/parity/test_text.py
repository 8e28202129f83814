"""Texts, letter by letter."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

import core
from tests.parity.record import recorded, texts

SAID = recorded()

TENSORS: dict[str, Callable[[Any], Any]] = {
    "whole numbers": lambda t: t.tensor([1.0, 2.0, 3.0]),
    "fractions": lambda t: t.tensor([[1.5, -2.25], [3.125, 4.0]]),
    "integers": lambda t: t.tensor([[1, -20], [300, 4]]),
    "booleans": lambda t: t.tensor([True, False]),
    "scalar": lambda t: t.tensor(3.14159),
    "scalar integer": lambda t: t.tensor(7),
    "wide range": lambda t: t.tensor([1e-3, 1.0, 1e4]),
    "tiny": lambda t: t.tensor([1e-5, 2e-5]),
    "huge": lambda t: t.tensor([1.5e9, 2.0]),
    "whole but wide": lambda t: t.tensor([1.0, 20000.0]),
    "not finite": lambda t: t.tensor([1.0, float("nan"), float("inf"), -float("inf")]),
    "not finite fractions": lambda t: t.tensor([1.5, float("nan"), -float("inf")]),
    "only nan": lambda t: t.tensor([float("nan")]),
    "zeros": lambda t: t.zeros(2, 2),
    "double": lambda t: t.tensor([1.0, 2.0], dtype=t.float64),
    "half": lambda t: t.tensor([1.5], dtype=t.float16),
    "int32": lambda t: t.tensor([1], dtype=t.int32),
    "uint8": lambda t: t.tensor([255], dtype=t.uint8),
    "empty": lambda t: t.zeros(0),
    "empty matrix": lambda t: t.zeros(2, 0),
    "empty integers": lambda t: t.zeros(0, dtype=t.int64),
    "long lines": lambda t: t.arange(40) * 1.5,
    "many integers": lambda t: t.arange(60),
    "summary": lambda t: t.arange(1001),
    "summary of a matrix": lambda t: t.arange(5000.0).reshape(100, 50) / 7,
    "summary in three dimensions": lambda t: t.ones(20, 20, 20),
    "three dimensions": lambda t: t.arange(24.0).reshape(2, 3, 4),
    "four dimensions": lambda t: t.arange(16).reshape(2, 2, 2, 2),
    "leaf": lambda t: t.tensor([1.0], requires_grad=True),
    "computed": lambda t: t.tensor([1.0, 2.0], requires_grad=True) * 2,
    "computed matrix": lambda t: t.ones(3, 9, requires_grad=True) / 3,
    "double computed": lambda t: t.ones(2, 6, dtype=t.float64, requires_grad=True).exp(),
    "parameter": lambda t: t.nn.Parameter(t.ones(2, 2)),
    "frozen parameter": lambda t: t.nn.Parameter(t.ones(2), requires_grad=False),
    "size": lambda t: t.ones(2, 3).shape,
    "no size": lambda t: t.tensor(1).shape,
    "type": lambda t: t.float32,
    "device": lambda t: t.device("cuda", 0),
    "device without number": lambda t: t.device("cpu"),
    "max": lambda t: t.tensor([[1.0, 5.0]]).max(1),
    "sort": lambda t: t.tensor([3, 1]).sort(),
}

NETWORKS: dict[str, Callable[[Any], Any]] = {
    "Linear": lambda nn: nn.Linear(3, 4),
    "Linear without bias": lambda nn: nn.Linear(3, 4, bias=False),
    "LazyLinear": lambda nn: nn.LazyLinear(4),
    "Identity": lambda nn: nn.Identity(3, x=4),
    "Flatten": lambda nn: nn.Flatten(),
    "Unflatten": lambda nn: nn.Unflatten(1, (2, 3)),
    "Dropout": lambda nn: nn.Dropout(0.3, inplace=True),
    "ReLU": lambda nn: nn.ReLU(),
    "ReLU in place": lambda nn: nn.ReLU(inplace=True),
    "LeakyReLU": lambda nn: nn.LeakyReLU(0.2, inplace=True),
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "GELU": lambda nn: nn.GELU(approximate="tanh"),
    "SiLU": lambda nn: nn.SiLU(),
    "ELU": lambda nn: nn.ELU(0.5),
    "Softplus": lambda nn: nn.Softplus(),
    "Softmax": lambda nn: nn.Softmax(),
    "LogSoftmax": lambda nn: nn.LogSoftmax(1),
    "BatchNorm1d": lambda nn: nn.BatchNorm1d(4),
    "LayerNorm": lambda nn: nn.LayerNorm((3, 4), bias=False),
    "CrossEntropyLoss": lambda nn: nn.CrossEntropyLoss(label_smoothing=0.1),
    "NLLLoss": lambda nn: nn.NLLLoss(),
    "MSELoss": lambda nn: nn.MSELoss(),
    "L1Loss": lambda nn: nn.L1Loss(reduction="sum"),
    "BCEWithLogitsLoss": lambda nn: nn.BCEWithLogitsLoss(),
    "Sequential": lambda nn: nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU()),
    "empty Sequential": lambda nn: nn.Sequential(),
    "named": lambda nn: nn.Sequential(OrderedDict([("hidden", nn.Linear(2, 3)), ("act", nn.ReLU())])),
    "nested": lambda nn: nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Sequential()),
    "ModuleList": lambda nn: nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)]),
    "ModuleList of lists": lambda nn: nn.ModuleList([nn.Sequential(nn.Linear(2, 2)) for _ in range(3)]),
    "ModuleDict": lambda nn: nn.ModuleDict({"b": nn.ReLU(), "a": nn.Linear(1, 2)}),
    "ParameterList": lambda nn: nn.ParameterList([nn.Linear(4, 4).weight, 3]),
    "ParameterDict": lambda nn: nn.ParameterDict({"z": nn.Linear(4, 4).weight, "a": nn.Linear(4, 2).bias}),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensor(name: str) -> None:
    assert repr(TENSORS[name](core)) == SAID[f"tensor: {name}"]


@pytest.mark.parametrize("name", NETWORKS)
def test_module(name: str) -> None:
    assert repr(NETWORKS[name](core.nn)) == SAID[f"network: {name}"]


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_optimizer_options_are_among_pytorchs(torch: Any, name: str) -> None:
    """PyTorch prints more options, such as `fused`, that say how it computes."""
    texts = [repr(getattr(t.optim, name)([t.zeros(1, requires_grad=True)], lr=0.1)).splitlines() for t in (core, torch)]
    assert [line for line in texts[1] if line in texts[0]] == texts[0]


GRAD_FN: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda t, x: x + x,
    "sub": lambda t, x: x - 1,
    "rsub": lambda t, x: 1 - x,
    "mul": lambda t, x: x * 2,
    "div": lambda t, x: x / 2,
    "rdiv": lambda t, x: 2 / x,
    "neg": lambda t, x: -x,
    "pow": lambda t, x: x**2,
    "rpow": lambda t, x: 2**x,
    "pow tensor": lambda t, x: x**x,
    "matmul": lambda t, x: x @ x,
    "mv": lambda t, x: x @ x[0],
    "dot": lambda t, x: x[0] @ x[1],
    "sum": lambda t, x: x.sum(),
    "sum dim": lambda t, x: x.sum(1),
    "mean": lambda t, x: x.mean(),
    "mean dim": lambda t, x: x.mean(1),
    "max": lambda t, x: x.max(),
    "max dim": lambda t, x: x.max(1)[0],
    "amax": lambda t, x: x.amax(1),
    "var": lambda t, x: x.var(),
    "std": lambda t, x: x.std(),
    "prod": lambda t, x: x.prod(),
    "norm": lambda t, x: x.norm(),
    "logsumexp": lambda t, x: x.logsumexp(1),
    "cumsum": lambda t, x: x.cumsum(1),
    "exp": lambda t, x: x.exp(),
    "abs": lambda t, x: x.abs(),
    "sqrt": lambda t, x: x.sqrt(),
    "relu": lambda t, x: x.relu(),
    "sigmoid": lambda t, x: x.sigmoid(),
    "tanh": lambda t, x: x.tanh(),
    "clamp": lambda t, x: x.clamp(0, 1),
    "softmax": lambda t, x: x.softmax(1),
    "log_softmax": lambda t, x: x.log_softmax(1),
    "gelu": lambda t, x: t.nn.functional.gelu(x),
    "leaky_relu": lambda t, x: t.nn.functional.leaky_relu(x),
    "silu": lambda t, x: t.nn.functional.silu(x),
    "elu": lambda t, x: t.nn.functional.elu(x),
    "softplus": lambda t, x: t.nn.functional.softplus(x),
    "linear": lambda t, x: t.nn.functional.linear(x, x, x[0]),
    "linear without bias": lambda t, x: t.nn.functional.linear(x, x),
    "cross_entropy": lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 1])),
    "mse_loss": lambda t, x: t.nn.functional.mse_loss(x, x * 2),
    "layer_norm": lambda t, x: t.nn.functional.layer_norm(x, (2,)),
    "reshape": lambda t, x: x.reshape(4),
    "reshape copy": lambda t, x: x.t().reshape(4),
    "t": lambda t, x: x.t(),
    "T": lambda t, x: x.T,
    "permute": lambda t, x: x.permute(1, 0),
    "transpose": lambda t, x: x.transpose(0, 1),
    "squeeze": lambda t, x: x.squeeze(),
    "unsqueeze": lambda t, x: x.unsqueeze(0),
    "expand": lambda t, x: x[:1].expand(2, 2),
    "repeat": lambda t, x: x.repeat(2, 1),
    "cat": lambda t, x: t.cat([x, x]),
    "stack": lambda t, x: t.stack([x, x]),
    "select": lambda t, x: x[0],
    "slice": lambda t, x: x[:1],
    "index": lambda t, x: x[[0]],
    "gather": lambda t, x: x.gather(0, t.tensor([[0, 1]])),
    "where": lambda t, x: t.where(x > 0, x, 0),
    "masked_fill": lambda t, x: x.masked_fill(x > 0, 1.0),
    "clone": lambda t, x: x.clone(),
    "double": lambda t, x: x.double(),
    "maximum": lambda t, x: t.maximum(x, x),
    "tril": lambda t, x: x.tril(),
    "flip": lambda t, x: x.flip(0),
    "in place on a view": lambda t, x: _changed(x * 2, lambda y: y[0].mul_(3)),
    "assignment": lambda t, x: _changed(x * 2, lambda y: y.__setitem__(0, 1.0)),
    "in place": lambda t, x: _changed(x * 2, lambda y: y.div_(2)),
}


def _changed(y: Any, change: Callable[[Any], Any]) -> Any:
    change(y)
    return y


def computed(library: Any, make: Callable[[Any, Any], Any]) -> Any:
    return make(library, library.tensor([[1.0, 2.0], [3.5, 4.0]], requires_grad=True))


@pytest.mark.parametrize("name", GRAD_FN)
def test_grad_fn(name: str) -> None:
    assert repr(computed(core, GRAD_FN[name])) == SAID[f"grad_fn: {name}"]


def test_what_is_recorded_is_what_pytorch_says(torch: Any) -> None:
    assert texts(torch) == SAID


@pytest.mark.parametrize(
    "options",
    [
        {"precision": 2},
        {"sci_mode": True},
        {"sci_mode": False},
        {"threshold": 10, "edgeitems": 2},
        {"linewidth": 40},
        {"profile": "short"},
        {"profile": "full"},
    ],
    ids=str,
)
def test_options(torch: Any, options: dict[str, Any]) -> None:
    texts = []
    for library in (torch, core):
        library.set_printoptions(**options)
        made = [library.arange(30.0) / 7, library.arange(2000.0), library.tensor([1e-5, 1.0]), library.tensor(0.5)]
        texts.append([repr(each) for each in (*made, library.arange(3), library.tensor([math.nan, 1.5]))])
        library.set_printoptions(profile="default")
    assert texts[1] == texts[0]

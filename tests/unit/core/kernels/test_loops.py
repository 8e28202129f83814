"""Whatever has a compiled loop computes the same with it and with numpy: values, gradients, gradients of gradients."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import core as torch
from core import nn
from core.kernels import twister
from core.kernels.library import loops
from core.nn import functional as F

pytestmark = pytest.mark.skipif(loops("rows") is None, reason="numba is not installed, or is not to be used")

Function = Callable[[Any], Any]

ROWS, IMAGES, FEW = (96, 80), (9, 20, 12, 10), (17, 5, 13, 11)


def layer(made: Callable[[], nn.Module]) -> Function:
    """With the parameters of seed 0, whatever was drawn before."""

    def call(x: Any) -> Any:
        torch.manual_seed(0)
        return made()(x)

    return call


def output_of(made: Callable[[], nn.Module]) -> Function:
    """As `layer`, for one that gives its states too."""
    return lambda x: layer(made)(x)[0]


FUNCTIONS: dict[str, tuple[Function, tuple[int, ...]]] = {
    "relu": (F.relu, ROWS),
    "relu, channels last": (lambda x: F.relu(x.permute(0, 3, 1, 2)), (9, 12, 10, 20)),
    "leaky_relu": (lambda x: F.leaky_relu(x, 0.2), ROWS),
    "elu": (lambda x: F.elu(x, 1.3), ROWS),
    "selu": (F.selu, ROWS),
    "celu": (lambda x: F.celu(x, 0.7), ROWS),
    "relu6": (F.relu6, ROWS),
    "hardtanh": (lambda x: F.hardtanh(x, -0.5, 2), ROWS),
    "hardsigmoid": (F.hardsigmoid, ROWS),
    "hardswish": (F.hardswish, ROWS),
    "sigmoid": (torch.sigmoid, ROWS),
    "tanh": (torch.tanh, ROWS),
    "silu": (F.silu, ROWS),
    "mish": (F.mish, ROWS),
    "gelu": (F.gelu, ROWS),
    "gelu, by tanh": (lambda x: F.gelu(x, approximate="tanh"), ROWS),
    "softmax": (lambda x: F.softmax(x, -1), ROWS),
    "log_softmax": (lambda x: F.log_softmax(x, -1), ROWS),
    "layer_norm": (layer(lambda: nn.LayerNorm(80)), ROWS),
    "layer_norm without weights": (lambda x: F.layer_norm(x, (80,)), ROWS),
    "batch_norm": (layer(lambda: nn.BatchNorm2d(32)), (8, 32, 20, 20)),
    "batch_norm, batch last": (
        lambda x: layer(lambda: nn.BatchNorm2d(32))(x.permute(3, 0, 1, 2)), (32, 20, 20, 8),
    ),
    "convolution 3x3": (layer(lambda: nn.Conv2d(20, 24, 3, padding=1)), IMAGES),
    "convolution 3x3 of odd sizes": (layer(lambda: nn.Conv2d(20, 17, 3)), (3, 20, 13, 9)),
    "convolution 3x3 of a large image": (layer(lambda: nn.Conv2d(16, 16, 3, padding=1)), (2, 16, 40, 74)),
    "convolution of few channels": (layer(lambda: nn.Conv2d(5, 7, 5, padding=2)), FEW),
    "convolution of few channels, wide": (layer(lambda: nn.Conv2d(5, 7, (2, 8))), FEW),
    "convolution of single channels": (layer(lambda: nn.Conv2d(20, 20, 3, padding=1, groups=20)), IMAGES),
    "convolution of single channels, in steps": (
        layer(lambda: nn.Conv2d(20, 20, 5, stride=2, dilation=2, padding=4, groups=20)), IMAGES,
    ),
    "lstm": (output_of(lambda: nn.LSTM(12, 20)), (7, 24, 12)),
    "gru": (output_of(lambda: nn.GRU(12, 20)), (7, 24, 12)),
    "lstm of many sequences": (output_of(lambda: nn.LSTM(12, 140, bidirectional=True)), (6, 35, 12)),
    "gru of many sequences": (output_of(lambda: nn.GRU(12, 140, 2)), (6, 35, 12)),
    "attention": (
        layer(lambda: nn.TransformerEncoderLayer(32, 2, 40, dropout=0.2, batch_first=True)), (3, 40, 32),
    ),
    "dropout": (layer(lambda: nn.Dropout(0.3)), ROWS),
    "pooling": (lambda x: F.max_pool2d(x, 2), IMAGES),
    "pooling, channels last": (lambda x: F.max_pool2d(x.permute(0, 3, 1, 2), 3, 2), (9, 12, 10, 20)),
    "pooling, batch last": (lambda x: F.max_pool2d(x.permute(3, 0, 1, 2), 2), (5, 13, 11, 17)),
}  # fmt: skip


def without_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("core.kernels.") and hasattr(module, "loops"):
            monkeypatch.setattr(module, "loops", lambda _: None)


def found(function: Function, shape: tuple[int, ...]) -> list[Any]:
    """Output, gradient, and gradient of the squared gradient's sum."""
    x = torch.tensor(2 * np.random.default_rng(1).standard_normal(shape).astype("f4"), requires_grad=True)
    out = function(x)
    grad = torch.tensor(np.random.default_rng(2).standard_normal(out.shape).astype("f4"))
    (by_x,) = torch.autograd.grad(out, x, grad)
    (again,) = torch.autograd.grad(function(x), x, grad, create_graph=True)
    twice = torch.autograd.grad((again * again).sum(), x, allow_unused=True)[0] if again.requires_grad else None
    return [each.detach().numpy() for each in (out, by_x, again, twice) if each is not None]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_loops_compute_what_numpy_computes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_loops = found(*FUNCTIONS[name])
    repeated = found(*FUNCTIONS[name])
    without_loops(monkeypatch)
    for one, other, by_numpy in zip(with_loops, repeated, found(*FUNCTIONS[name]), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_allclose(one, by_numpy, rtol=2e-5, atol=1e-5 * max(abs(by_numpy).max(), 1e-3))


@pytest.mark.parametrize("name", [name for name, (_, shape) in FUNCTIONS.items() if shape is ROWS])
def test_what_is_no_number_stays_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, shape = FUNCTIONS[name]
    x = np.random.default_rng(1).standard_normal(shape).astype("f4")
    x[::7, 3], x[::5, 4], x[::3, 5], x[1::7, 6], x[1::5, 7] = np.nan, np.inf, -np.inf, 1e30, -1e30

    def both() -> list[Any]:
        leaf = torch.tensor(x, requires_grad=True)
        out = function(leaf)
        out.backward(torch.ones_like(out))
        return [out.detach().numpy(), leaf.grad.numpy()]

    with_loops = both()
    without_loops(monkeypatch)
    for one, by_numpy in zip(with_loops, both(), strict=True):
        for kind in (np.isnan, np.isposinf, np.isneginf):
            np.testing.assert_array_equal(kind(one), kind(by_numpy))


OPTIMISERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.02),
    "SGD, upwards": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.02, maximize=True),
    "SGD with momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.1, weight_decay=0.02),
    "SGD by Nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.02),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.02),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_step_as_with_numpy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained() -> list[Any]:
        draw = np.random.default_rng(3).standard_normal
        parameters = [nn.Parameter(torch.tensor(draw(shape).astype("f4"))) for shape in (ROWS, (80,))]
        optimiser = OPTIMISERS[name](parameters)
        for _ in range(3):
            for parameter in parameters:
                parameter.grad = torch.tensor(draw(parameter.shape).astype("f4"))
            optimiser.step()
        return [parameter.detach().numpy().copy() for parameter in parameters]

    with_loops = trained()
    without_loops(monkeypatch)
    for one, by_numpy in zip(with_loops, trained(), strict=True):
        np.testing.assert_allclose(one, by_numpy, rtol=1e-5, atol=2e-6)


def test_a_long_permutation_is_shuffled_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = torch.randperm(70_000, generator=torch.Generator().manual_seed(3))
    monkeypatch.setattr(twister, "shuffled", lambda steps: None)
    assert torch.equal(quick, torch.randperm(70_000, generator=torch.Generator().manual_seed(3)))

"""Activations as PyTorch has them: values, gradients, edges, extremes, types, texts, errors and random draws."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import core
from core import nn
from core.nn import functional as F

NAN, INF = float("nan"), float("inf")
EDGES = [-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 21.0]
EXTREMES = [-1e4, -100.0, -20.0, 20.0, 100.0, 1e4]

CALLS: dict[str, dict[str, Any]] = {
    "celu": {"alpha": 0.7},
    "elu": {"alpha": 1.5},
    "gelu": {},
    "glu": {"dim": 0},
    "hardshrink": {},
    "hardsigmoid": {},
    "hardswish": {},
    "hardtanh": {},
    "leaky_relu": {"negative_slope": 0.2},
    "log_softmax": {"dim": 0},
    "logsigmoid": {},
    "mish": {},
    "relu": {},
    "relu6": {},
    "rrelu": {},
    "selu": {},
    "sigmoid": {},
    "silu": {},
    "softmax": {"dim": 0},
    "softmin": {"dim": -1},
    "softplus": {"beta": 2.0, "threshold": 6.0},
    "softshrink": {"lambd": 1.0},
    "softsign": {},
    "tanh": {},
    "tanhshrink": {},
    "threshold": {"threshold": 0.5, "value": -4.0},
}
TOLERANCES = {"float64": 1e-12, "float32": 2e-6, "float16": 2e-3}
SINGLE = {"celu": 3e-7, "hardsigmoid": 5e-8}
"""In these PyTorch rounds a constant to single precision, whatever the type."""


def run(library: Any, function: Any, name: str, numbers: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    x = library.tensor(numbers, requires_grad=True)
    out = getattr(function, name)(x, **CALLS[name])
    out.backward(library.tensor(np.linspace(0.5, 1.5, out.numel()).reshape(out.shape).astype(numbers.dtype)))
    return [out.detach().numpy(), x.grad.numpy()]


@pytest.mark.parametrize("kind", ["float64", "float32", "float16"])
@pytest.mark.parametrize("numbers", [EDGES, EXTREMES, np.random.default_rng(0).normal(0, 4, (4, 6))], ids=str)
@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(torch: Any, name: str, numbers: Any, kind: str) -> None:
    array = np.array(numbers).astype(kind)
    ours, theirs = run(core, F, name, array), run(torch, torch.nn.functional, name, array)
    tolerance = TOLERANCES[kind] + SINGLE.get(name, 0.0)
    for mine, expected in zip(ours, theirs, strict=True):
        assert mine.dtype == expected.dtype
        np.testing.assert_allclose(mine, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", [name for name in CALLS if "soft" not in name or name == "softplus"])
def test_not_a_number_stays_one(name: str) -> None:
    out = getattr(F, name)(core.tensor([NAN, NAN]), **CALLS[name])
    assert bool(core.isnan(out).all())


@pytest.mark.parametrize("name", ["celu", "elu", "hardtanh", "leaky_relu", "relu", "selu", "threshold"])
def test_in_place(torch: Any, name: str) -> None:
    results = []
    for library, functions in ((core, F), (torch, torch.nn.functional)):
        x = library.tensor(EDGES, dtype=library.float64, requires_grad=True)
        y = x * 1.5
        out = getattr(functions, f"{name}_")(y, *CALLS[name].values())
        assert out is y
        out.sum().backward()
        results.append((out.detach().numpy(), x.grad.numpy()))
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12 + SINGLE.get(name, 0.0))


TEXTS = """
Threshold(0.1, 20) · Threshold(0.1, 20, True) · ReLU() · ReLU(True) · RReLU() · RReLU(0.1, 0.2, True) · Hardtanh() ·
Hardtanh(-2, 2, True) · ReLU6() · ReLU6(True) · Sigmoid() · Hardsigmoid(True) · Tanh() · SiLU() · SiLU(True) ·
Mish(True) · Hardswish(True) · ELU() · ELU(2, True) · CELU(2., True) · SELU() · SELU(True) · GLU() · GLU(2) · GELU() ·
GELU('tanh') · Hardshrink() · Hardshrink(0.2) · LeakyReLU() · LeakyReLU(0.2, True) · LogSigmoid() · Softplus() ·
Softplus(2, 10) · Softshrink() · PReLU() · PReLU(3, 0.1) · Softsign() · Tanhshrink() · Softmin() · Softmin(1) ·
Softmax() · Softmax(-1) · Softmax2d() · LogSoftmax() · LogSoftmax(0)
""".replace("\n", " ").split("·")


@pytest.mark.parametrize("line", [each.strip() for each in TEXTS])
def test_texts_and_states(torch: Any, line: str) -> None:
    mine, theirs = eval(f"nn.{line}", {"nn": nn}), eval(f"nn.{line}", {"nn": torch.nn})
    assert repr(mine) == repr(theirs)
    assert [*mine.state_dict()] == [*theirs.state_dict()]
    x = np.linspace(-4, 4, 96, dtype=np.float32).reshape(2, 3, 4, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        mine.eval()
        theirs.eval()
        expected = theirs(torch.tensor(x))
        np.testing.assert_allclose(mine(core.tensor(x)).detach().numpy(), expected.detach().numpy(), 2e-6, 1e-6)


ERRORS = """
F.hardtanh(x, 1, -1)
F.hardtanh(x > 0)
F.hardtanh(torch.tensor([1], dtype=torch.uint8), -1, 1)
nn.Hardtanh(2, 1)
F.celu(x, 0.0)
F.softshrink(x, -1.0)
F.glu(x)
F.glu(torch.tensor(1.0))
F.glu(x, 5)
F.gelu(x, 'tanh')
F.gelu(x, approximate='no')
F.gelu(x.long())
F.elu(x.long())
F.selu(x > 0)
F.silu(x.long())
F.mish(x.long())
F.softplus(x.long())
F.logsigmoid(x.long())
F.hardshrink(x.long())
F.softshrink(x.long())
F.hardswish(x.long())
F.hardsigmoid(x.long())
F.leaky_relu(x.long())
F.rrelu(x.long(), training=True)
F.rrelu(x, 0.5, 0.1)
F.threshold(x > 0, 1, 2)
F.relu(x > 0)
F.relu(3)
F.elu('a')
F.prelu(x, torch.ones(2))
F.prelu(x, torch.ones(1, 3))
F.prelu(torch.tensor(1.0), torch.ones(2))
F.prelu(torch.ones(3), torch.ones(3))
F.prelu(x.long(), torch.ones(1))
F.softmax(x, 5)
F.softmax(torch.tensor(2.0), 1)
F.softmax(x.long(), 1)
F.softmax(x.long(), 0)
F.log_softmax(x.long(), 1)
nn.Softmax2d()(x)
F.gumbel_softmax(x.long())
F.relu_(torch.ones(2, requires_grad=True))
""".strip().splitlines()


def outcome(library: Any, line: str) -> tuple[type[BaseException], str]:
    names = {"torch": library, "nn": library.nn, "F": library.nn.functional, "x": library.arange(6.0).reshape(2, 3) - 2}
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what is compared
        eval(line, names)
    kind = next(base for base in type(caught.value).__mro__ if base.__module__ == "builtins")
    return kind, str(caught.value)


@pytest.mark.parametrize("line", ERRORS)
def test_errors(torch: Any, line: str) -> None:
    mine, theirs = outcome(core, line), outcome(torch, line)
    assert mine[0] is theirs[0]
    if "gelu(x, 'tanh')" not in line:  # Python says it in its own words
        assert mine[1].startswith(theirs[1][:60])


@pytest.mark.parametrize(
    "line", ["F.softmax(x)", "F.softmin(x)", "F.log_softmax(x)", "nn.Softmax()(x)", "nn.LogSoftmax()(x)"]
)
def test_dimension_left_out(torch: Any, line: str) -> None:
    texts, results = [], []
    for library in (core, torch):
        names = {"nn": library.nn, "F": library.nn.functional, "x": library.arange(6.0).reshape(2, 3)}
        with pytest.warns(UserWarning, match="Implicit dimension") as caught:
            results.append(eval(line, names).numpy())
        texts.append(str(caught[0].message))
        assert line.startswith("nn") or caught[0].filename == "<string>"
    assert texts[0] == texts[1]
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def test_old_names_of_hardtanh(torch: Any) -> None:
    texts = []
    for library in (core, torch):
        with pytest.warns(FutureWarning) as caught:
            assert repr(library.nn.Hardtanh(min_value=-3.0)) == "Hardtanh(min_val=-3.0, max_val=1.0)"
        texts.append(str(caught[0].message))
    assert texts[0] == texts[1]


def test_random_draws_are_pytorchs(torch: Any) -> None:
    x = np.linspace(-2, 2, 40, dtype=np.float32).reshape(5, 8)
    drawn = []
    for library in (core, torch):
        library.manual_seed(7)
        layer = library.nn.RReLU()
        functions = library.nn.functional
        soft = functions.gumbel_softmax(library.tensor(x), 0.7)
        hard = functions.gumbel_softmax(library.tensor(x), hard=True, dim=0)
        drawn.append([each.numpy() for each in (layer(library.tensor(x)), soft, hard)])
    for mine, theirs in zip(*drawn, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5)


def test_prelu_gradients(torch: Any) -> None:
    found = []
    for library in (core, torch):
        layer = library.nn.PReLU(3).double()
        x = library.tensor(np.linspace(-2, 2, 24).reshape(2, 3, 4), requires_grad=True)
        layer(x).sum().backward()
        found.append((x.grad.numpy(), layer.weight.grad.numpy()))
    for mine, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


@pytest.mark.parametrize("offset", [0.0, 1000.0, -1000.0, -40.0])
@pytest.mark.parametrize("shape", [(6, 5), (3, 70), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_far_from_zero(torch: Any, name: str, shape: tuple[int, ...], offset: float) -> None:
    numbers = np.random.default_rng(1).normal(offset, 10, shape).astype(np.float32)
    numbers[0, 0] = -INF
    for dim in range(-1, len(shape) - 1):
        ours, theirs = (
            getattr(library.nn.functional, name)(library.tensor(numbers), dim).numpy() for library in (core, torch)
        )
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-35 if name == "softmax" else 2e-7)

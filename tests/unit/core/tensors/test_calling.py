"""What all functions share: `out=`, the names of arguments, other names, and what is refused with a reason."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import core as torch
from core import nn

X = torch.tensor([[1.0, 2], [3, 4]])


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "maximum", "matmul", "mm", "hypot", "lt"])
def test_out_of_two(name: str) -> None:
    out = torch.empty(2, 2)
    memory, version = out.detach(), out._counter[0]
    assert getattr(torch, name)(X, X, out=out) is out
    assert memory.tolist() == getattr(torch, name)(X, X).float().tolist()
    assert out._counter[0] == version + 1


@pytest.mark.parametrize("name", ["exp", "abs", "cumsum", "sort", "var", "tril"])
def test_out_of_one(name: str) -> None:
    arguments = (X, 0) if name in ("cumsum", "var") else (X,)
    expected = getattr(torch, name)(*arguments)
    if isinstance(expected, torch.Tensor):
        out = torch.empty(expected.shape)
        assert getattr(torch, name)(*arguments, out=out) is out
        assert out.tolist() == expected.tolist()
    else:
        pair = torch.empty(2, 2), torch.empty(2, 2, dtype=torch.int64)
        found = getattr(torch, name)(*arguments, out=pair)
        assert found.values is pair[0]
        assert pair[1].tolist() == expected.indices.tolist()


def test_out_is_given_the_shape() -> None:
    out = torch.empty(0)
    torch.cat([X, X], 0, out=out)
    assert out.shape == (4, 2)
    with pytest.warns(UserWarning, match="was resized since it had shape"):
        torch.exp(X, out=torch.empty(3))


def test_out_refuses_gradients_and_lesser_types() -> None:
    with pytest.raises(RuntimeError, match="don't support automatic differentiation"):
        torch.add(X.clone().requires_grad_(), X, out=torch.empty(2, 2))
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        torch.add(X, X, out=torch.empty(2, 2, dtype=torch.int64))
    with torch.no_grad():
        torch.add(X.clone().requires_grad_(), X, out=torch.empty(2, 2))


@pytest.mark.parametrize(
    ("call", "same"),
    [
        (lambda: X.sum(axis=1, keepdims=True), lambda: X.sum(1, True)),
        (lambda: torch.cat([X, X], axis=1), lambda: torch.cat([X, X], 1)),
        (lambda: X.argmax(axis=0), lambda: X.argmax(0)),
        (lambda: torch.softmax(X, axis=-1), lambda: torch.softmax(X, -1)),
    ],
)
def test_numpys_names(call: Any, same: Any) -> None:
    assert call().tolist() == same().tolist()


def test_other_names() -> None:
    assert torch.arctan2 is torch.atan2 or torch.arctan2(X, X).tolist() == torch.atan2(X, X).tolist()
    assert torch.exp_(X.clone()).tolist() == X.exp().tolist()
    assert torch.inverse(X).tolist() == torch.linalg.inv(X).tolist()
    assert torch.pi == pytest.approx(3.14159265)
    assert X[torch.newaxis].shape == (1, 2, 2)


def test_what_is_lacking_says_why() -> None:
    with pytest.raises(AttributeError, match="numpy has no such type: use float16 or float32"):
        _ = torch.bfloat16
    with pytest.raises(AttributeError, match="real numbers only"):
        _ = torch.complex64


@pytest.mark.parametrize(
    ("call", "what", "argument"),
    [
        (lambda: torch.exp(3), "exp", "input"),
        (lambda: torch.exp(X, out="a"), "exp", "out"),
        (lambda: torch.mm(X, 3), "mm", "mat2"),
        (lambda: torch.zeros_like("a"), "zeros_like", "input"),
        (lambda: torch.gather(X, 0, index="a"), "gather", "index"),
        (lambda: torch.linalg.inv(3), "inv", "A"),
        (lambda: nn.Conv2d(3, 4, 3)("a"), "conv2d", "input"),
        (lambda: nn.LayerNorm(3)(3), "LayerNorm", "input"),
        (lambda: nn.Bilinear(2, 2, 1)(X, 3), "Bilinear", "input2"),
    ],
)
def test_what_is_no_tensor_is_named(call: Callable[[], Any], what: str, argument: str) -> None:
    with pytest.raises(
        TypeError, match=rf"^{what}(\(\))?: argument '{argument}'( \(position \d\))? must be Tensor, not "
    ):
        call()


def test_errors_of_ones_own_layers_stay_as_they_are() -> None:
    class Mine(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.ndim

    with pytest.raises(AttributeError, match="'str' object has no attribute 'ndim'"):
        Mine()("a")


@pytest.mark.parametrize(
    "function", [torch.exp, torch.sum, torch.absolute, torch.zeros, torch.linalg.norm, torch.special.expit]
)
def test_functions_can_be_pickled(function: Any) -> None:
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize("module", ["linalg", "special", "random", "nn", "optim"])
def test_any_room_can_be_imported_first(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"import core.{module}"], check=True, timeout=60)

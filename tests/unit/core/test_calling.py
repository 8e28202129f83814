"""What all functions share: `out=`, numpy's names of arguments, other names, and names that are refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest

import core as torch

X = torch.tensor([[1.0, 2], [3, 4]])


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "maximum", "matmul", "mm", "hypot", "lt"])
def test_out_of_two(name: str) -> None:
    out = torch.empty(2, 2)
    memory, version = out.detach(), out._version[0]
    assert getattr(torch, name)(X, X, out=out) is out
    assert memory.tolist() == getattr(torch, name)(X, X).float().tolist()
    assert out._version[0] == version + 1


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

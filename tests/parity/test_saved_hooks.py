"""Saved-tensor hooks."""

from __future__ import annotations

from typing import Any

import pytest

import core


def test_hooks_see_what_is_saved_and_give_it_back(torch: Any) -> None:
    found = []
    for library in (core, torch):
        told: list[str] = []

        def pack(tensor: Any, told: list[str] = told) -> Any:
            told.append(f"pack {tuple(tensor.shape)}")
            return tensor.tolist()

        def unpack(packed: Any, told: list[str] = told, library: Any = library) -> Any:
            told.append("unpack")
            return library.tensor(packed)

        x = library.ones(3, requires_grad=True)
        with library.autograd.graph.saved_tensors_hooks(pack, unpack):
            y = (x * x).exp() * 2
        (y.sin() * 3).sum().backward()
        found.append((told, [round(each, 4) for each in x.grad.tolist()]))
    assert found[0] == found[1]


def test_gradients_of_gradients() -> None:
    x = core.tensor([2.0], requires_grad=True)
    with core.autograd.graph.save_on_cpu():
        y = x**3
    (first,) = core.autograd.grad(y, x, create_graph=True)
    (second,) = core.autograd.grad(first, x)
    assert (first.item(), second.item()) == (12.0, 12.0)


def test_they_can_be_forbidden(torch: Any) -> None:
    for library in (core, torch):
        graph = library.autograd.graph
        with (
            graph.disable_saved_tensors_hooks("not here"),
            pytest.raises(RuntimeError, match="not here"),
            graph.saved_tensors_hooks(lambda x: x, lambda x: x),
        ):
            pass

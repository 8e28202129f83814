"""`compile` in scripts: a module of its own that gives what the one in it gives, and refuses what that refuses."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import core as torch
from core import nn

Made = tuple[Any, Any]


def made() -> Made:
    """A network, and the same compiled, which has made its plans."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.Dropout(0.5), nn.Sigmoid())
    compiled = torch.compile(net, mode="max-autotune")
    for _ in range(3):
        compiled(torch.ones(3, 6, requires_grad=True))
        compiled(torch.ones(3, 6))
    return net, compiled


def test_it_is_a_module_around_the_module() -> None:
    net, compiled = made()
    assert str(compiled).startswith("OptimizedModule(\n  (_orig_mod): Sequential(\n    (0): Linear(")
    assert list(compiled.state_dict()) == [f"_orig_mod.{name}" for name in net.state_dict()]
    assert len(compiled) == 5
    compiled.eval()
    assert not net.training
    net.train()
    assert compiled.training
    compiled.note = 3
    assert net.note == 3
    assert compiled._orig_mod is net
    x = torch.ones(3, 6)
    for other in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
        torch.manual_seed(1)
        wanted = compiled(x)
        torch.manual_seed(1)
        assert torch.equal(other(x), wanted)


def test_two_segments_around_an_island_are_three_records() -> None:
    out = made()[1](torch.ones(3, 6))
    names = []
    node = out.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    assert names[:3] == ["CompiledFunctionBackward0", "MulBackward0", "CompiledFunctionBackward0"]


def test_functions_stay_as_they_are() -> None:
    assert torch.compile(abs) is abs
    assert torch.compile(fullgraph=True)(abs) is abs


def gradients(module: Any, parameters: list[Any], x: Any) -> list[Any]:
    torch.manual_seed(1)
    (first,) = torch.autograd.grad(module(x).square().sum(), x, create_graph=True)
    return [each.numpy() for each in torch.autograd.grad(first.square().sum(), [x, *parameters])]


def test_gradients_of_gradients() -> None:
    net, compiled = made()
    parameters, x = list(net.parameters()), torch.linspace(-1, 1, 18).reshape(3, 6).requires_grad_()
    calls: list[int] = []
    net[0].weight.register_hook(lambda grad: calls.append(1))
    for one, other in zip(gradients(compiled, parameters, x), gradients(net, parameters, x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)
    assert len(calls) == 2


@pytest.mark.parametrize("what", ["input", "weight", "output"])
def test_what_is_changed_in_place_before_the_way_back_is_refused(what: str) -> None:
    net, compiled = made()
    x = torch.ones(3, 6)
    out = compiled(x)
    with torch.no_grad():
        {"input": x, "weight": net[2].weight, "output": out}[what].add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_what_nothing_needs_may_change() -> None:
    net, compiled = made()
    out = compiled(torch.ones(3, 6))
    with torch.no_grad():
        net[0].bias.add_(1)
    out.sum().backward()
    with pytest.raises(RuntimeError, match="a second time"):
        out.sum().backward()


def test_without_a_record() -> None:
    net, compiled = made()
    x = torch.ones(3, 6)
    net.eval()
    for _ in range(3):
        with torch.no_grad():
            out = compiled(x)
            assert torch.equal(out, net(x))
        assert not out.requires_grad
        with torch.inference_mode():
            assert compiled(x).is_inference()


def test_a_module_of_the_users_is_called_as_ever() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.calls = nn.Linear(4, 2), 0

        def forward(self, x: Any, scale: float = 1.0) -> Any:
            self.calls += 1
            return self.layer(x) * scale if self.calls % 2 else self.layer(x)

    compiled = torch.compile(Net())
    for number in range(1, 5):
        compiled(torch.ones(2, 4), scale=2.0)
        compiled(torch.ones(2, 4))
        assert compiled.calls == 2 * number

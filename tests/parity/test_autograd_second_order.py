"""Second derivatives as people use them, beside PyTorch's, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import core

Numbers = np.ndarray[Any, Any]
Program = Callable[[Any], list[Any]]


def numbers(seed: int, *shape: int) -> Numbers:
    return np.random.default_rng(seed).standard_normal(shape)


def leaf(torch: Any, seed: int, *shape: int) -> Any:
    return torch.tensor(numbers(seed, *shape), requires_grad=True)


def network(torch: Any) -> Any:
    nn = torch.nn
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3)).double()
    with torch.no_grad():
        for seed, each in enumerate(net.parameters()):
            each.copy_(torch.tensor(numbers(seed, *each.shape)))
    return net


def hessian_of_a_network(torch: Any) -> list[Any]:
    w1, b1, w2 = leaf(torch, 0, 4, 3), leaf(torch, 1, 4), leaf(torch, 2, 3, 4)
    x, classes = torch.tensor(numbers(3, 5, 3)), torch.tensor([0, 2, 1, 1, 0])
    F = torch.nn.functional

    def loss(w1: Any, b1: Any, w2: Any) -> Any:
        return F.cross_entropy(F.linear(F.relu(F.linear(x, w1, b1)), w2), classes)

    return list(torch.autograd.functional.hessian(loss, (w1, b1, w2)))


def gradient_penalty(torch: Any) -> list[Any]:
    net = network(torch)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for step in range(3):
        x = leaf(torch, 10 + step, 6, 3)
        (slope,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
        penalty = ((slope.norm(2, dim=1) - 1) ** 2).mean()
        optimizer.zero_grad()
        (net(x).pow(2).mean() + 10 * penalty).backward()
        optimizer.step()
    return [*net.parameters(), penalty, *(each.grad for each in net.parameters())]


def learning_to_learn(torch: Any) -> list[Any]:
    """A step of gradient descent, differentiated with respect to where it began."""
    net = network(torch)
    parameters = list(net.parameters())
    x = torch.tensor(numbers(4, 5, 3))
    slopes = torch.autograd.grad(net(x).logsumexp(1).mean(), parameters, create_graph=True)
    w1, b1, w2, b2 = [each - 0.5 * slope for each, slope in zip(parameters, slopes, strict=True)]
    F = torch.nn.functional
    F.linear(F.linear(x, w1, b1).tanh(), w2, b2).pow(2).mean().backward()
    return [each.grad for each in parameters]


def backward_twice_into_the_same(torch: Any) -> list[Any]:
    x = leaf(torch, 5, 3)
    (x**3).sum().backward(create_graph=True)
    slope = x.grad
    x.grad = None
    (slope**2).sum().backward()
    return [slope, x.grad]


def accumulated_with_a_graph(torch: Any) -> list[Any]:
    x = leaf(torch, 5, 3)
    (x**3).sum().backward(create_graph=True)
    (x**2).sum().backward(create_graph=True)
    first = x.grad
    x.grad = None
    first.exp().sum().backward()
    return [first, x.grad]


def changes_in_place(torch: Any) -> list[Any]:
    x, w = leaf(torch, 6, 4, 3), leaf(torch, 7, 3)
    y = x * w
    y[1:3] *= y[0].clone()
    y.t()[0] = w.sum() * x[:, 1]
    y.view(12)[::2].exp_()
    (slope,) = torch.autograd.grad((y**2).sum(), x, create_graph=True)
    (slope**2).sum().backward()
    return [slope, x.grad, w.grad]


def picked_elements(torch: Any) -> list[Any]:
    x = leaf(torch, 8, 4, 3)
    rows = torch.tensor([0, 2, 2])
    y = x[rows].exp() + x.gather(0, torch.tensor([[0, 1, 3]])) * x[:1, :] + x.max(0)[0] * x.sort(0)[0][1]
    (slope,) = torch.autograd.grad(y.sin().sum(), x, create_graph=True)
    (curve,) = torch.autograd.grad(slope.pow(2).sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(curve.sum(), x)
    return [slope, curve, third]


def jacobians(torch: Any) -> list[Any]:
    x, y = leaf(torch, 9, 3), leaf(torch, 10, 3)
    functional = torch.autograd.functional

    def two(x: Any, y: Any) -> Any:
        return (x * y).exp() / (1 + y * y)

    def number(x: Any) -> Any:
        return (x.exp() * x).sum().sin()

    vector = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    return [
        functional.jacobian(two, (x, y)),
        functional.jacobian(torch.exp, x),
        functional.jacobian(lambda x: (x * 2, x.sum()), x),
        functional.jacobian(lambda x: torch.ones(2), x),
        functional.hessian(number, x),
        functional.hessian(lambda x, y: two(x, y).sum(), (x, y)),
        functional.vjp(two, (x, y), vector),
        functional.vjp(number, x),
        functional.jvp(two, (x, y), (vector, vector + 1)),
        functional.hvp(number, x, vector),
        functional.vhp(number, x, vector),
        functional.jacobian(number, x, create_graph=True).sum(),
    ]


def batched_gradients(torch: Any) -> list[Any]:
    x = leaf(torch, 11, 3)
    weights = torch.eye(3, dtype=torch.float64)
    return list(torch.autograd.grad(x.exp() * x.sum(), x, weights, is_grads_batched=True))


def layers(torch: Any) -> list[Any]:
    """Layers whose backward uses what forward left behind, or other operations."""
    nn, found = torch.nn, []
    for seed, layer in enumerate((nn.LayerNorm(4), nn.BatchNorm1d(4), nn.GELU(), nn.Softmax(1), nn.PReLU())):
        x = leaf(torch, 20 + seed, 5, 4)
        (slope,) = torch.autograd.grad(layer.double()(x).pow(3).sum(), x, create_graph=True)
        slope.pow(2).sum().backward()
        found += [slope, x.grad]
    conv = nn.Conv2d(2, 3, 3, padding=1).double()
    with torch.no_grad():
        conv.weight.copy_(torch.tensor(numbers(30, 3, 2, 3, 3)))
        conv.bias.copy_(torch.tensor(numbers(31, 3)))
    x = leaf(torch, 32, 2, 2, 5, 5)
    out = nn.functional.max_pool2d(conv(x).tanh(), 2)
    (slope,) = torch.autograd.grad(out.pow(2).sum(), x, create_graph=True)
    slope.pow(2).sum().backward()
    return [*found, slope, x.grad, conv.weight.grad, conv.bias.grad]


PROGRAMS: list[Program] = [
    hessian_of_a_network,
    gradient_penalty,
    learning_to_learn,
    backward_twice_into_the_same,
    accumulated_with_a_graph,
    changes_in_place,
    picked_elements,
    jacobians,
    batched_gradients,
    layers,
]


def arrays(found: Any) -> Iterator[Numbers]:
    if isinstance(found, tuple | list):
        for each in found:
            yield from arrays(each)
    else:
        yield found.detach().numpy()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph=True")
def test_both_find_the_same(program: Program, torch: Any) -> None:
    expected, found = list(arrays(program(torch))), list(arrays(program(core)))
    assert [each.shape for each in found] == [each.shape for each in expected]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)

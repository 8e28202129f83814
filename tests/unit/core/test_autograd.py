"""Recording and running the record backwards: what the table of operations does not show."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

import core as torch
from core import nn
from core.ops.operation import Operation


def leaf(*values: float) -> torch.Tensor:
    return torch.tensor(values, requires_grad=True)


def test_deep_graphs_neither_overflow_nor_stay() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(10_000):
        y = y + 1
    y.backward()
    assert x.grad.item() == 1
    assert y.item() == 10_001
    node = weakref.ref(_Watched.of(y))
    del y
    assert node() is None


class _Watched:
    """Something that a record holds, whose end can be seen; records themselves cannot be referred to weakly."""

    @classmethod
    def of(cls, tensor: torch.Tensor) -> _Watched:
        first = tensor.grad_fn
        while isinstance(first.inputs[0], Operation):
            first = first.inputs[0]
        first.hooks = watched = cls()
        return watched


def test_graphs_are_freed_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
        y = net(torch.ones(2, 3))
        z = y.view(4)
        z[0] = 3.0
        loss = (z * z).sum() + nn.CrossEntropyLoss()(y, torch.tensor([0, 1]))
        ends = [weakref.ref(each) for each in (y, z, loss)]
        loss.backward()
        del y, z, loss
        assert [end() for end in ends] == [None, None, None]
    finally:
        gc.enable()


def test_gradients_of_two_leaves_never_share_memory() -> None:
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (a + b).backward(seed := torch.ones(2))
    a.grad += 5
    assert b.grad.tolist() == [1.0, 1.0]
    assert seed.tolist() == [1.0, 1.0]


def test_a_broadcast_gradient_can_be_changed() -> None:
    x = leaf(1.0, 2.0)
    x.sum().backward()
    x.grad[0] = 7
    assert x.grad.tolist() == [7.0, 1.0]


def test_a_failed_backward_leaves_gradients_alone() -> None:
    a, b = leaf(1.0), leaf(2.0)
    saved = b.exp()
    y = a * 2 + saved
    saved.detach().add_(1)
    with pytest.raises(
        RuntimeError, match=r"FloatTensor \[1\]\], which is output 0 of Exp, is at version 1; expected version 0"
    ):
        y.backward()
    assert a.grad is None


def test_what_is_saved_is_freed_by_backward() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp()
    saved = weakref.ref(y)
    z = y * y
    del y
    assert saved() is None
    z.sum().backward()
    assert z.grad_fn.saved is None


def test_recording_is_switched_off_for_one_thread_only() -> None:
    x = leaf(1.0)
    seen: list[bool] = []
    with torch.no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
        assert not (x * 2).requires_grad
    assert seen == [True]


def test_modes_come_back_after_an_exception() -> None:
    def stumble() -> None:
        with torch.no_grad(), torch.enable_grad(), torch.inference_mode():
            raise KeyError

    with pytest.raises(KeyError):
        stumble()
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()


def test_a_bare_decorator() -> None:
    @torch.no_grad
    def double(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    assert not double(leaf(1.0)).requires_grad
    assert double.__name__ == "double"


def test_a_view_of_a_view_follows_its_base() -> None:
    x = leaf(1.0, 2.0, 3.0, 4.0)
    y = x * 1
    row = y.view(2, 2)[1]
    y.mul_(10)
    row.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 10.0, 10.0]


def test_writing_through_a_view_of_a_view() -> None:
    x = leaf(1.0, 2.0, 3.0, 4.0)
    y = x * 1
    y.view(2, 2)[1].mul_(10)
    y.t().sum().backward()
    assert y.tolist() == [1.0, 2.0, 30.0, 40.0]
    assert x.grad.tolist() == [1.0, 1.0, 10.0, 10.0]


def test_hooks_can_be_removed() -> None:
    x = leaf(1.0)
    handle = x.register_hook(lambda grad: grad * 100)
    handle.remove()
    (x * 2).backward()
    assert x.grad.item() == 2


def test_retained_gradients_do_not_keep_the_tensor() -> None:
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    y.retain_grad()
    held = weakref.ref(y)
    z = y * 3
    z.backward(retain_graph=True)
    assert y.grad.item() == 3
    del y
    assert held() is None
    z.backward()


def test_gradients_of_a_deep_network_of_shared_layers_add_up() -> None:
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, 2)
    x = torch.ones(1, 1)
    for _ in range(4):
        x = layer(x)
    x.sum().backward()
    assert layer.weight.grad.item() == 4 * 2**3

"""Recording and running the record backwards: what the table of operations does not show."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import core as torch
from core import nn


def leaf(*values: float) -> torch.Tensor:
    return torch.tensor(values, requires_grad=True)


class Twice(torch.autograd.Function):
    """2 * x and x, with both saved."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y = x * 2
        ctx.save_for_backward(x, y)
        return y, x * 1

    @staticmethod
    def backward(ctx: Any, by_double: torch.Tensor, by_same: torch.Tensor) -> torch.Tensor:
        assert len(ctx.saved_tensors) == 2
        return by_double * 2 + by_same


def slot_changed(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y[:1].mul_(1.0)
    return y


STEPS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "nothing saved": lambda x: x + 1,
    "saved": lambda x: x.tanh() * x,
    "in place": lambda x: (x * 1).mul_(1.0),
    "in place through a view": slot_changed,
    "views": lambda x: x.view(2),
    "two outputs": lambda x: Twice.apply(x)[1],
    "joined": lambda x: torch.cat([x, x])[1:3],
}


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_deep_graphs_neither_overflow_nor_stay(
    step: Callable[[torch.Tensor], torch.Tensor], no_collector: None
) -> None:
    x = leaf(0.1, 0.2)
    y = x
    for _ in range(10_000):
        y = step(y)
    half = y
    y.sum().backward()
    assert x.grad is not None
    held = weakref.ref(y)
    del y, half
    assert held() is None
    assert gc.collect() == 0


def test_a_graph_of_a_hundred_thousand_is_freed_in_a_thread_with_a_small_stack(no_collector: None) -> None:
    ends: list[Any] = []

    def work() -> None:
        x = leaf(1.0)
        y = x
        for _ in range(100_000):
            y = y + 1
        y.backward()
        ends.append((weakref.ref(y), x.grad.item()))

    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    held, gradient = ends[0]
    assert held() is None
    assert gradient == 1


def test_a_deep_graph_of_second_derivatives(no_collector: None) -> None:
    x = leaf(0.1)
    y = x
    for _ in range(3_000):
        y = y.tanh()
    (first,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    held = weakref.ref(first)
    first.sum().backward()
    assert x.grad is not None
    del y, first
    assert held() is None


def hooked() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2
    y.register_hook(lambda grad: grad * 2)
    y.retain_grad()
    y.grad_fn.register_hook(lambda inputs, outputs: None)
    x.register_post_accumulate_grad_hook(lambda leaf: None)
    y.sum().backward()


def twice() -> None:
    x = leaf(1.0, 2.0)
    double, same = Twice.apply(x)
    (first,) = torch.autograd.grad((double * same).sum(), x, create_graph=True)
    first.sum().backward()


def watched_module() -> None:
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda module, inputs, outputs: None)
    layer(leaf(1.0, 2.0)).sum().backward()


def failing() -> None:
    y = leaf(1.0).exp()
    y.detach().zero_()
    with pytest.raises(RuntimeError):
        y.sum().backward()


def traced() -> None:
    with torch.autograd.set_detect_anomaly(True):
        y = leaf(1.0, 2.0) * 2
        y[0] = 3
        y.sum().backward()


@pytest.mark.parametrize("work", [hooked, twice, watched_module, failing, traced], ids=lambda work: work.__name__)
def test_nothing_is_left_to_the_collector(work: Callable[[], None], no_collector: None) -> None:
    work()
    gc.collect()
    work()
    assert gc.collect() == 0


def test_graphs_are_freed_without_the_collector(no_collector: None) -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    y = net(torch.ones(2, 3))
    z = y.view(4)
    z[0] = 3.0
    loss = (z * z).sum() + nn.CrossEntropyLoss()(y, torch.tensor([0, 1]))
    ends = [weakref.ref(each) for each in (y, z, loss)]
    loss.backward()
    del y, z, loss
    assert [end() for end in ends] == [None, None, None]


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


def test_a_warning_comes_with_gradients_that_hold_their_leaf() -> None:
    x = leaf(1.0)
    with pytest.warns(UserWarning, match="reference cycle between the parameter and its gradient"):
        (x**3).sum().backward(create_graph=True)
    x.grad.sum().backward()
    assert x.grad.item() == 9


def test_a_generator_runs_in_its_mode_and_its_caller_in_another() -> None:
    @torch.no_grad()
    def steps() -> Iterator[bool]:
        yield torch.is_grad_enabled()
        with torch.enable_grad():
            yield torch.is_grad_enabled()

    seen = [(inside, torch.is_grad_enabled()) for inside in steps()]
    assert seen == [(False, True), (True, True)]


def test_what_is_made_in_inference_mode_takes_no_part_in_recording() -> None:
    x = leaf(1.0, 2.0)
    with torch.inference_mode():
        made = torch.ones(2)
        made[0] = 3
        doubled = made.view(2, 1) * 2
    assert made.is_inference()
    assert doubled.is_inference()
    assert not made.clone().is_inference()
    (x + made).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        x * made
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside InferenceMode"):
        made.add_(1)
    assert made.tolist() == [3.0, 1.0]


def test_a_view_made_without_recording_is_not_changed_unseen() -> None:
    y = leaf(1.0, 2.0) * 2
    with torch.no_grad():
        view = y[:1]
    with pytest.raises(RuntimeError, match="A view was created in no_grad mode and is being modified inplace"):
        view.mul_(2)
    assert y.tolist() == [2.0, 4.0]


def test_a_retained_gradient_follows_changes_in_place() -> None:
    y = leaf(1.0, 2.0) * 2
    y.retain_grad()
    y.mul_(3)
    y[0] = 1
    (y * 5).sum().backward()
    assert y.grad.tolist() == [5.0, 5.0]


def test_gradients_from_several_threads_add_up() -> None:
    x, before = leaf(1.0), sys.getswitchinterval()

    def work() -> None:
        for _ in range(100):
            (x * 2).backward()

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        sys.setswitchinterval(before)
    assert x.grad.item() == 800


def test_walks_do_not_touch_what_leads_elsewhere() -> None:
    x = leaf(1.0)
    inner = x.exp()
    outer = inner.exp()
    torch.autograd.grad(outer, inner)
    inner.backward()
    assert x.grad is not None


def test_views_and_detached_tensors_count_changes_together() -> None:
    x = torch.zeros(2, 3)
    view, apart, data = x[0], x.detach(), x.data
    view.add_(1)
    x.mul_(2)
    assert (x._version, view._version, apart._version, data._version) == (2, 2, 2, 0)

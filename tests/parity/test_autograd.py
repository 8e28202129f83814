"""Programs about recording and differentiating, run on both libraries: each has to say the same."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.said import Said, both


def leaf(torch: Any, *values: float) -> Any:
    return torch.tensor(values or (1.0, 2.0, 3.0), requires_grad=True)


def tensor_hooks(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = x * 2
    y.register_hook(lambda grad: say("first", grad))
    doubled = y.register_hook(lambda grad: grad * 2)
    y.retain_grad()
    y.register_hook(lambda grad: say("after doubling", grad))
    x.register_hook(lambda grad: grad + 1)
    y.sum().backward(retain_graph=True)
    say(y.grad, x.grad)
    doubled.remove()
    doubled.remove()
    y.sum().backward()
    say(y.grad, x.grad)
    with y.register_hook(lambda grad: grad):
        pass
    say.outcome(lambda: torch.ones(1).register_hook(print))
    say.outcome(lambda: torch.ones(1).retain_grad())
    x.retain_grad()
    say(x.retains_grad, y.retains_grad)


def gradients_kept_through_changes(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda grad: say("before", grad))
    y.mul_(3)
    y.register_hook(lambda grad: say("after", grad))
    (y * 5).sum().backward()
    say(y.grad, x.grad)
    y = x * 2
    y.retain_grad()
    y[0] = 7
    (y * 5).sum().backward()
    say(y.grad)
    y = x * 2
    part = y[:1]
    part.retain_grad()
    part.mul_(3)
    (y * 5).sum().backward()
    say.outcome(lambda: (part.grad, part.retains_grad, y.retains_grad))


def views_made_without_recording(torch: Any, say: Said) -> None:
    y = leaf(torch) * 2
    with torch.no_grad():
        view = y.view(3, 1)
    say.outcome(lambda: view.mul_(2))
    base = torch.zeros(3)
    with torch.no_grad():
        view = base.view(3, 1)
    base.add_(leaf(torch))
    say(view.requires_grad)


def wrong_hooks(torch: Any, say: Said) -> None:
    def run(hook: Callable[[Any], Any]) -> None:
        y = leaf(torch) * 2
        y.register_hook(hook)
        y.sum().backward()

    say.outcome(lambda: run(lambda grad: 3))
    say.outcome(lambda: run(lambda grad: grad.sum()))
    say.outcome(lambda: run(lambda grad: None))
    say.outcome(lambda: run(lambda grad: grad.missing))


def hooks_on_leaves(torch: Any, say: Said) -> None:
    x = leaf(torch)
    handle = x.register_post_accumulate_grad_hook(lambda leaf: say("added", leaf.grad, leaf is x))
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    say(torch.autograd.grad((x * 4).sum(), x))
    handle.remove()
    (x * 5).sum().backward()
    say.outcome(lambda: (x * 1).register_post_accumulate_grad_hook(print))
    say.outcome(lambda: torch.ones(1).register_post_accumulate_grad_hook(print))


def hooks_on_records(torch: Any, say: Said) -> None:
    x, w = leaf(torch), leaf(torch)
    y = x * w
    node = y.grad_fn
    node.register_prehook(lambda outputs: say("before", outputs))
    handle = node.register_hook(lambda inputs, outputs: say("after", inputs, outputs))
    y.sum().backward(retain_graph=True)
    handle.remove()
    node.register_hook(lambda inputs, outputs: (inputs[0] * 10, inputs[1]))
    node.register_prehook(lambda outputs: (outputs[0] * 2,))
    x.grad = w.grad = None
    y.sum().backward()
    say(x.grad, w.grad)


def the_graph(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = (x.exp() + x).sum()
    add = y.grad_fn.next_functions[0][0]
    say(y.grad_fn.name(), add.name(), add.next_functions[0][0].name(), add.next_functions[1][0].name())
    end = add.next_functions[1]
    say(end[0].variable is x, end[1], end[0].next_functions, type(end[0]).__name__)
    say((x * 2).grad_fn.next_functions[1], y.output_nr, x.is_leaf, y.is_leaf, x.grad_fn, torch.ones(1).is_leaf)
    values, indices = x.max(0)
    say(values.grad_fn.name(), indices.requires_grad)


def gradients_of_what_is_no_leaf(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = x * 2
    say.outcome(lambda: y.grad)
    y.retain_grad()
    say.outcome(lambda: y.grad)
    y.sum().backward()
    say.outcome(lambda: y.grad)
    say.outcome(lambda: torch.ones(1).grad)


def backward_arguments(torch: Any, say: Said) -> None:
    x, w = leaf(torch), leaf(torch)
    y = x * w
    y.sum().backward(inputs=[x], retain_graph=True)
    say(x.grad, w.grad)
    y.backward(torch.ones(3), inputs=w)
    say(x.grad, w.grad)
    y = x.exp()
    y.sum().backward(inputs=y)
    say.outcome(lambda: x.sum().backward(inputs=[]))
    say.outcome(lambda: y.backward())
    say.outcome(lambda: y.backward(torch.ones(2)))
    say.outcome(lambda: torch.ones(3).sum().backward())
    say.outcome(lambda: torch.autograd.backward([x.sum(), torch.ones(1)]))
    say.outcome(lambda: torch.autograd.backward([x * 2, w * x], [torch.ones(3), torch.ones(3) * 2]))
    say(x.grad, w.grad)
    say.outcome(lambda: torch.autograd.backward([x * 2, w * x], [torch.ones(3)]))
    say.outcome(lambda: torch.autograd.backward(x.sum()))
    say.outcome(lambda: torch.tensor(1.0, requires_grad=True).backward())
    say.outcome(lambda: torch.tensor([1]).requires_grad_())


def grad_arguments(torch: Any, say: Said) -> None:
    x, w, free = leaf(torch), leaf(torch), leaf(torch)
    y = (x * w).sum()
    grad = torch.autograd.grad
    say.outcome(lambda: grad(y, [x, w], retain_graph=True))
    say.outcome(lambda: grad(y, [x, free], retain_graph=True))
    say.outcome(lambda: grad(y, [x, free], retain_graph=True, allow_unused=True))
    say.outcome(lambda: grad(y, [x, free], retain_graph=True, materialize_grads=True))
    say.outcome(lambda: grad(y, free, allow_unused=False, materialize_grads=True))
    say.outcome(lambda: grad(y, torch.ones(3), retain_graph=True))
    say.outcome(lambda: grad(x * w, x))
    say.outcome(lambda: grad([x * w, x.exp()], x, [torch.ones(3), None]))
    say.outcome(lambda: grad([x * w, x.exp()], x, [torch.ones(3), torch.ones(3)]))
    say.outcome(lambda: grad(x * w, x, is_grads_batched=False, grad_outputs=torch.ones(3)))
    say.outcome(lambda: grad(y, [x, x]))
    say.outcome(lambda: grad(y, [x]))
    say(x.grad)


def freeing(torch: Any, say: Said) -> None:
    x = leaf(torch)
    inner = x.exp()
    outer = inner.exp()
    say(torch.autograd.grad(outer.sum(), inner))
    inner.sum().backward()
    say.outcome(lambda: outer.sum().backward())
    kept = (x + 1).sum()
    kept.backward()
    say.outcome(lambda: kept.backward())
    say(x.grad)


def accumulation(torch: Any, say: Said) -> None:
    x = leaf(torch)
    (x * 2).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    say(x.grad is first, first)
    x.grad.zero_()
    say(first)
    (x**2).sum().backward(create_graph=False)
    say(x.grad is first)
    x.grad = None
    say(x.grad, first)
    say.outcome(lambda: setattr(x, "grad", torch.ones(2)))
    say.outcome(lambda: setattr(x, "grad", torch.ones(3, dtype=torch.float64)))
    say.outcome(lambda: setattr(x, "grad", 3))


def changed_too_early(torch: Any, say: Said) -> None:
    def own_output(a: Any) -> Any:
        y = a.exp()
        y.detach().zero_()
        return y

    def a_leaf(a: Any) -> Any:
        z = a * a
        with torch.no_grad():
            a.add_(1)
        return z

    def a_constant(a: Any) -> Any:
        b = torch.ones(3, dtype=torch.float64)
        z = a * b
        b.mul_(2)
        return z

    def through_data(a: Any) -> Any:
        y = a.exp()
        y.data.zero_()
        return y

    def in_place_twice(a: Any) -> Any:
        y = (a * 1).sigmoid_()
        y.detach().mul_(2)
        return y

    for change in (own_output, a_leaf, a_constant, through_data, in_place_twice):
        say.outcome(lambda change=change: change(leaf(torch)).sum().backward())


def in_place_on_leaves(torch: Any, say: Said) -> None:
    x = leaf(torch)

    def assign(target: Any) -> None:
        target[0] = 1

    for action in (
        lambda: x.add_(1),
        lambda: assign(x),
        lambda: x.view(3, 1).mul_(2),
        lambda: assign(x.detach()),
        lambda: x.data.add_(1),
    ):
        say.outcome(action)
    with torch.no_grad():
        x.add_(1)
    say(x)


def modes(torch: Any, say: Said) -> None:
    x = leaf(torch)

    @torch.no_grad()
    def double(y: Any) -> Any:
        return y * 2

    @torch.enable_grad()
    def triple(y: Any) -> Any:
        return y * 3

    @torch.set_grad_enabled(False)
    def quadruple(y: Any) -> Any:
        return y * 4

    say(torch.is_grad_enabled(), double(x), double.__name__, quadruple(x))
    with torch.no_grad():
        say(triple(x), torch.is_grad_enabled())
    with torch.set_grad_enabled(False):
        say(torch.is_grad_enabled())
        with torch.set_grad_enabled(True):
            say(torch.is_grad_enabled(), (x * 2).requires_grad)
    torch.set_grad_enabled(False)
    say(torch.is_grad_enabled())
    torch.set_grad_enabled(True)
    say(torch.is_grad_enabled(), torch.autograd.grad_mode.no_grad is torch.no_grad)
    say(torch.autograd.no_grad is torch.no_grad)


def generators(torch: Any, say: Said) -> None:
    @torch.no_grad()
    def numbers() -> Any:
        try:
            while True:
                say("inside", torch.is_grad_enabled())
                say("sent", (yield torch.is_grad_enabled()))
        except ValueError:
            say("thrown", torch.is_grad_enabled())
            yield "caught"
        finally:
            say("end", torch.is_grad_enabled())

    made = numbers()
    say(next(made), torch.is_grad_enabled())
    say(made.send("hello"), torch.is_grad_enabled())
    say(made.throw(ValueError()), torch.is_grad_enabled())
    made.close()
    say(torch.is_grad_enabled())


def inference(torch: Any, say: Said) -> None:
    x = leaf(torch)
    with torch.inference_mode():
        y = x * 2
        made = torch.ones(3)
        say(y.requires_grad, y.is_inference(), made.is_inference(), x.is_inference(), torch.is_inference_mode_enabled())
        y.add_(1)
        with torch.inference_mode(False):
            say((x * 2).requires_grad)
    say(y.is_inference(), y, (y + 1).is_inference())
    say.outcome(lambda: (x * y).sum().backward())
    say.outcome(lambda: (x + y).sum().backward())
    say.outcome(lambda: y.requires_grad_())
    say.outcome(lambda: (x * y.clone()).sum().backward())
    say(x.grad)
    with torch.inference_mode():
        say((x.view(3, 1)).is_inference(), x.detach().is_inference())
    say.outcome(lambda: y.mul_(2))


def threads(torch: Any, say: Said) -> None:
    x = leaf(torch)
    with torch.no_grad():
        thread = threading.Thread(target=lambda: say((x * 2).requires_grad))
        thread.start()
        thread.join()

    def work() -> None:
        for _ in range(20):
            (x.exp() * 0 + 1).sum().backward()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    say(x.grad)


def detaching(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = x * 2
    z = y.detach()
    say(z.requires_grad, z.grad_fn, z.is_leaf)
    z.add_(1)
    say(y)
    y.detach_()
    say(y.requires_grad)
    say.outcome(lambda: (x * 2)[0].detach_())
    say.outcome(lambda: setattr(x * 2, "requires_grad", False))
    say.outcome(lambda: (x * 2).numpy())


def anomalies(torch: Any, say: Said) -> None:
    def fails() -> None:
        x = leaf(torch, 0.0, -1.0)
        (x.sqrt() * 0).sum().backward()

    def lines() -> None:
        with torch.autograd.detect_anomaly():
            fails()

    def unchecked() -> None:
        with torch.autograd.set_detect_anomaly(True, check_nan=False):
            say(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
            fails()

    def unseen() -> None:
        x = leaf(torch, 0.0, -1.0)
        y = (x.sqrt() * 0).sum()
        with torch.autograd.set_detect_anomaly(True):
            y.backward()

    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            lines()
        except RuntimeError as error:
            say(error)
    say(len(given), "(x.sqrt() * 0).sum().backward()" in str(given[1].message))
    for action in (unchecked, unseen, fails):
        say.outcome(action)
    say(torch.is_anomaly_enabled())


def second_derivatives(torch: Any, say: Said) -> None:
    x = leaf(torch)
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    say(first.requires_grad, first.detach())
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(second.sum(), x)
    say(second.detach(), third)
    y = x * 1
    y[1:] *= x[1:]
    y.view(3, 1)[0] = 5
    (first,) = torch.autograd.grad((y**2).sum(), x, create_graph=True)
    first.pow(2).sum().backward()
    say(x.grad)
    total = y.exp().sum()
    with torch.no_grad():
        (first,) = torch.autograd.grad(total, y, create_graph=True)
    say(first.requires_grad)


def hooks_and_second_derivatives(torch: Any, say: Said) -> None:
    x = leaf(torch)
    y = x**2
    y.register_hook(lambda grad: grad * x)
    (first,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    say(first.detach())
    (second,) = torch.autograd.grad(first.sum(), x)
    say(second)
    y = x**2
    y.register_hook(lambda grad: say(grad.requires_grad, torch.is_grad_enabled()))
    torch.autograd.grad(y.sum(), x)


def functional(torch: Any, say: Said) -> None:
    """The sentences; the numbers are compared in double precision elsewhere."""
    x = torch.tensor([1.0, 2.0])
    vjp, jvp = torch.autograd.functional.vjp, torch.autograd.functional.jvp
    jacobian, hessian = torch.autograd.functional.jacobian, torch.autograd.functional.hessian
    vhp, hvp = torch.autograd.functional.vhp, torch.autograd.functional.hvp
    for action in (
        lambda: vjp(lambda x: x * 2, x),
        lambda: vjp(lambda x: x * 2, x, torch.ones(3)),
        lambda: vjp(lambda x: x * 2, x, (x, x)),
        lambda: vjp(lambda x: (x * 2).sum(), x),
        lambda: vjp(lambda x: [x], x, x),
        lambda: vjp(lambda x: x**2, x.clone().requires_grad_(), x, create_graph=True),
        lambda: jvp(lambda x: x * 2, x),
        lambda: jvp(lambda x, y: x * y, (x, x), (x,)),
        lambda: jvp(lambda x, y: x * y, (x, x), (x, torch.ones(3))),
        lambda: jvp(lambda x: x.detach() * 2, x, x),
        lambda: jvp(lambda x: x.detach() * 2, x, x, strict=True),
        lambda: jacobian(lambda x: x * 2, [x, 3]),
        lambda: jacobian(lambda x, y: x * 2, (x, 3)),
        lambda: jacobian(lambda x: 3, x),
        lambda: jacobian(lambda x: torch.ones(2), x),
        lambda: jacobian(lambda x: torch.ones(2), x, strict=True),
        lambda: jacobian(lambda x, y: x * 2, (x, x)),
        lambda: jacobian(lambda x, y: x * 2, (x, x), strict=True),
        lambda: hessian(lambda x: x * 2, x),
        lambda: hessian(lambda x: (x.sum(), x.sum()), x),
        lambda: hessian(lambda x: x.sum(), x),
        lambda: hessian(lambda x: x.pow(3).sum().reshape(1), x),
        lambda: vhp(lambda x: x * 2, x, x),
        lambda: vhp(lambda x: x.sum(), x),
        lambda: hvp(lambda x: x.sum() ** 2, x, x),
        lambda: hvp(lambda x: torch.ones(()), x, x),
    ):
        say.outcome(action)


PROGRAMS = [
    functional,
    tensor_hooks,
    gradients_kept_through_changes,
    views_made_without_recording,
    wrong_hooks,
    hooks_on_leaves,
    hooks_on_records,
    the_graph,
    gradients_of_what_is_no_leaf,
    backward_arguments,
    grad_arguments,
    freeing,
    accumulation,
    changed_too_early,
    in_place_on_leaves,
    modes,
    generators,
    inference,
    threads,
    detaching,
    anomalies,
    second_derivatives,
    hooks_and_second_derivatives,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_both_say_the_same(program: Callable[[Any, Said], None], torch: Any) -> None:
    said, expected = both(program, torch)
    assert said == expected

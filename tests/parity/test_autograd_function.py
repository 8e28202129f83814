"""`autograd.Function` in programs run on both libraries: each has to say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.said import Said, both


def leaf(torch: Any, *values: float) -> Any:
    return torch.tensor(values or (1.0, 2.0), requires_grad=True)


def answers(torch: Any, say: Said) -> None:
    """Every way in which `backward` can answer."""

    class Scale(torch.autograd.Function):
        answer: Any = None

        @staticmethod
        def forward(ctx: Any, x: Any, k: float) -> Any:
            ctx.k = k
            ctx.save_for_backward(x)
            return x * k

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return Scale.answer(ctx, grad)

    def run(answer: Callable[[Any, Any], Any]) -> Any:
        Scale.answer = answer
        x = leaf(torch)
        Scale.apply(x * 1, 3).sum().backward()
        return x.grad

    for answer in (
        lambda ctx, grad: (grad * ctx.k, None),
        lambda ctx, grad: grad,
        lambda ctx, grad: (grad, None, None),
        lambda ctx, grad: (grad, None, grad),
        lambda ctx, grad: (grad, grad),
        lambda ctx, grad: (torch.ones(3), None),
        lambda ctx, grad: ("text", None),
        lambda ctx, grad: (torch.ones(1), None),
        lambda ctx, grad: (grad.double(), None),
        lambda ctx, grad: (torch.ones(4, 2), None),
        lambda ctx, grad: (3, None),
        lambda ctx, grad: (None, None),
        lambda ctx, grad: None,
        lambda ctx, grad: [grad, None],
        lambda ctx, grad: (ctx.saved_tensors[0], None),
    ):
        say.outcome(lambda answer=answer: run(answer))


def results(torch: Any, say: Said) -> None:
    """Every kind of thing that `forward` can return."""

    class Make(torch.autograd.Function):
        make: Any = None

        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return Make.make(ctx, x)

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            say("gradients", grads)
            return next(each for each in grads if each is not None)

    def dirty(ctx: Any, x: Any) -> Any:
        ctx.mark_dirty(x)
        return x.mul_(2)

    def constant(ctx: Any, x: Any) -> Any:
        made = x * 2
        ctx.mark_non_differentiable(made)
        return made

    def bare(ctx: Any, x: Any) -> Any:
        ctx.set_materialize_grads(False)
        return x * 2, x * 3

    def run(make: Callable[[Any, Any], Any], number: int | None) -> None:
        Make.make = make
        x = leaf(torch)
        before = x * 1
        made = Make.apply(before)
        say(made, made is before)
        if number is not None:
            one = made if number < 0 else made[number]
            say(one.grad_fn.name(), one.output_nr)
            one.sum().backward()
            say(x.grad)

    for make, number in (
        (lambda ctx, x: 5, None),
        (lambda ctx, x: (x * 2, 5), 0),
        (lambda ctx, x: [x * 2], None),
        (lambda ctx, x: x, -1),
        (lambda ctx, x: x.view(2, 1), None),
        (dirty, -1),
        (constant, None),
        (bare, 1),
        (lambda ctx, x: (x * 2, x.long()), 0),
        (lambda ctx, x: (x * 2, x * 3), 1),
        (lambda ctx, x: None, None),
        (lambda ctx, x: (None, x * 2), 1),
        (lambda ctx, x: ctx.save_for_backward(3), None),
    ):
        say.outcome(lambda make=make, number=number: run(make, number))
    Make.make = dirty
    say.outcome(lambda: Make.apply(leaf(torch)))
    Make.make = lambda ctx, x: x * 2
    with torch.no_grad():
        say(Make.apply(leaf(torch)))
    say(Make.apply(torch.ones(2)))


def context(torch: Any, say: Said) -> None:
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any, scale: float = 1.0) -> Any:
            ctx.scale = scale
            ctx.save_for_backward(a, None, b)
            return a * b * scale

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            a, nothing, b = ctx.saved_tensors
            say(ctx.needs_input_grad, nothing, torch.is_grad_enabled(), grad.requires_grad)
            return grad * b * ctx.scale, grad * a * ctx.scale, None

    a, b = leaf(torch), torch.tensor([3.0, 4.0])
    y = Product.apply(a, b, 2.0)
    say(y, y.grad_fn.name(), y.grad_fn.scale, y.grad_fn.needs_input_grad, y.grad_fn.saved_tensors)
    say([(each and each.name(), number) for each, number in y.grad_fn.next_functions])
    y.sum().backward()
    say(a.grad, b.grad)
    say.outcome(lambda: y.sum().backward())
    y = Product.apply(a * 1, b)
    b.mul_(2)
    say.outcome(lambda: y.sum().backward())
    y = Product.apply(a, b)
    (first,) = torch.autograd.grad(y.pow(2).sum(), a, create_graph=True)
    say(torch.autograd.grad(first.sum(), a))


def missing_parts(torch: Any, say: Said) -> None:
    class Nothing(torch.autograd.Function):
        pass

    class NoBackward(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

    say.outcome(lambda: Nothing.apply(leaf(torch)))
    say.outcome(lambda: NoBackward.apply(leaf(torch)).sum().backward())


def set_up_apart(torch: Any, say: Said) -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(x: Any) -> Any:
            say(torch.is_grad_enabled())
            return x * 2

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            say("set up", inputs, output)

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, grad: Any) -> Any:
            say(torch.is_grad_enabled())
            return grad * 2

    x = leaf(torch)
    (first,) = torch.autograd.grad(Double.apply(x).sum(), x, create_graph=True)
    say(first)
    (first,) = torch.autograd.grad(Double.apply(x).pow(2).sum(), x, create_graph=True)
    say(first.requires_grad)
    say.outcome(lambda: first.sum().backward())


def saved_outputs(torch: Any, say: Said) -> None:
    class TimesExp(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            y = x.exp()
            ctx.save_for_backward(x, y)
            return y * x, y

        @staticmethod
        def backward(ctx: Any, by_product: Any, by_exp: Any) -> Any:
            x, y = ctx.saved_tensors
            return by_product * (y + x * y) + by_exp * y

    x = torch.tensor([0.5, 1.0], dtype=torch.float64, requires_grad=True)
    product, exp = TimesExp.apply(x)
    (first,) = torch.autograd.grad((product * exp).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(second.sum(), x)
    say(first.detach(), second.detach(), third)
    product, exp = TimesExp.apply(x)
    exp.mul_(2)
    say.outcome(lambda: product.sum().backward())


def computed_again(torch: Any, say: Said) -> None:
    """A backward that runs forward again and walks its record: one walk within another."""

    class Checkpoint(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, layer: Any, x: Any) -> Any:
            ctx.layer = layer
            ctx.save_for_backward(x)
            return layer(x)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            again = x.detach().requires_grad_()
            with torch.enable_grad():
                y = ctx.layer(again)
            say("again", y.requires_grad, torch.is_grad_enabled())
            torch.autograd.backward(y, grad)
            return None, again.grad

    layer = torch.nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        layer.bias.fill_(1.0)
    x = leaf(torch)
    Checkpoint.apply(layer, Checkpoint.apply(layer, x * 2)).sum().backward()
    say(x.grad, layer.weight.grad, layer.bias.grad)


PROGRAMS = [computed_again, answers, results, context, missing_parts, set_up_apart, saved_outputs]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_both_say_the_same(program: Callable[[Any, Said], None], torch: Any) -> None:
    said, expected = both(program, torch)
    assert said == expected

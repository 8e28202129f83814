"""Hooks on modules in programs run on both libraries: each has to say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.said import Said, both


def leaf(torch: Any, *values: float) -> Any:
    return torch.tensor(values or (1.0, 2.0), requires_grad=True)


def module(torch: Any, forward: Callable[..., Any]) -> Any:
    class Custom(torch.nn.Module):
        def forward(self, *args: Any, **named: Any) -> Any:
            return forward(*args, **named)

    return Custom()


def forward_hooks(torch: Any, say: Said) -> None:
    net = module(torch, lambda x, scale=1: x * scale)
    net.register_forward_pre_hook(lambda module, args: say("pre", args))
    net.register_forward_pre_hook(lambda module, args: args[0] + 1)
    net.register_forward_pre_hook(lambda module, args, named: (args, {"scale": 3}), with_kwargs=True)
    last = net.register_forward_hook(lambda module, args, output: say("post", args, output))
    net.register_forward_hook(lambda module, args, output: output * 2, prepend=True)
    net.register_forward_hook(lambda module, args, named, output: say(named), with_kwargs=True)
    say(net(torch.ones(1)))
    last.remove()
    say(net(torch.ones(1), scale=5))
    with net.register_forward_hook(lambda module, args, output: output * 100):
        say(net(torch.ones(1)))
    say(net(torch.ones(1)))
    net.register_forward_pre_hook(lambda module, args, named: args, with_kwargs=True)
    say.outcome(lambda: net(torch.ones(1)))


def hooks_called_always(torch: Any, say: Said) -> None:
    def fails(x: Any) -> Any:
        raise ValueError("failed")

    net = module(torch, fails)
    net.register_forward_hook(lambda module, args, output: say("never"))
    net.register_forward_hook(lambda module, args, output: say("always", args, output), always_call=True)
    say.outcome(lambda: net(torch.ones(1)))


def several_inputs_and_outputs(torch: Any, say: Said) -> None:
    net = module(torch, lambda a, b, c, n: (a * b, n, a * 2 + c * 0, b.detach()))
    net.register_full_backward_pre_hook(lambda module, outputs: say("outputs", outputs))
    net.register_full_backward_hook(lambda module, inputs, outputs: say("inputs", inputs, outputs))
    a, b, c = leaf(torch), leaf(torch), torch.ones(2)
    found = net(a, b, c, 3)
    say(found[0].grad_fn.name(), found[1], found[3].requires_grad)
    (found[0].sum() + found[2].sum()).backward()
    say(a.grad, b.grad)
    net(a, b, c, 3)[2].sum().backward()
    say(a.grad, b.grad)


def hooks_that_answer(torch: Any, say: Said) -> None:
    net = torch.nn.Identity()
    net.register_full_backward_pre_hook(lambda module, outputs: (outputs[0] * 2,))
    net.register_full_backward_pre_hook(lambda module, outputs: [outputs[0] + 1])
    net.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 10,))
    net.register_full_backward_hook(lambda module, inputs, outputs: [inputs[0] + outputs[0]])
    x = leaf(torch)
    net(x).sum().backward()
    say(x.grad)
    net.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0], None))
    say.outcome(lambda: net(x).sum().backward())
    net = torch.nn.Identity()
    net.register_full_backward_pre_hook(lambda module, outputs: ())
    say.outcome(lambda: net(x).sum().backward())


def no_input_wants_a_gradient(torch: Any, say: Said) -> None:
    net = torch.nn.Linear(2, 1)
    with torch.no_grad():
        net.weight.fill_(2)
        net.bias.fill_(1)
    net.register_full_backward_hook(lambda module, inputs, outputs: say(inputs, outputs))
    say.outcome(lambda: net(torch.ones(2)).sum().backward())
    say(net.weight.grad)
    net.register_full_backward_hook(lambda module, inputs, outputs: outputs)
    say.outcome(lambda: net(torch.ones(2)).sum().backward())


def other_kinds_of_output(torch: Any, say: Said) -> None:
    for forward in (lambda x: {"y": x * 2}, lambda x: [x * 2], lambda x: (), lambda x: (x * 2,), lambda x: None):
        net = module(torch, forward)
        net.register_full_backward_hook(lambda module, inputs, outputs: say("called", inputs, outputs))
        x = leaf(torch)
        say.outcome(lambda net=net, x=x: net(x))
        with torch.no_grad():
            say.outcome(lambda net=net, x=x: net(x))


def around_layers(torch: Any, say: Said) -> None:
    nn = torch.nn
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        for number, each in enumerate(net.parameters()):
            each.fill_(number + 1)
    for place, layer in enumerate(net):
        layer.register_full_backward_hook(
            lambda module, inputs, outputs, place=place: say(place, type(module).__name__, inputs, outputs)
        )
    x = leaf(torch)
    net(x).sum().backward()
    say(x.grad, [each.grad for each in net.parameters()])


def second_derivatives(torch: Any, say: Said) -> None:
    net = module(torch, lambda x: x**3)
    net.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 2,))
    x = leaf(torch)
    (first,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    say(first.detach(), torch.autograd.grad(first.sum(), x))


def past_the_outputs(torch: Any, say: Said) -> None:
    kept: list[Any] = []
    net = module(torch, lambda x: kept.append(x * 2) or x * 3)
    net.register_full_backward_hook(lambda module, inputs, outputs: say("called"))
    x = leaf(torch)
    net(x)
    kept[0].sum().backward()
    say(x.grad)


PROGRAMS = [
    forward_hooks,
    hooks_called_always,
    several_inputs_and_outputs,
    hooks_that_answer,
    no_input_wants_a_gradient,
    other_kinds_of_output,
    around_layers,
    second_derivatives,
    past_the_outputs,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_both_say_the_same(program: Callable[[Any, Said], None], torch: Any) -> None:
    said, expected = both(program, torch)
    assert said == expected

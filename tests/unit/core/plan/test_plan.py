"""A planned step gives what a step without a plan gives, to the bit: of all layers, and whatever happens in between."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core as torch
from core import nn
from core.network.graph_module import GraphModule
from core.network.merging import Add, Concat
from core.plan.program import kind_of
from core.plan.step import PlannedStep
from tests.unit.core.layer_cases import images, plain, sequences
from tests.unit.core.layer_cases.layer import LayerCase

Batch = tuple[Any, Any]
Between = Callable[[int, nn.Module], None]

CASES: list[LayerCase] = [*plain.LAYERS, *images.LAYERS, *sequences.LAYERS]
SINGLE = [case for case in CASES if len(case.shapes) == 1 and len(case.shapes[0]) > 1 and not case.more]


def batches(shape: tuple[int, ...], steps: int, kind: str = "f4", classes: int = 3) -> Iterator[Batch]:
    draw = np.random.default_rng(len(shape))
    for _ in range(steps):
        numbers = draw.standard_normal(shape).astype(kind)
        yield torch.tensor(numbers), torch.tensor(draw.integers(0, classes, shape[0]))


def trained(
    net: nn.Module, loss: nn.Module, data: list[Batch], how: str, between: Between = lambda *_: None
) -> tuple[list[Any], PlannedStep]:
    """All losses and, at the end, all that the network holds; how: "planned", "compiled" or "plain"."""
    torch.manual_seed(1)
    step, told, called = PlannedStep(net, loss), [], torch.compile(net) if how == "compiled" else net
    parameters = [each for each in net.parameters() if each.requires_grad]
    optimiser = torch.optim.SGD(parameters, lr=0.05, momentum=0.9) if parameters else None
    for number, (features, targets) in enumerate(data):
        between(number, net)
        net.zero_grad()
        if how == "planned":
            output, made = step(features, targets)
        else:
            output = called(features)
            made = loss(output, targets)
            made.backward()
        if optimiser is not None:
            optimiser.step()
        told += [output.detach().numpy().copy(), made.detach().numpy().copy()]
    held = [each.detach().numpy().copy() for each in (*net.parameters(), *net.buffers())]
    grads = [each.grad.numpy().copy() for each in net.parameters() if each.grad is not None]
    return [*told, *held, *grads], step


def check(
    net: nn.Module, data: list[Batch], between: Between = lambda *_: None, loss: nn.Module | None = None
) -> PlannedStep:
    chosen = nn.CrossEntropyLoss() if loss is None else loss
    others = {how: copy.deepcopy(net) for how in ("compiled", "plain")}
    by_plan, step = trained(net, chosen, data, "planned", between)
    compiled, without = (trained(other, chosen, data, how, between)[0] for how, other in others.items())
    assert len(by_plan) == len(without) == len(compiled)
    for planned, by_calls, plain_one in zip(by_plan, compiled, without, strict=True):
        np.testing.assert_array_equal(planned, plain_one)
        np.testing.assert_array_equal(by_calls, plain_one)
    return step


def kinds(step: PlannedStep) -> dict[str, str]:
    return {type(layer).__name__: kind_of(part) for layer, part in step.programs()[-1].layers}


@pytest.mark.parametrize("case", SINGLE, ids=[case.text for case in SINGLE])
def test_of_all_layers(case: LayerCase) -> None:
    """Behind a layer with a parameter, so that its inputs' gradients are wanted too."""
    try:
        shape = case.layer()(torch.zeros(case.shapes[0], dtype=torch.float64)).shape
    except (AttributeError, RuntimeError, ValueError, TypeError):
        pytest.skip("gives no tensor for such a batch")
    if len(shape) < 2 or shape[0] != case.shapes[0][0]:
        pytest.skip("gives nothing for each sample")
    torch.manual_seed(0)
    net = nn.Sequential(nn.PReLU().double(), case.layer(), nn.Flatten(), nn.Linear(int(np.prod(shape[1:])), 3).double())
    step = check(net, list(batches(case.shapes[0], 4, "f8")))
    assert step.programs()


class Odd(nn.Module):
    """Decides by what it is given, and remembers how often it was called."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        if float(x.mean()) > 0 or self.calls % 3 == 0:
            return x * self.scale
        return x * self.scale * 0.5 + x.tanh() * x.sigmoid()


LAYERS: dict[str, Callable[[], nn.Module]] = {
    "linear": lambda: nn.Linear(12, 12), "without bias": lambda: nn.Linear(12, 12, bias=False), "relu": nn.ReLU,
    "relu in place": lambda: nn.ReLU(inplace=True), "tanh": nn.Tanh, "gelu": nn.GELU, "dropout": nn.Dropout,
    "norm": lambda: nn.LayerNorm(12), "batch norm": lambda: nn.BatchNorm1d(12), "softmax": lambda: nn.Softmax(1),
    "odd": lambda: Odd(12), "block": lambda: nn.Sequential(nn.Linear(12, 12), nn.ReLU(), nn.Dropout(0.2)),
    "identity": nn.Identity, "prelu": nn.PReLU, "silu": nn.SiLU,
}  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(LAYERS)), min_size=1, max_size=7), st.integers(0, 2**20))
def test_of_random_networks(names: list[str], choices: int) -> None:
    """In a row, with some layers frozen, some used again, and a wire around some."""
    torch.manual_seed(0)
    made = [LAYERS[name]() for name in names]
    plan: list[tuple[str, tuple[Any, ...]]] = []
    net = GraphModule((), ())
    last: Any = 0
    for number, layer in enumerate([*made, nn.Linear(12, 3)]):
        is_end, bits = number == len(made), choices >> 3 * (number % 6)
        if bits & 1 and not is_end:
            layer.requires_grad_(False)
        if bits & 2 and number and not is_end:
            layer = made[0]
        net.add_module(f"layer{number}", layer)
        plan.append((f"layer{number}", (last,)))
        if bits & 4 and not is_end:
            net.add_module(f"sum{number}", Add())
            plan.append((f"sum{number}", (last, f"layer{number}")))
            last = f"sum{number}"
        else:
            last = f"layer{number}"
    net.plan, net.results = tuple(plan), (last,)
    data = [*batches((20, 12), 3), *batches((7, 12), 2), *batches((20, 12), 2)]
    if _changes_what_is_needed(copy.deepcopy(net), data):
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            trained(net, nn.CrossEntropyLoss(), data, "planned")
    else:
        check(net, data)


def _changes_what_is_needed(net: nn.Module, data: list[Batch]) -> bool:
    """Whether a layer changes in place what the one before it still needs, so that nothing can be learned."""
    try:
        trained(net, nn.CrossEntropyLoss(), data, "plain")
    except RuntimeError as error:
        if "modified by an inplace operation" not in str(error):
            raise
        return True
    return False


def mlp() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Dropout(0.3), nn.Linear(48, 30), nn.Tanh(), nn.Linear(30, 3))


def test_what_a_plan_is_made_of() -> None:
    assert kinds(check(mlp(), list(batches((40, 64), 3))))["Dropout"] == "island"
    assert kinds(check(mlp(), list(batches((40, 64), 3))))["Tanh"] == "recorded"
    assert kinds(check(mlp(), list(batches((40, 64), 3))))["CrossEntropyLoss"] == "planned"


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.L1Loss(), nn.SmoothL1Loss()], ids=lambda loss: type(loss).__name__)
def test_losses_of_numbers(loss: nn.Module) -> None:
    draw = np.random.default_rng(0).standard_normal
    data = [(torch.tensor(draw((9, 64)).astype("f4")), torch.tensor(draw((9, 3)).astype("f4"))) for _ in range(3)]
    check(mlp(), data, loss=loss)


def test_classes_that_are_passed_over() -> None:
    data = list(batches((9, 64), 4))
    data[2][1][3] = -100
    check(mlp(), data)


def test_a_convolutional_network_of_branches() -> None:
    torch.manual_seed(0)
    parts = {
        "stem": nn.Conv2d(3, 20, 3, padding=1), "norm": nn.BatchNorm2d(20), "relu": nn.ReLU(),
        "left": nn.Conv2d(20, 20, 3, padding=1), "right": nn.Conv2d(20, 20, 1), "sum": Add(), "both": Concat(),
        "pool": nn.MaxPool2d(2), "mean": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten(), "out": nn.Linear(40, 3),
    }  # fmt: skip
    plan = [
        ("stem", (0,)), ("norm", ("stem",)), ("relu", ("norm",)), ("left", ("relu",)), ("right", ("relu",)),
        ("sum", ("left", "relu", "right")), ("both", ("sum", "relu")), ("pool", ("both",)), ("mean", ("pool",)),
        ("flat", ("mean",)), ("out", ("flat",)),
    ]  # fmt: skip
    net = GraphModule(plan, ("out",))
    for name, part in parts.items():
        net.add_module(name, part)
    check(net, list(batches((8, 3, 12, 12), 4)))


CHANGES: dict[str, Callable[[nn.Module], None]] = {
    "mode": lambda net: net.eval(),
    "option": lambda net: setattr(net[2], "p", 0.9),
    "frozen": lambda net: net[0].requires_grad_(False),
    "layer": lambda net: net.__setitem__(4, nn.Sigmoid()),
    "parameter": lambda net: setattr(net[0], "bias", nn.Parameter(torch.ones(48))),
    "numbers": lambda net: net[3].weight.data.fill_(0.25),
    "memory": lambda net: setattr(net[3].weight, "data", torch.full((30, 48), 0.25)),
    "hook": lambda net: net[1].register_forward_hook(lambda _layer, _inputs, output: output * 2) and None,
    "gradient hook": lambda net: net[3].weight.register_hook(lambda grad: grad * 0.5) and None,
    "precision": lambda net: net.double(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_between_steps_counts_at_once(change: str) -> None:
    def between(number: int, net: nn.Module) -> None:
        if number == 3:
            CHANGES[change](net)

    data = list(batches((40, 64), 7))
    if change == "precision":
        data[3:] = [(features.double(), targets) for features, targets in data[3:]]
    check(mlp(), data, between)


def test_who_looks_at_a_layer_for_one_step_sees_it_and_changes_nothing() -> None:
    seen: list[tuple[int, ...]] = []
    handles: list[Any] = []

    def between(number: int, net: nn.Module) -> None:
        for handle in handles:
            handle.remove()
        handles.clear()
        if number in (2, 5):
            handles.append(net[1].register_forward_hook(lambda *call: seen.append(tuple(call[2].shape))))

    step = check(mlp(), list(batches((40, 64), 8)), between)
    assert seen == [(40, 48)] * 6  # twice with a plan, twice without
    assert len(step.programs()) == 1


def test_few_plans_are_kept_and_other_shapes_have_theirs() -> None:
    data = [batch for size in (40, 7, 9, 11, 13, 40) for batch in batches((size, 64), 3)]
    assert len(check(mlp(), data).programs()) == 4

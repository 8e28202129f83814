"""Every number that is told of a network and its run is PyTorch's or numpy's."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.data.prepare import prepare
from core.design import catalog, edits, shapes
from core.design.code import constructor
from core.design.json_form import to_json
from core.design.model import Design, Value
from core.design.settings import Settings
from core.design.training_memory import training_memory
from core.training.messages import (
    Curves,
    Evaluate,
    Evaluated,
    Histogram,
    ParameterInfo,
    ParameterView,
    Pause,
    Prepare,
    Prepared,
    Progress,
    Resume,
    SaveWeights,
    Start,
    Statistics,
    Watch,
)
from tests.unit.core.design.drawing import node, stack
from tests.unit.core.design.test_catalog import CASES, specs
from tests.unit.core.training.driving import Driven, of, the

LR = 0.5
if TYPE_CHECKING:
    import torch
    from torch.nn import functional
    from torch.utils.flop_counter import FlopCounterMode
else:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    functional, FlopCounterMode = torch.nn.functional, pytest.importorskip("torch.utils.flop_counter").FlopCounterMode

Net = torch.nn.Sequential


def design(**settings: Any) -> Design:
    """Flatten, Linear of 64 and 32, ReLU, Linear of 32 and 10, on the digits, all samples in one batch."""
    made = stack("Flatten", ("Linear", {"out_features": 32}), "ReLU", ("Linear", {"out_features": 10}))
    options = {"optimiser": "SGD", "optimiser_options": {"lr": LR}, "batch_size": 1438, "epochs": 2, **settings}
    return replace(made, settings=Settings(**options))


def peer(path: Path) -> Net:
    """The network in PyTorch, with the weights of a file."""
    net = Net(torch.nn.Flatten(), torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    weights = torch.load(path)
    net.load_state_dict(dict(zip(net.state_dict(), weights.values(), strict=True)))
    return net


@dataclass
class Told:
    """What the engine said after each of two epochs of one step, and the network in PyTorch as it was before them."""

    design: Design
    net: Net
    events: list[list[Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    drawn, path = design(), tmp_path_factory.mktemp("told") / "weights.pt"
    engine = Driven()
    engine.ask(Prepare(to_json(drawn)))
    engine.ask(SaveWeights(str(path)))
    engine.ask(Watch(node(drawn, "net.linear").id, "weight"))
    engine.ask(Start(to_json(drawn), 1))
    steps = [engine.step(3) + engine.ask(Pause())]
    engine.ask(Resume())
    steps.append(engine.run())
    return Told(drawn, peer(path), steps)


def features_and_targets(part: str) -> tuple[torch.Tensor, torch.Tensor]:
    data = prepare(design().settings.data)
    return torch.from_numpy(getattr(data, f"{part}_features")), torch.from_numpy(getattr(data, f"{part}_targets"))


@dataclass
class Step:
    """What PyTorch has to say of a step."""

    loss: float
    accuracy: float
    hidden: torch.Tensor
    norms: list[float]
    test_loss: float
    test_accuracy: float


def steps_of(net: Net) -> Iterator[Step]:
    """Steps of all training samples at once, with what the test samples say after each."""
    (features, targets), (unseen, wanted) = features_and_targets("train"), features_and_targets("test")
    optimiser = torch.optim.SGD(net.parameters(), lr=LR)
    while True:
        optimiser.zero_grad()
        hidden = net[:3](features)
        output = net[3](hidden)
        loss = functional.cross_entropy(output, targets)
        loss.backward()
        norms = [math.hypot(*(float(p.grad.norm()) for p in net[i].parameters())) for i in (1, 3)]
        optimiser.step()
        with torch.no_grad():
            told = net(unseen)
            test_loss = functional.cross_entropy(told, wanted).item()
        right, right_unseen = (output.argmax(1) == targets), (told.argmax(1) == wanted)
        yield Step(
            loss.item(), right.double().mean().item(), hidden.detach(), norms,
            test_loss, right_unseen.double().mean().item(),
        )  # fmt: skip


def assert_counts(found: Histogram | None, values: torch.Tensor, bins: int) -> None:
    assert found is not None
    array = values.detach().double().numpy()
    counts, _ = np.histogram(array, bins, (found.low, found.high))
    assert (found.low, found.high) == pytest.approx((array.min(), array.max()), rel=1e-4)
    assert sum(found.counts) == array.size
    assert (
        np.abs(np.array(found.counts) - counts).sum() <= 0.002 * array.size + 2
    )  # values at borders, rounded elsewhere


def assert_info(info: ParameterInfo, weight: torch.Tensor, gradient: torch.Tensor) -> None:
    right = {
        "mean": weight.mean(), "std": weight.std(), "minimum": weight.min(), "maximum": weight.max(),
        "zeros": (weight == 0).double().mean(), "norm": weight.norm(), "gradient_norm": gradient.norm(),
    }  # fmt: skip
    for name, value in right.items():
        assert getattr(info, name) == pytest.approx(value.item(), rel=1e-3, abs=1e-6), name
    assert (info.shape, info.nonfinite) == (tuple(weight.shape), 0)


def test_losses_accuracies_norms_shares_and_histograms_of_a_run(told: Told) -> None:
    drawn = told.design
    first, second = (found.id for found in drawn.walk() if found.type == "Linear")
    relu = node(drawn, "net.relu").id
    steps = steps_of(told.net)
    for number, (events, step) in enumerate(zip(told.events, steps, strict=False), 1):
        curves = of(Curves, events)
        (point,) = [point for each in curves for point in each.train]
        assert (point.step, point.nonfinite) == (number, 0)
        assert (point.loss, point.accuracy) == pytest.approx((step.loss, step.accuracy), rel=1e-4)
        assert point.losses == (point.loss, point.loss)
        ((at, loss, accuracy),) = [each for part in curves for each in part.test]
        assert at == number
        assert (loss, accuracy) == pytest.approx((step.test_loss, step.test_accuracy), rel=1e-3)
        _, norms = [each for part in curves for each in part.gradients][-1]
        assert [norms[first], norms[second]] == pytest.approx(step.norms, rel=1e-3)
        progress = of(Progress, events)[-1]
        assert (progress.loss, progress.accuracy) == pytest.approx((step.loss, step.accuracy), rel=1e-4)
        cards = of(Statistics, events)[-1].nodes
        assert cards[relu].zeros == pytest.approx((step.hidden == 0).double().mean().item(), abs=1e-4)
        assert_counts(cards[relu].histogram, step.hidden, len(cards[relu].histogram.counts))  # type: ignore[union-attr]
        assert_counts(cards[first].histogram, told.net[1].weight, 24)
        assert cards[second].gradient_norm == pytest.approx(step.norms[1], rel=1e-3)
        view = of(ParameterView, events)[-1]
        assert_counts(view.values, told.net[1].weight, 64)
        assert_counts(view.gradient, told.net[1].weight.grad, 64)
        for info, tensor in zip(view.parameters, told.net[1].parameters(), strict=True):
            assert_info(info, tensor.detach(), tensor.grad)


def test_the_evaluation_is_that_of_all_test_samples() -> None:
    engine, drawn = Driven(), design()
    last = [point for curves in of(Curves, engine.train(drawn)) for point in curves.test][-1]
    found = the(Evaluated, engine.ask(Evaluate()))
    assert (found.loss, found.accuracy) == pytest.approx(last[1:])
    assert found.samples == len(features_and_targets("test")[0])


def test_what_is_told_before_a_run_is_of_the_weights_it_begins_with(tmp_path: Path) -> None:
    engine = Driven()
    infos = the(Prepared, engine.ask(Prepare(to_json(design())))).parameters
    engine.ask(SaveWeights(str(tmp_path / "weights.pt")))
    for info, weight in zip(infos, peer(tmp_path / "weights.pt").parameters(), strict=True):
        assert info.gradient_norm is None
        assert (info.mean, info.std) == pytest.approx((weight.mean().item(), weight.std().item()), rel=1e-4, abs=1e-7)


COUNTED = [
    "Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d",
    "LSTM", "GRU", "RNN", "MultiheadAttention", "TransformerEncoderLayer", "TransformerEncoder",
    "TransformerDecoderLayer", "TransformerDecoder", "Transformer",
]  # fmt: skip
"""Types whose work PyTorch counts."""


@pytest.mark.parametrize(("key", "options", "sizes"), [case for case in CASES if case[0] in COUNTED])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_work_is_what_pytorch_counts(key: str, options: dict[str, Value], sizes: tuple[tuple[int, ...], ...]) -> None:
    """PyTorch counts the products only, and of those without a bias one addition too many for each number."""
    kind = catalog.types()[key]
    found = kind.infer(kind.with_defaults(options), specs(sizes))
    layer = eval(constructor(kind, found.options), {"nn": torch.nn}).eval().double()
    inputs = [torch.rand(2, *size, dtype=torch.double) for size in sizes]
    if key == "MultiheadAttention":
        inputs += inputs[-1:] * (3 - len(inputs))
    with FlopCounterMode(display=False) as counter:
        layer(*inputs)
    theirs = counter.get_total_flops() // 2
    if key in ("Linear", "Conv1d", "Conv2d", "Conv3d") and found.options["bias"]:
        assert found.flops == theirs
    assert 0.87 * theirs <= found.flops <= 1.5 * theirs


@pytest.mark.parametrize("optimiser", ["SGD", "Adam", "RMSprop"])
@pytest.mark.parametrize("frozen", [False, True])
def test_memory_is_that_of_pytorchs_tensors(optimiser: str, frozen: bool, tmp_path: Path) -> None:
    """Parameters, gradients, the optimiser's state, and what the layers give and get back for a batch."""
    drawn, size = design(optimiser=optimiser, optimiser_options={}, batch_size=7), 7
    if frozen:
        drawn = edits.freeze(drawn, node(drawn, "net.linear").id, "weight", True)
    net = Net(torch.nn.Flatten(), torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    net[1].weight.requires_grad_(not frozen)
    given: list[torch.Tensor] = [torch.rand(size, 1, 8, 8)]
    for layer in net:
        given.append(layer(given[-1]))
    given[-1].sum().backward()
    made = getattr(torch.optim, optimiser)([p for p in net.parameters() if p.requires_grad], lr=0.1)
    made.step()
    states = [s for state in made.state.values() for s in state.values() if torch.is_tensor(s) and s.ndim]
    gradients = [p.grad for p in net.parameters() if p.grad is not None]
    held = [*net.parameters(), *gradients, *states, *given, *given]
    assert training_memory(shapes.check(drawn)) == 4 * sum(tensor.numel() for tensor in held)


def test_parameters_are_counted_as_pytorch_does() -> None:
    drawn = stack("Flatten", *[("Linear", {"out_features": 64})] * 3)
    twins = [found.id for found in drawn.walk() if found.type == "Linear"][:2]
    tied = edits.tie(drawn, twins)
    net = Net(torch.nn.Flatten(), *(torch.nn.Linear(64, 64) for _ in range(3)))
    assert shapes.check(drawn).parameter_count() == sum(p.numel() for p in net.parameters())
    net[2].weight, net[2].bias = net[1].weight, net[1].bias
    assert shapes.check(tied).parameter_count() == sum(p.numel() for p in net.parameters())

"""Runs by a plan: their numbers are those of runs without one, whether anybody looks or not."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.prepare import prepare
from core.design import project
from core.design.model import Design
from core.training.customs import full_report
from core.training.loop import Stepped, TrainingRun
from core.training.telemetry import Telemetry
from tests.unit.core.training.driving import mlp

EXAMPLES = Path(__file__).resolve().parents[4] / "resources" / "examples"


def told(design: Design, planned: bool, look: bool = False) -> tuple[list[float], dict[str, bytes], TrainingRun]:
    """The losses of one epoch, and the weights at its end."""
    design = replace(design, settings=replace(design.settings, epochs=1, device="cpu"))
    data = prepare(design.settings.data)
    run = TrainingRun(design, full_report(design, data.description), data)
    if not planned:
        run._planned = None
    telemetry, losses, events = Telemetry(run.model), [], iter(run)
    while True:
        if look and len(losses) % 3 == 1:
            with telemetry.watch_activations():
                event = next(events, None)
        else:
            event = next(events, None)
        if event is None:
            break
        if isinstance(event, Stepped):
            losses.append(event.loss)
    held = {str(key): tensor.detach().numpy().tobytes() for key, tensor in run.model.tensors().items()}
    return losses, held, run


@pytest.mark.parametrize("example", ["digits-mlp", "residual", "digits-convolution", "nested-blocks"])
def test_the_examples_learn_alike_by_a_plan_without_one_and_looked_at(example: str) -> None:
    design = project.read(EXAMPLES / f"{example}.netloom").design
    losses, held, run = told(design, planned=True)
    assert run._planned is not None
    assert run._planned.programs()
    assert (losses, held) == told(design, planned=False)[:2]
    assert (losses, held) == told(design, planned=True, look=True)[:2]


def test_the_smaller_batch_at_the_end_of_an_epoch_has_a_plan_of_its_own() -> None:
    design = mlp(epochs=1)
    _, _, run = told(replace(design, settings=replace(design.settings, batch_size=100)), planned=True)
    assert run._planned is not None
    assert len(run._planned.programs()) == 2

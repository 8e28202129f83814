"""The network as it is now, looked through with samples: answers, activations, gradients by the input.

Nothing of it changes: it is in eval mode meanwhile, no gradient of a parameter is touched, and random numbers go on as
if none had been drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import nn
from core.arrays.backend import to_numpy
from core.autograd.running import grad
from core.data.prepare import PreparedData
from core.data.streamed import Features, Streamed
from core.design.losses import LOSSES
from core.design.model import Design
from core.errors import NetloomError
from core.functions.creation import from_numpy
from core.functions.shape import cat
from core.network import Model
from core.random.draws import fork_rng
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.figures import picture
from core.training.messages import Assessed, Chosen, Picture, SampleSeen, SurfaceSeen
from core.training.prediction import outputs_of, probabilities
from core.training.scoring import class_figures, confusion, regression_figures

MOST = 20_000
"""Samples of a part that are predicted at a time."""
MOST_STREAMED = 2_000
"""The same where each is read from a file of its own."""
LIT_SIDE = 56
"""Numbers of an activation that a card shows, in a row or a column."""
MARGIN = 0.15
"""Around the samples, in shares of their range, how far a surface reaches."""
POINTS = 400
"""Samples that are shown on a surface."""
LITTLE = np.dtype("<f4")


@dataclass(frozen=True, slots=True, eq=False)
class Looking:
    """A model with the data that it is about."""

    design: Design
    model: Model
    data: PreparedData

    @property
    def device(self) -> Any:
        """Where the model is."""
        return next((parameter.device for parameter in self.model.module.parameters()), "cpu")

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; empty for regression."""
        return self.data.description.classes

    def part(self, name: str, rows: slice | None = None) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Features and targets of a part: of these rows, by default of the first `MOST`, or fewer where they are read
        from files one by one. Raises NetloomError if there is no part of that name, or nothing in it."""
        features, targets = self._whole(name)
        most = MOST_STREAMED if isinstance(features, Streamed) else MOST
        rows = rows or slice(0, most)
        return features[rows], targets[rows]

    def size(self, name: str) -> int:
        """How many samples a part has."""
        return len(self._whole(name)[0])

    def _whole(self, name: str) -> tuple[Features, Features]:
        data = self.data
        parts = {
            "train": (data.train_features, data.train_targets),
            "test": (data.test_features, data.test_targets),
            "validation": (data.valid_features, data.valid_targets),
        }
        if name not in parts or not len(parts[name][0]):
            raise NetloomError("The data have no {part} samples.", part=name)
        return parts[name]

    def sample(self, chosen: Chosen) -> tuple[NDArray[np.float32], NDArray[Any] | None]:
        """A sample as a batch of one, and its target if it has one. Raises NetloomError if there is none."""
        if chosen.part == "drawn":
            shape = self.data.description.shape
            values = np.frombuffer(chosen.values, LITTLE)
            if values.size != math.prod(shape):
                raise NetloomError("What was drawn is not of the shape of a sample any more: draw it anew.")
            return self.data.features.apply(values.reshape(1, *shape).astype(np.float32)), None
        if not 0 <= chosen.index < self.size(chosen.part):
            raise NetloomError("The {part} part has no sample {index}.", part=chosen.part, index=chosen.index + 1)
        return self.part(chosen.part, slice(chosen.index, chosen.index + 1))

    def output(self, samples: Tensor) -> Tensor:
        """What the network gives: its first Output the classes, or all of them the numbers to predict."""
        outputs = self.model.outputs(samples)
        return outputs[0] if self.classes or len(outputs) == 1 else cat(outputs, 1)

    def losses(self, output: Tensor, targets: NDArray[Any]) -> Tensor:
        """(N,) the loss of each sample."""
        key = self.design.settings.loss
        compared = from_numpy(targets).to(self.device)
        if self.classes and LOSSES[key].targets == "values":
            compared = from_numpy(np.eye(len(self.classes), dtype=np.float32)[targets]).to(self.device)
        each: Tensor = getattr(nn, key)(reduction="none")(output, compared)
        return each if each.ndim == 1 else each.flatten(1).mean(1)

    def shares(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of the classes, or values in the data's own units: (N, k)."""
        flat = outputs.reshape(len(outputs), -1)
        if self.classes:
            return probabilities(flat, self.design.settings.loss)
        found: NDArray[np.float64] = self.data.targets.undo(outputs).reshape(len(outputs), -1)
        return found

    @contextmanager
    def in_eval(self) -> Iterator[None]:
        """Meanwhile the network is as when it is tested; afterwards it is as it was."""
        module = self.model.module
        was_training = module.training
        module.eval()
        try:
            with fork_rng():
                yield
        finally:
            module.train(was_training)


def assess(looking: Looking, part: str) -> Assessed:
    """What the network makes of the samples of a part, at most `MOST` of them."""
    features, targets = looking.part(part)
    total = looking.size(part)
    with looking.in_eval():
        outputs = outputs_of(looking.model, features, looking.device, together=not looking.classes)
    with no_grad():
        given = from_numpy(outputs.astype(np.float32)).to(looking.device)
        losses = to_numpy(looking.losses(given, targets)._array).astype(np.float64)
    values = looking.shares(outputs)
    mean = float(losses.mean())
    if looking.classes:
        answers = values.argmax(1)
        scores = values[np.arange(len(values)), answers]
        table = confusion(targets, answers, len(looking.classes))
        return Assessed(
            part, len(features), total, looking.classes, _bytes(targets), _bytes(answers), _bytes(scores),
            _bytes(losses), mean, float((answers == targets).mean()), tuple(table.reshape(-1).tolist()),
            class_figures(table, looking.classes),
        )  # fmt: skip
    truths = looking.data.targets.undo(targets).reshape(len(targets), -1)[:, 0]
    answers = values[:, 0]
    r2, mae, rmse = regression_figures(truths, answers)
    return Assessed(
        part, len(features), total, (), _bytes(truths), _bytes(answers), b"", _bytes(losses), mean, r2=r2, mae=mae,
        rmse=rmse,
    )  # fmt: skip


def see_sample(looking: Looking, chosen: Chosen) -> SampleSeen:
    """The answer to one sample, the activation of each layer, and the gradient of its loss by what came in."""
    features, target = looking.sample(chosen)
    lit: dict[str, Picture] = {}
    handles = [part.register_forward_hook(_lighting(node, lit)) for node, part in looking.model.parts.items()]
    given = from_numpy(features.copy()).to(looking.device).requires_grad_(True)
    try:
        with looking.in_eval():
            output = looking.output(given)
            loss = None if target is None else looking.losses(output, target)[0]
            by_input = None if loss is None or not loss.requires_grad else grad(loss, given, allow_unused=True)[0]
    finally:
        for handle in handles:
            handle.remove()
    values = looking.shares(to_numpy(output.detach()._array).astype(np.float64))[0]
    answer = looking.classes[int(values.argmax())] if looking.classes else f"{values[0]:.6g}"
    return SampleSeen(
        chosen,
        tuple(features.shape[1:]),
        looking.data.features.undo(features).astype(LITTLE).tobytes(),
        looking.classes,
        tuple(values.tolist()),
        answer,
        "" if target is None else _truth(looking, target),
        None if loss is None else loss.item(),
        b"" if by_input is None else to_numpy(by_input._array).astype(LITTLE).tobytes(),
        lit,
    )


def _truth(looking: Looking, target: NDArray[Any]) -> str:
    if looking.classes:
        return looking.classes[int(target[0])]
    return f"{float(looking.data.targets.undo(target).reshape(-1)[0]):.6g}"


def _lighting(node: str, lit: dict[str, Picture]) -> Any:
    def hook(_module: object, _inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim > 1:
            lit[node] = _lit(to_numpy(output.detach()._array)[0])

    return hook


def _lit(values: NDArray[Any]) -> Picture:
    """The activation of one sample, small: a row of units, or rows and columns; of several channels their mean."""
    while values.ndim > 2:
        values = values.mean(0)
    return as_picture(values.reshape(1, -1) if values.ndim == 1 else values, LIT_SIDE)


def as_picture(values: NDArray[Any], side: int) -> Picture:
    """Two axes of numbers, of at most so many a side."""
    image, _ = picture(values, side)
    return Picture(image.shape[0], image.shape[1], image.tobytes())


def see_surface(looking: Looking, size: int) -> SurfaceSeen:
    """What the network makes of a grid around samples of two numbers. Raises NetloomError for others."""
    if looking.data.description.shape != (2,):
        raise NetloomError("A surface needs samples of two numbers.")
    features, targets = looking.part("train")
    raw = looking.data.features.undo(features)
    span = np.ptp(raw, 0)
    low, high = raw.min(0) - MARGIN * span, raw.max(0) + MARGIN * span
    x, y = (np.linspace(low[axis], high[axis], size) for axis in (0, 1))
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    with looking.in_eval():
        outputs = outputs_of(looking.model, looking.data.features.apply(grid), looking.device)
    values = looking.shares(outputs)
    answers = values.argmax(1).astype(np.float64) if looking.classes else values[:, 0]
    truths = targets if looking.classes else looking.data.targets.undo(targets).reshape(len(targets), -1)[:, 0]
    points = np.column_stack([raw, truths])[:POINTS]
    return SurfaceSeen(
        size, (float(low[0]), float(low[1])), (float(high[0]), float(high[1])), looking.classes,
        answers.astype(LITTLE).tobytes(), values.max(1).astype(LITTLE).tobytes(), points.astype(LITTLE).tobytes(),
    )  # fmt: skip


def _bytes(values: NDArray[Any]) -> bytes:
    return values.astype(np.dtype("<f8")).tobytes()

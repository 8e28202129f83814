"""What a network says of samples: of each its classes with their probabilities, or numbers in the data's own units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import atomic
from core.arrays.backend import to_numpy
from core.data.learnt import Learnt
from core.data.prepare import scaled
from core.data.streamed import Features, Streamed
from core.data.unlabelled import unlabelled
from core.design.settings import Remark
from core.errors import DataError
from core.functions.creation import from_numpy
from core.functions.shape import cat
from core.network import Model
from core.tensors.grad_mode import no_grad

BATCH = 512
"""Samples that go through the network at a time."""
_NAMED = 5  # samples that cannot be read which are told by name


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """values: (N, classes) probabilities that add up to 1, (N, k) numbers, or (N, 1) the mean squared difference
    between a sample and what an autoencoder makes of it, in standardised units. `names` are those of the columns,
    `places` of the samples; `remarks`: what should be known of these, such as what was left out or filled in.
    """

    places: Sequence[str]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    are_classes: bool
    remarks: tuple[Remark, ...] = ()

    @property
    def best(self) -> NDArray[np.int64]:
        """(N,) the likeliest class."""
        chosen: NDArray[np.int64] = self.values.argmax(axis=1)
        return chosen

    def titles(self) -> list[str]:
        """Those of the columns of `row`."""
        return ["sample", *(["class"] if self.are_classes else []), *self.names]

    def row(self, index: int) -> list[str]:
        """A sample's place, its class, and its probabilities or numbers."""
        cells = [f"{value:.6g}" for value in self.values[index].tolist()]
        return [self.places[index], *([self.names[self.best[index]]] if self.are_classes else []), *cells]

    def csv(self) -> str:
        """A line for each sample, below the titles."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.titles())
        writer.writerows(self.row(index) for index in range(len(self.places)))
        return out.getvalue()

    def write(self, path: Path) -> None:
        """Write them as CSV, whole or not at all. Raises FileError."""
        atomic.write(path, self.csv().encode("utf-8", "replace"))


def _apart(outputs: NDArray[np.float64], features: NDArray[Any]) -> NDArray[np.float64]:
    """(N, 1) the mean squared difference of each sample."""
    differences = (outputs.reshape(len(outputs), -1) - features.reshape(len(features), -1)) ** 2
    return np.asarray(differences.mean(axis=1, keepdims=True), np.float64)


def outputs_of(model: Model, features: Features, device: Any, together: bool = False) -> NDArray[np.float64]:
    """What the network gives in eval mode. features: (N, *sample), scaled as it learned them; returns (N, …).

    Of several Outputs it is what the first gives or, `together`, what all do, as numbers to predict are shared out.
    """
    module = model.module
    was_training = module.training
    module.eval()
    pieces = []
    try:
        with no_grad():
            for start in range(0, len(features), BATCH):
                outputs = model.outputs(from_numpy(features[start : start + BATCH]).to(device))
                output = cat(outputs, 1) if together and len(outputs) > 1 else outputs[0]
                pieces.append(to_numpy(output._array).astype(np.float64))
    finally:
        module.train(was_training)
    return np.concatenate(pieces)


def probabilities(scores: NDArray[np.float64], loss: str) -> NDArray[np.float64]:
    """(N, classes) that add up to 1, of what a network that was trained with this loss gives.

    Scores are logarithms for NLLLoss and odds of each class by itself for BCEWithLogitsLoss; those for MSELoss are
    near 1 and 0 already. All others are taken as CrossEntropyLoss takes them.
    """
    if loss == "BCEWithLogitsLoss":
        shares = 1 / (1 + np.exp(-np.clip(scores, -500, 500)))
    elif loss == "MSELoss":
        shares = np.clip(scores, 1e-9, None)
    else:
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    whole: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return whole


def _remarks(remarks: Iterable[Remark], features: Features) -> Iterator[Remark]:
    """What is worth to be said of samples that are predicted for: nothing of how they would be learned from."""
    if not isinstance(features, Streamed):
        yield from (remark for remark in remarks if not remark.choices)
        return
    yield from (remark for remark in remarks if remark.kind == "warning")
    if features.broken:
        names = ", ".join(list(features.broken.values())[:_NAMED])
        more = len(features.broken) - _NAMED
        names += f", and {more} more" if more > 0 else ""
        yield Remark("Left out, since they cannot be read: {names}.", {"names": names}, kind="warning")


def predict(model: Model, loss: str, learnt: Learnt, source: str, device: Any = "cpu") -> Predictions:
    """What the network says of the samples of a file, folder or dataset, read and scaled as those it learned from.

    Raises FileError or DataError with what cannot be read or is of another shape.
    """
    found = unlabelled(source, learnt)
    features = scaled(found.features, np.ones(len(found.features), np.bool_), learnt.features)
    outputs = outputs_of(model, features, device, together=not learnt.classes)
    places = [found.place(index).strip("'") for index in range(len(features))]
    remarks = tuple(_remarks(found.remarks, features))
    if isinstance(features, Streamed) and features.broken:
        read = [index for index, number in enumerate(features.numbers.tolist()) if number not in features.broken]
        features, outputs, places = features.at(read), outputs[read], [places[index] for index in read]
    if learnt.settings.task == "autoencoder":
        pieces = (slice(start, start + BATCH) for start in range(0, len(features), BATCH))
        apart = np.concatenate([_apart(outputs[piece], features[piece]) for piece in pieces])
        return Predictions(places, ("difference",), apart, False, remarks)
    outputs = outputs.reshape(len(outputs), -1)
    if outputs.shape[1] != learnt.width:
        raise DataError(
            "The network gives {given} values for a sample, but what was learned has {wanted}: train it first.",
            given=outputs.shape[1], wanted=learnt.width,
        )  # fmt: skip
    if learnt.classes:
        return Predictions(places, learnt.classes, probabilities(outputs, loss), True, remarks)
    return Predictions(places, learnt.names_of_targets, learnt.goals.undo(outputs), False, remarks)

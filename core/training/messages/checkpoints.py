"""Weights that are kept, brought back, written to files and read from them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.training.messages.message import Histogram, Message, Picture


class Checkpoint(Message, frozen=True):
    """Write weights, optimiser and random state, by node id, to this path. Answered by `Checkpointed` or `Failed`."""

    path: str


class Restore(Message, frozen=True):
    """Take weights, optimiser and random state from a checkpoint. Answered by `Prepared` or `Failed`."""

    path: str


class TakeSnapshot(Message, frozen=True):
    """Keep what lives on now under a name in this folder. Answered by `SnapshotTaken` or `Failed`."""

    folder: str
    name: str


class RestoreSnapshot(Message, frozen=True):
    """Take what lived on when the snapshot was taken. Answered by `Prepared` or `Failed`; not while a run goes on.

    What did not live on then is drawn from `seed`, by default the design's.
    """

    folder: str
    name: str
    seed: int | None = None


class SaveWeights(Message, frozen=True):
    """Write the weights under their dotted names, as the file's ending says. Answered by `WeightsSaved` or `Failed`.

    `nodes`: only those of these layers, and of what is in them; by default all.
    """

    path: str
    nodes: tuple[str, ...] = ()


class WriteNetwork(Message, frozen=True):
    """Write the network for other programs: as a script with its weights and samples beside it, or as ONNX, as the
    ending says. `engine`: what a script is to be run with. Answered by `NetworkWritten` or `Failed`."""

    path: str
    engine: str = "torch"


class CheckScript(Message, frozen=True):
    """Run the script that would be exported, in PyTorch, and compare. Answered by `ScriptChecked` or `Failed`.

    `python`: the interpreter that has PyTorch.
    """

    python: str


class LoadWeights(Message, frozen=True):
    """Read weights by dotted name. With `apply` false only the report is made: nothing changes.

    `pairs` are the names of the network's tensors, each with the file's that goes into it; by default what matches by
    name and shape. Of a file with several sets of weights `part` names one; by default the first is taken. Answered by
    `WeightsReport` or `Failed`.
    """

    path: str
    apply: bool = False
    part: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


class ListTensors(Message, frozen=True):
    """Say which tensors a file holds, and what they are like. Answered by `TensorsListed` or `Failed`.

    `pictured`: the one of which a picture is sent, too.
    """

    path: str
    pictured: str = ""


class ImportNetwork(Message, frozen=True):
    """Write the network that is in a file as a project, `target`. Answered by `NetworkImported` or `Failed`."""

    path: str
    target: str


class Checkpointed(Message, frozen=True):
    """A checkpoint was written whole."""

    path: str
    step: int


class SnapshotTaken(Message, frozen=True):
    """`gone`: how many older snapshots had to go to make room for it."""

    name: str
    gone: int


class WeightsSaved(Message, frozen=True):
    """The weights file was written whole.

    `twice`: names of tensors that share their numbers with another one, and that the format could write only once more.
    """

    path: str
    tensors: int
    twice: tuple[str, ...] = ()


class NetworkWritten(Message, frozen=True):
    """The file, and what it reads if it is a script, were written."""

    path: str


class Difference(Message, frozen=True):
    """How far a tensor in PyTorch is from ours, at most, as a share of its largest number where that is more than 1.

    Infinite where there is none there, or one of another shape. `name`: "loss", "output 1", "gradient net.fc.weight".
    """

    name: str
    shape: tuple[int, ...]
    apart: float
    largest: float


class ScriptChecked(Message, frozen=True):
    """The exported script was tried by PyTorch of this version with so many test samples."""

    version: str
    samples: int
    differences: tuple[Difference, ...]


class TensorInFile(Message, frozen=True):
    """A tensor in a file: figures as those of `ParameterInfo`; without a histogram its numbers are of no real type.
    `picture` is a heat map as that of `ParameterView`, if it was asked for, each number of which stands for `stride`.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    size: int
    mean: float = math.nan
    std: float = math.nan
    minimum: float = math.nan
    maximum: float = math.nan
    zeros: float = math.nan
    nonfinite: int = 0
    histogram: Histogram | None = None
    picture: Picture | None = None
    stride: tuple[int, int] = (1, 1)


class WeightsReport(Message, frozen=True):
    """What of a weights file fits: names. `mismatched`: (name, shape in the file, shape in the model).

    `removed` and `added`: what was taken away and put before each name of the file so that more fit. `parts`: the sets
    of weights in the file, if there are several, of which this is about `part`. `unsound`: those that match and hold
    NaN or infinity, from which nothing can be learned. `own` and `file` are all tensors of the network and of the
    file, as they are before anything is loaded; empty where it was.
    """

    path: str
    applied: bool
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]
    removed: str = ""
    added: str = ""
    parts: tuple[str, ...] = ()
    part: str = ""
    unsound: tuple[str, ...] = ()
    own: tuple[TensorInFile, ...] = ()
    file: tuple[TensorInFile, ...] = ()


class TensorsListed(Message, frozen=True):
    """What is in a file: tensors, and how many other things are beside them. `size`s are in bytes."""

    path: str
    tensors: tuple[TensorInFile, ...]
    others: int


class NetworkImported(Message, frozen=True):
    """A project was made of a file: how many layers and numbers it has, and, as templates and values of sentences,
    what was assumed (`remarks`) and what became a custom layer (`unknown`)."""

    path: str
    project: str
    layers: int
    numbers: int
    remarks: tuple[tuple[str, Mapping[str, object]], ...] = ()
    unknown: tuple[tuple[str, Mapping[str, object]], ...] = ()

"""What the window and the engine's process say to each other.

Requests go to the engine, events come back. Each is a small frozen struct; `core.training.frames` turns them into
bytes and back. They carry ids, never objects: a design travels as its JSON text, a node as its id.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import force_setattr

from core.design.diagnosis import Finding
from core.design.seen_data import DataSurvey, SampleQuery, ShownSample
from core.design.settings import DataDescription, DataSettings, SamplePicture


class Message(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What all messages, and the parts of messages, have in common: read strictly, told apart by their class's name."""


def _as_tuple(value: object) -> object:
    """Lists, as which tuples arrive where any value may stand, are tuples again."""
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _with_tuples(values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: _as_tuple(value) for name, value in values.items()}


# --- requests: window -> engine -------------------------------------------------------------------------------------


class Prepare(Message, frozen=True):
    """Make the model of this design, keeping every parameter whose node and shape are unchanged; no training.

    Sent (debounced) after edits while no run is on, so that weights can be looked at before the first step.
    Answered by `Prepared` or `Failed`.
    """

    design: str


class Start(Message, frozen=True):
    """Train this design. Parameters live on as with `Prepare`; `run` is the caller's number for the run.

    `paused`: it waits before its first step. `goes_on`: it begins where the run was that the live parameters are from,
    as if that one had never stopped. `folder`: where checkpoints and the best weights are kept; empty: nowhere.
    """

    design: str
    run: int
    paused: bool = False
    goes_on: bool = False
    folder: str = ""


class Pause(Message, frozen=True):
    """Stop after the current step and wait."""


class Resume(Message, frozen=True):
    """Go on with a paused run."""


class Step(Message, frozen=True):
    """Make one step of a paused run and wait again."""


class Stop(Message, frozen=True):
    """End the run; its parameters stay."""


class Adjust(Message, frozen=True):
    """Let the run of this number go on with the settings and frozen parameters of this design, from the next step.

    The network must be the same. Answered by `RunNoted` or `Failed`.
    """

    design: str
    run: int


class Evaluate(Message, frozen=True):
    """Test the parameters as they are now on all test samples. Answered by `Evaluated` or, as in a run, `Failed`."""


class Predict(Message, frozen=True):
    """Say what the network, as it is now, gives for the samples of a file, folder or dataset. Answered by `Predicted`
    or `Failed`. With `output` all are written there, as CSV.
    """

    source: str
    output: str = ""


class Watch(Message, frozen=True):
    """Send `ParameterView` of this node's parameters (None: of none), once now and often while training.

    `cards`: whether `Statistics` are sent too.
    """

    node: str | None
    parameter: str | None = None
    cards: bool = True


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
    """Write the weights under their dotted names as .safetensors. Answered by `WeightsSaved` or `Failed`."""

    path: str


class WriteNetwork(Message, frozen=True):
    """Write the network for other programs: as a PyTorch script with its weights and samples beside it, or as ONNX, as
    the ending says. Answered by `NetworkWritten` or `Failed`."""

    path: str


class LoadWeights(Message, frozen=True):
    """Read weights by dotted name. With `apply` false only the report is made: nothing changes.

    What matches by name and shape is loaded. Of a file with several sets of weights `part` names one; by default the
    first is taken. Answered by `WeightsReport` or `Failed`.
    """

    path: str
    apply: bool = False
    part: str = ""


class Reinitialise(Message, frozen=True):
    """Draw new initial parameters for these nodes (none: for all), from this seed or else the design's."""

    nodes: tuple[str, ...] = ()
    seed: int | None = None


class Filling(Message, frozen=True):
    """How parameters are filled: by a function of `torch.nn.init`, or by the one of this name that `source` defines.

    `arguments` are those behind the tensor; numbers are drawn from `seed`, one parameter after another.
    """

    function: str
    arguments: Mapping[str, object]
    seed: int
    source: str = ""


class DrawValues(Message, frozen=True):
    """Fill tensors of these names and shapes to look at. Runs the user's code.

    Answered by `ValuesDrawn` or `Failed`.
    """

    filling: Filling
    parameters: tuple[tuple[str, tuple[int, ...]], ...]


class Initialise(Message, frozen=True):
    """Fill these parameters: nodes and names. All or none. Answered by `NumbersChanged` or `Failed`."""

    filling: Filling
    parameters: tuple[tuple[str, str], ...]


class Place(Message, frozen=True):
    """A rectangle of a parameter's numbers: in its last two axes, at this index of the axes before them.

    A parameter of one axis is a column.
    """

    node: str
    parameter: str
    index: tuple[int, ...]
    row: int
    column: int
    rows: int
    columns: int


class ReadNumbers(Message, frozen=True):
    """Answered by `NumbersRead` or `Failed`; also while a run goes on."""

    place: Place


class EditNumbers(Message, frozen=True):
    """Change numbers: "set" to `values`, row by row, or "add" or "multiply" by the only one of them.

    Answered by `NumbersChanged` or `Failed`. Gradients and the optimiser's state stay.
    """

    place: Place
    change: str
    values: tuple[float, ...]


class Forget(Message, frozen=True):
    """Another project was opened: let go of the model, its parameters and every state that lives on, and of the
    snapshots in this folder, if one is named. Not answered."""

    snapshots: str = ""


class OfData(Message, frozen=True):
    """A question about the data of these settings."""

    settings: DataSettings


class Describe(OfData, frozen=True):
    """Read the data of these settings. Answered by `DataDescribed` or `Failed`."""


class Survey(OfData, frozen=True):
    """Say what the samples of these data are like as a whole. Answered by `Surveyed` or `Failed`."""


class ReadSamples(OfData, frozen=True):
    """Show some of the samples of these data. Answered by `SamplesRead` or `Failed`."""

    query: SampleQuery


class ShowAugmented(OfData, frozen=True):
    """Show what augmentation makes of some samples, drawn from `seed`. Answered by `AugmentedShown` or `Failed`."""

    seed: int


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


class Inspect(Message, frozen=True):
    """Compile a custom layer and say what it is. Answered by `CustomInspected` or `Failed`. Runs the user's code."""

    name: str
    source: str


class Probe(Message, frozen=True):
    """Run a custom layer on zeros of these shapes to see what it gives. Answered by `Probed` or `Failed` with `key`."""

    key: str
    name: str
    source: str
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]

    def __post_init__(self) -> None:
        force_setattr(self, "options", _with_tuples(self.options))


class TryCustom(Message, frozen=True):
    """Compile a custom layer, and run it forwards and backwards. Answered by `CustomTried` or `Failed`.

    `inputs` has a shape and a type for each input; where it is empty, each input is of the shape `otherwise`, without
    the batch. `batch`: how many samples.
    """

    name: str
    source: str
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]
    otherwise: tuple[int, ...] = (8,)
    batch: int = 2

    def __post_init__(self) -> None:
        force_setattr(self, "options", _with_tuples(self.options))


class Complete(Message, frozen=True):
    """Say what could come next in a text, at a line from 1 and a column from 0. Answered by `Completed` or `Failed`."""

    source: str
    line: int
    column: int


class Chosen(Message, frozen=True):
    """A sample of a part, "train", "validation" or "test", by its place in it; or, as "drawn", one of these values.

    `values`: float32 little-endian in the data's own units, of the shape of a sample.
    """

    part: str = "test"
    index: int = 0
    values: bytes = b""


class Assess(Message, frozen=True):
    """Say what the network as it is now makes of the samples of a part. Answered by `Assessed` or `Failed`."""

    part: str = "test"


class SeeSample(Message, frozen=True):
    """Run a sample through the network as it is now. Answered by `SampleSeen` or `Failed`."""

    sample: Chosen


class SeeActivations(Message, frozen=True):
    """Say what a layer gives for many samples of a part and for this one. Answered by `ActivationsSeen` or `Failed`."""

    node: str
    sample: Chosen


class SeeSurface(Message, frozen=True):
    """Of samples of two numbers, say what the network makes of all places around them. Answered by `SurfaceSeen`."""

    size: int = 96


class ListDevices(Message, frozen=True):
    """Answered by `Devices`."""


class LimitMemory(Message, frozen=True):
    """Take no more memory than so many bytes from now on; 0: without a limit. Not answered."""

    size: int


# --- events: engine -> window ---------------------------------------------------------------------------------------


class Ready(Message, frozen=True):
    """The engine's process is up and listens: the first event of every process."""

    process: int


class Device(Message, frozen=True):
    """A device one can train on. `problem` says why it cannot be used, if it cannot. Memory in bytes; 0: not known."""

    name: str
    title: str
    free: int = 0
    total: int = 0
    problem: str = ""


class Devices(Message, frozen=True):
    """The devices of this machine, the CPU first. `reason` says why there is no CUDA device, if there is none."""

    devices: tuple[Device, ...]
    reason: str = ""


class ParameterInfo(Message, frozen=True):
    """One parameter or buffer of a node, and what its numbers are like. `gradient_norm` is None before the first step.

    `zeros` is the share of zeros, `std` PyTorch's deviation (divided by n - 1; NaN of one value), `norm` the root of
    the sum of squares; `nonfinite` counts NaN and infinite values, which the other figures but `norm` leave out.
    `update` is the norm of what the last step that was looked at added, as a share of the norm before (None: unknown).
    """

    node: str
    name: str
    shape: tuple[int, ...]
    dtype: str
    device: str
    mean: float
    std: float
    minimum: float
    maximum: float
    zeros: float
    gradient_norm: float | None
    trainable: bool = True
    nonfinite: int = 0
    norm: float = 0.0
    buffer: bool = False
    update: float | None = None


class Prepared(Message, frozen=True):
    """The model was made. `kept` and `fresh` count parameters that lived on and that were drawn anew."""

    kept: int
    fresh: int
    parameters: tuple[ParameterInfo, ...]


class RunState(Message, frozen=True):
    """State of the run: "running", "paused", "finished" or "stopped"; of one that failed, `Failed` tells."""

    run: int
    state: str


class Progress(Message, frozen=True):
    """How far the run is. Steps and epochs count from 0 to the totals; times in seconds.

    `loss` and `accuracy` are means over the training samples of the last whole epoch or, before its end, of the first.
    `waiting` is the share of the last second in which there was nothing to compute with, since data were being read.
    `cost`: which share of the time goes into telling of the run, from 0 to 1.
    """

    run: int
    step: int
    steps: int
    epoch: int
    epochs: int
    seconds_per_step: float
    seconds_left: float
    memory: int = 0
    loss: float | None = None
    accuracy: float | None = None
    waiting: float = 0.0
    cost: float = 0.0


class TrainPoint(Message, frozen=True):
    """Means over the steps since the last point, the last of which is `step`. Accuracy is None for regression.

    `losses` and `accuracies` are the least and the greatest of these steps. The loss of `nonfinite` of them was NaN or
    infinite and is left out; of all of them, and `loss` is NaN. `rate` is the learning rate of the last step,
    `seconds` the mean time of one, `memory` the bytes in use.
    """

    step: int
    loss: float
    accuracy: float | None = None
    losses: tuple[float, float] | None = None
    accuracies: tuple[float, float] | None = None
    nonfinite: int = 0
    rate: float = 0.0
    seconds: float = 0.0
    memory: int = 0


class Curves(Message, frozen=True):
    """New points of the run's curves since the last message.

    `test`: (step, loss, accuracy) after an epoch, on the `part` "test" or "validation". Accuracy is from 0 to 1, None
    for regression. `gradients`: (step, {node id: norm of its gradient}); 0 of a layer that is to be trained and got
    none. `flow`: of each layer the mean and the greatest size of its gradient's numbers, at the last of these steps.
    `updates`: (step, {node id: norm of what the step added to its parameters, as a share of their norm}).
    `unreached`: node id and name of the parameters that are to be trained and never got a gradient in this run.
    """

    run: int
    train: tuple[TrainPoint, ...] = ()
    test: tuple[tuple[int, float, float | None], ...] = ()
    gradients: tuple[tuple[int, Mapping[str, float]], ...] = ()
    flow: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    updates: tuple[tuple[int, Mapping[str, float]], ...] = ()
    unreached: tuple[tuple[str, str], ...] = ()
    part: str = "test"


class Diagnosed(Message, frozen=True):
    """What is wrong with how a run learns, all of it, whenever that changes. At its beginning nothing is."""

    run: int
    findings: tuple[Finding, ...]


class RunNoted(Message, frozen=True):
    """A line of the run's log: after which step, and what."""

    run: int
    step: int
    template: str
    values: Mapping[str, object] = field(default_factory=dict)


class Evaluated(Message, frozen=True):
    """Loss and accuracy (from 0 to 1; None for regression) on the test samples, of which there are `samples`."""

    loss: float
    accuracy: float | None
    samples: int


class Histogram(Message, frozen=True):
    """Counts of finite values in bins of equal width from `low` to `high`; `nonfinite` values are in no bin.

    The ends and `nonfinite` are always those of all values. `sampled_from`: the counts are those of a sample of so many
    values; 0: every value was counted.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    nonfinite: int = 0
    sampled_from: int = 0


class NodeStatistics(Message, frozen=True):
    """What a card shows while training.

    `histogram` is that of the weights, or, of a layer without, that of the activations; `zeros` is the share of zeros
    among the activations (None: not measured); `gradient_norm` that of its parameters' gradient (None: it has none);
    `nonfinite` counts NaN and infinite values among all its parameters, or among the activations.
    """

    histogram: Histogram | None
    zeros: float | None
    gradient_norm: float | None
    nonfinite: int = 0


class Predicted(Message, frozen=True):
    """The first of `total` predictions, a row each below the titles. `output`: the file that all were written to."""

    source: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    output: str = ""


class Statistics(Message, frozen=True):
    """Of every node, a few times a second."""

    run: int
    step: int
    nodes: Mapping[str, NodeStatistics]


class Picture(Message, frozen=True):
    """Numbers in rows and columns: float32 little-endian, row by row."""

    rows: int
    columns: int
    values: bytes


class ParameterView(Message, frozen=True):
    """The parameters of the watched node, and of the watched one its values in full detail.

    `values` and `gradient` are histograms; `picture` is a heat map, float32 little-endian, row by row, of
    `rows` × `columns`. Of larger parameters each of its numbers stands for `stride` rows and columns: it is the one
    farthest from zero among them, or NaN where one of them is. `kernels`: of a convolution its first kernels.
    """

    node: str
    step: int
    parameters: tuple[ParameterInfo, ...]
    parameter: str | None = None
    values: Histogram | None = None
    gradient: Histogram | None = None
    rows: int = 0
    columns: int = 0
    stride: tuple[int, int] = (1, 1)
    picture: bytes = b""
    gradient_picture: bytes = b""
    kernels: tuple[Picture, ...] = ()


class Checkpointed(Message, frozen=True):
    """A checkpoint was written whole."""

    path: str
    step: int


class SnapshotTaken(Message, frozen=True):
    """`gone`: how many older snapshots had to go to make room for it."""

    name: str
    gone: int


class WeightsSaved(Message, frozen=True):
    """The weights file was written whole."""

    path: str
    tensors: int


class NetworkWritten(Message, frozen=True):
    """The file, and what it reads if it is a script, were written."""

    path: str


class WeightsReport(Message, frozen=True):
    """What of a weights file fits: names. `mismatched`: (name, shape in the file, shape in the model).

    `removed` and `added`: what was taken away and put before each name of the file so that more fit. `parts`: the sets
    of weights in the file, if there are several, of which this is about `part`. `unsound`: those that match and hold
    NaN or infinity, from which nothing can be learned.
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


class ValuesDrawn(Message, frozen=True):
    """What filling gives: of all numbers together, and mean and deviation of each parameter.

    To look at, no more than some millions are drawn: `parameters` may be fewer than were asked for.
    """

    histogram: Histogram
    mean: float
    std: float
    parameters: tuple[tuple[str, float, float], ...]


class NumbersRead(Message, frozen=True):
    """Numbers of a parameter as they are now, row by row, float64 little-endian. `dtype` is the parameter's own."""

    place: Place
    dtype: str
    values: bytes


class NumbersChanged(Message, frozen=True):
    """Numbers of so many parameters were replaced by hand: filled, if `filled`, or edited."""

    parameters: int
    filled: bool


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


class DataDescribed(Message, frozen=True):
    """What was found in the data."""

    description: DataDescription


class Surveyed(Message, frozen=True):
    """What the samples are like as a whole."""

    survey: DataSurvey


class DataPreviewed(Message, frozen=True):
    """What the first lines of a large table are like; what all are like follows."""

    description: DataDescription
    lines: int


class DataScanned(Message, frozen=True):
    """So many files of so many were looked at on the way to an answer; `total` is 0 where it is not known yet."""

    done: int
    total: int


class SamplesRead(Message, frozen=True):
    """Some of the `total` samples that a query meant."""

    total: int
    samples: tuple[ShownSample, ...]


class AugmentedShown(Message, frozen=True):
    """Rows of pictures: a sample, and what augmentation makes of it."""

    rows: tuple[tuple[SamplePicture, ...], ...]


class CustomOption(Message, frozen=True):
    """An argument of a custom layer's constructor. `kind` is "int", "float", "bool" or "str"."""

    name: str
    kind: str
    default: object
    required: bool

    def __post_init__(self) -> None:
        force_setattr(self, "default", _as_tuple(self.default))


class CustomInspected(Message, frozen=True):
    """A custom layer compiles and its signature can be read. `inputs` counts the arguments of `forward`."""

    name: str
    options: tuple[CustomOption, ...]
    inputs: int
    summary: str


class Probed(Message, frozen=True):
    """What a custom layer gave: the shape and type of its output, its parameters' names and shapes, and its text."""

    key: str
    shape: tuple[int | None, ...]
    dtype: str
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    text: str = ""


class GradientCheck(Message, frozen=True):
    """How much a weighted sum of a layer's outputs moves as an input or a parameter goes in a random direction.

    `numeric` as it was measured, `analytic` as the gradient says. `reached`: whether it got a gradient at all;
    `agrees`: whether the two are the same, as far as the type of the numbers can tell.
    """

    name: str
    shape: tuple[int, ...]
    numeric: float
    analytic: float
    reached: bool
    agrees: bool


class CustomTried(Message, frozen=True):
    """What a custom layer is, and what it gave. `options`: those that it was made with, also what was worked out.

    `missing`: the argument that has no value, so that nothing was run. `milliseconds`: of one run there and back.
    """

    found: CustomInspected
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]
    shape: tuple[int | None, ...] = ()
    dtype: str = ""
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    text: str = ""
    gradients: tuple[GradientCheck, ...] = ()
    milliseconds: float = 0.0
    missing: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "options", _with_tuples(self.options))


class Completion(Message, frozen=True):
    """A name that could stand there. `kind` is jedi's: "function", "class", "module", "statement", "param" …"""

    name: str
    kind: str


class Completed(Message, frozen=True):
    """`typed`: how many characters of the names stand there already."""

    names: tuple[Completion, ...]
    typed: int


class ClassFigures(Message, frozen=True):
    """Of a class: how many of those said to be it are (precision), how many of it were found (recall), their harmonic
    mean, and how many samples it has. NaN where nothing is divided by nothing."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class Assessed(Message, frozen=True):
    """What the network makes of `count` samples of a part, the first ones of `total`.

    `truths` and `answers`: classes by number, or the values of the first target in the data's own units. `scores`: the
    probability of the answer; empty without classes. `losses`: each sample's own. All are float64 little-endian.
    `confusion`: counts, a row for each true class. `r2`, `mae` and `rmse` are of the first target; None with classes.
    """

    part: str
    count: int
    total: int
    classes: tuple[str, ...]
    truths: bytes
    answers: bytes
    scores: bytes
    losses: bytes
    loss: float
    accuracy: float | None = None
    confusion: tuple[int, ...] = ()
    figures: tuple[ClassFigures, ...] = ()
    r2: float | None = None
    mae: float | None = None
    rmse: float | None = None


class SampleSeen(Message, frozen=True):
    """What became of a sample: the answer, and the activation of each layer.

    `values`: probabilities of the classes, or the outputs in the data's own units. `loss`, `truth` and `gradient`, that
    of the loss by each number that came in, are there where the sample has a target. `features` are in the data's own
    units. `layers`: of each layer that gave something, its activation, of pictures the mean of the channels.
    """

    sample: Chosen
    shape: tuple[int, ...]
    features: bytes
    classes: tuple[str, ...]
    values: tuple[float, ...]
    answer: str
    truth: str = ""
    loss: float | None = None
    gradient: bytes = b""
    layers: Mapping[str, Picture] = field(default_factory=dict)


class ActivationsSeen(Message, frozen=True):
    """What a layer gives: figures over `count` samples of a part, and for one sample in pictures.

    `zeros` and `saturated` are shares (None: it has no ends at which it could be), `unit_zeros` and `unit_saturated`
    those of each unit, that is of each channel or feature, float32 little-endian. `kind` says what the `pictures` are:
    "maps" of channels, "attention" of heads (row: who looks, column: at whom), "steps" (row: a step, column: a unit of
    the state), or "units" in a row.
    """

    node: str
    count: int
    shape: tuple[int, ...]
    histogram: Histogram
    zeros: float
    saturated: float | None
    unit_zeros: bytes
    unit_saturated: bytes
    kind: str
    pictures: tuple[Picture, ...]


class SurfaceSeen(Message, frozen=True):
    """What the network makes of each place of a square grid, the lowest second number first.

    `low`, `high`: the ends of both axes, in the data's own units. `answers`: classes by number or values, `scores`
    their probabilities; `points`: (x, y, target) of samples. All float32 little-endian.
    """

    size: int
    low: tuple[float, float]
    high: tuple[float, float]
    classes: tuple[str, ...]
    answers: bytes
    scores: bytes
    points: bytes


UNSOUND_WEIGHTS = "unsound weights"
"""The key of a failure to begin because the weights to go on with hold NaN or infinity."""


class Failed(Message, frozen=True):
    """A request or a run failed. `request` names its class; `key` is that of `Probe`, the name of `Inspect`, or
    `UNSOUND_WEIGHTS`.

    `run` is the number of the run that failed, which `Start` asked for; 0: it was no run.
    `template` and `values` make the sentence; `node` is where it happened, if known; `details` is the traceback of the
    user's code. If a run failed at the first value that is NaN or infinite, `step` and `operation` say where that
    arose; the engine then holds the weights from before it.
    """

    request: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    node: str | None = None
    key: str = ""
    details: str = ""
    run: int = 0
    step: int | None = None
    operation: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "values", _with_tuples(self.values))


Request: TypeAlias = (
    Prepare
    | Start
    | Pause
    | Resume
    | Step
    | Stop
    | Adjust
    | Evaluate
    | Predict
    | Watch
    | Checkpoint
    | Restore
    | TakeSnapshot
    | RestoreSnapshot
    | SaveWeights
    | WriteNetwork
    | LoadWeights
    | Reinitialise
    | DrawValues
    | Initialise
    | ReadNumbers
    | EditNumbers
    | Forget
    | Describe
    | Survey
    | ReadSamples
    | ShowAugmented
    | ListTensors
    | ImportNetwork
    | Inspect
    | Probe
    | TryCustom
    | Complete
    | Assess
    | SeeSample
    | SeeActivations
    | SeeSurface
    | ListDevices
    | LimitMemory
)
Event: TypeAlias = (
    Ready
    | Devices
    | Prepared
    | RunState
    | Progress
    | Curves
    | Diagnosed
    | RunNoted
    | Evaluated
    | Predicted
    | Statistics
    | ParameterView
    | Checkpointed
    | SnapshotTaken
    | WeightsSaved
    | NetworkWritten
    | WeightsReport
    | ValuesDrawn
    | NumbersRead
    | NumbersChanged
    | TensorsListed
    | NetworkImported
    | DataDescribed
    | DataPreviewed
    | DataScanned
    | Surveyed
    | SamplesRead
    | AugmentedShown
    | CustomInspected
    | Probed
    | CustomTried
    | Completed
    | Assessed
    | SampleSeen
    | ActivationsSeen
    | SurfaceSeen
    | Failed
)

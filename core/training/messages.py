"""What the window and the engine's process say to each other.

Requests go to the engine, events come back. Each is a small frozen dataclass; `core.training.frames` turns them into
bytes and back. They carry ids, never objects: a design travels as its JSON text, a node as its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.design.settings import DataDescription, DataSettings

# --- requests: window -> engine -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prepare:
    """Make the model of this design, keeping every parameter whose node and shape are unchanged; no training.

    Sent (debounced) after edits while no run is on, so that weights can be looked at before the first step.
    Answered by `Prepared` or `Failed`.
    """

    design: str


@dataclass(frozen=True, slots=True)
class Start:
    """Train this design. Parameters live on as with `Prepare`; `run` is the caller's number for the run."""

    design: str
    run: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the current step and wait."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a paused run."""


@dataclass(frozen=True, slots=True)
class Step:
    """Make one step of a paused run and wait again."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run; its parameters stay."""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Test the parameters as they are now on all test samples. Answered by `Evaluated` or, as in a run, `Failed`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Send `ParameterView` of this node's parameters (None: of none), once now and often while training."""

    node: str | None
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Write weights, optimiser and random state, by node id, to this path. Answered by `Checkpointed` or `Failed`."""

    path: str


@dataclass(frozen=True, slots=True)
class Restore:
    """Take weights, optimiser and random state from a checkpoint. Answered by `Prepared` or `Failed`."""

    path: str


@dataclass(frozen=True, slots=True)
class SaveWeights:
    """Write the weights under their dotted names as .safetensors. Answered by `WeightsSaved` or `Failed`."""

    path: str


@dataclass(frozen=True, slots=True)
class LoadWeights:
    """Read weights by dotted name. With `apply` false only the report is made: nothing changes.

    What matches by name and shape is loaded. Answered by `WeightsReport` or `Failed`.
    """

    path: str
    apply: bool = False


@dataclass(frozen=True, slots=True)
class Reinitialise:
    """Draw new initial parameters for these nodes (none: for all), from the design's seed."""

    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forget:
    """Another project was opened: let go of the model, its parameters and every state that lives on. Not answered."""


@dataclass(frozen=True, slots=True)
class Describe:
    """Read the data of these settings. Answered by `DataDescribed` or `Failed`."""

    settings: DataSettings


@dataclass(frozen=True, slots=True)
class Inspect:
    """Compile a custom layer and say what it is. Answered by `CustomInspected` or `Failed`. Runs the user's code."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Run a custom layer on zeros of these shapes to see what it gives. Answered by `Probed` or `Failed` with `key`."""

    key: str
    name: str
    source: str
    options: Mapping[str, object]
    inputs: tuple[tuple[tuple[int | None, ...], str], ...]


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Answered by `Devices`."""


# --- events: engine -> window ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine's process is up and listens: the first event of every process."""

    process: int


@dataclass(frozen=True, slots=True)
class Device:
    """A device one can train on. `problem` says why it cannot be used, if it cannot. Memory in bytes; 0: not known."""

    name: str
    title: str
    free: int = 0
    total: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of this machine, the CPU first. `reason` says why there is no CUDA device, if there is none."""

    devices: tuple[Device, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """One parameter of a node, with what its numbers are like. `gradient_norm` is None before the first step.

    `zeros` is the share of zeros; `nonfinite` counts NaN and infinite values, which the other figures leave out.
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """The model was made. `kept` and `fresh` count parameters that lived on and that were drawn anew."""

    kept: int
    fresh: int
    parameters: tuple[ParameterInfo, ...]


@dataclass(frozen=True, slots=True)
class RunState:
    """State of the run: "idle", "running", "paused", "finished" or "stopped"."""

    run: int
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is. Steps and epochs count from 0 to the totals; times in seconds."""

    run: int
    step: int
    steps: int
    epoch: int
    epochs: int
    seconds_per_step: float
    seconds_left: float
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Curves:
    """New points of the run's curves since the last message.

    `train`: (step, loss, accuracy) means over the steps since the last point; `test`: (step, loss, accuracy) after an
    epoch. Accuracy is from 0 to 1, or None for regression. `gradients`: (step, {node id: norm of its gradient}).
    """

    run: int
    train: tuple[tuple[int, float, float | None], ...] = ()
    test: tuple[tuple[int, float, float | None], ...] = ()
    gradients: tuple[tuple[int, Mapping[str, float]], ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Loss and accuracy (from 0 to 1; None for regression) on the test samples, of which there are `samples`."""

    loss: float
    accuracy: float | None
    samples: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of finite values in bins of equal width from `low` to `high`; `nonfinite` values are in no bin."""

    low: float
    high: float
    counts: tuple[int, ...]
    nonfinite: int = 0


@dataclass(frozen=True, slots=True)
class NodeStatistics:
    """What a card shows while training.

    `histogram` is that of the weights, or, of a layer without, that of the activations; `zeros` is the share of zeros
    among the activations (None: not measured); `gradient_norm` that of its parameters' gradient (None: it has none).
    """

    histogram: Histogram | None
    zeros: float | None
    gradient_norm: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of every node, a few times a second."""

    run: int
    step: int
    nodes: Mapping[str, NodeStatistics]


@dataclass(frozen=True, slots=True)
class ParameterView:
    """The parameters of the watched node, and of the watched one its values in full detail.

    `values` and `gradient` are histograms; `picture` is a heat map, float32 little-endian, row by row, of at most
    `rows` × `columns` (larger parameters are thinned by `stride`).
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


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """A checkpoint was written whole."""

    path: str
    step: int


@dataclass(frozen=True, slots=True)
class WeightsSaved:
    """The weights file was written whole."""

    path: str
    tensors: int


@dataclass(frozen=True, slots=True)
class WeightsReport:
    """What of a weights file fits: names. `mismatched`: (name, shape in the file, shape in the model)."""

    path: str
    applied: bool
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class DataDescribed:
    """What was found in the data."""

    description: DataDescription


@dataclass(frozen=True, slots=True)
class CustomOption:
    """An argument of a custom layer's constructor. `kind` is "int", "float", "bool" or "str"."""

    name: str
    kind: str
    default: object
    required: bool


@dataclass(frozen=True, slots=True)
class CustomInspected:
    """A custom layer compiles and its signature can be read. `inputs` counts the arguments of `forward`."""

    name: str
    options: tuple[CustomOption, ...]
    inputs: int
    summary: str


@dataclass(frozen=True, slots=True)
class Probed:
    """What a custom layer gave: the shape and type of its output, its parameters' names and shapes, and its text."""

    key: str
    shape: tuple[int | None, ...]
    dtype: str
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """What the user's code printed; `stream` is "stdout" or "stderr"."""

    text: str
    stream: str = "stdout"


@dataclass(frozen=True, slots=True)
class Failed:
    """A request or a run failed. `request` names its class; `key` is that of `Probe` or the name of `Inspect`.

    `template` and `values` make the sentence; `node` is where it happened, if known; `details` is the traceback of the
    user's code.
    """

    request: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    node: str | None = None
    key: str = ""
    details: str = ""


Request: TypeAlias = (
    Prepare
    | Start
    | Pause
    | Resume
    | Step
    | Stop
    | Evaluate
    | Watch
    | Checkpoint
    | Restore
    | SaveWeights
    | LoadWeights
    | Reinitialise
    | Forget
    | Describe
    | Inspect
    | Probe
    | ListDevices
)
Event: TypeAlias = (
    Ready
    | Devices
    | Prepared
    | RunState
    | Progress
    | Curves
    | Evaluated
    | Statistics
    | ParameterView
    | Checkpointed
    | WeightsSaved
    | WeightsReport
    | DataDescribed
    | CustomInspected
    | Probed
    | Output
    | Failed
)

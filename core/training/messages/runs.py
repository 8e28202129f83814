"""A run: begun, steered, how far it is, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from core.design.diagnosis import Finding
from core.training.messages.message import Message


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


class ListDevices(Message, frozen=True):
    """Answered by `Devices`."""


class LimitMemory(Message, frozen=True):
    """Take no more memory than so many bytes from now on; 0: without a limit. Not answered."""

    size: int


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
    """The model was made. `kept` and `fresh` count parameters that lived on and that were drawn anew. `untrained`: no
    step was made yet with those that lived on."""

    kept: int
    fresh: int
    parameters: tuple[ParameterInfo, ...]
    untrained: bool = False


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
    `seconds` the mean time of one, `memory` the bytes in use within the last second.
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

"""What each layer does while it trains, and one parameter looked at closely."""

from __future__ import annotations

from collections.abc import Mapping

from core.training.messages.message import Histogram, Message, Picture
from core.training.messages.runs import ParameterInfo


class Watch(Message, frozen=True):
    """Send `ParameterView` of this node's parameters (None: of none), once now and often while training.

    `cards`: whether `Statistics` are sent too. `activations`: the node of which `ActivationsView` are sent in a run.
    """

    node: str | None
    parameter: str | None = None
    cards: bool = True
    activations: str | None = None

    @property
    def is_close(self) -> bool:
        """Whether somebody looks at the numbers of a layer, which may cost more."""
        return self.node is not None or self.activations is not None


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


class Statistics(Message, frozen=True):
    """Of every node, a few times a second."""

    run: int
    step: int
    nodes: Mapping[str, NodeStatistics]


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


class ActivationsView(Message, frozen=True):
    """How the numbers spread that a layer gave for the batch of a step, as it trains; `zeros` is a share."""

    run: int
    step: int
    node: str
    histogram: Histogram
    zeros: float

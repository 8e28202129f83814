"""Looking into a model while it trains: from outside, by hooks, and only as often as it costs little."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.arrays.backend import Array, to_numpy
from core.design.model import NodeId
from core.network import Key, Model
from core.nn import Module, Parameter
from core.tensors.tensor import Tensor
from core.training.figures import histogram, nonfinite, picture, sizes, sum_of_squares, summary, zeros
from core.training.messages import ActivationsView, NodeStatistics, ParameterInfo, ParameterView, Picture, Statistics

CARD_BINS = 24
VIEW_BINS = 64
MOST_KERNELS = 64
"""Of a convolution that are shown as pictures."""


class Telemetry:
    """Figures of one model. `watch_activations` around a step, then ask."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known = {id(part) for part in model.parts.values()}
        self._parameters: dict[NodeId, list[tuple[Key, Parameter]]] = {node: [] for node in model.parts}
        for key, parameter in model.parameters().items():
            self._parameters[key.node].append((key, parameter))
        self._buffers: dict[NodeId, list[tuple[Key, Tensor]]] = {node: [] for node in model.parts}
        for key, tensor in model.tensors().items():
            if not isinstance(tensor, Parameter):
                self._buffers[key.node].append((key, tensor))
        self._activations: dict[NodeId, Array] = {}
        self._trained = {
            node: [(key, parameter) for key, parameter in own if parameter.requires_grad]
            for node, own in self._parameters.items()
        }
        self._reached: set[Key] | None = None
        self._before: dict[NodeId, dict[Key, Array]] = {}
        self._shares: dict[Key, float] = {}
        """By how much each parameter changed in the last step that was looked at, as a share of its norm."""

    @contextmanager
    def watch_activations(self, cards: bool = True, closely: NodeId | None = None) -> Iterator[None]:
        """While a step is made, remember what leaves each layer that has no parameters (`cards`), and what leaves the
        one that is looked at closely.

        While test samples are looked at, what was remembered of the last step stays.
        """
        found: dict[NodeId, Array] = {}
        handles = [
            part.register_forward_hook(self._remember(node, found))
            for node, part in self._model.parts.items()
            if node == closely or (cards and not self._parameters[node] and not self._is_container(part))
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _is_container(self, part: Module) -> bool:
        """Whether layers of the design are in it; what a custom layer has inside are none."""
        return any(id(child) in self._known for child in part.children())

    def _remember(self, node: NodeId, found: dict[NodeId, Array]) -> Callable[..., None]:
        def hook(module: Module, _inputs: object, output: object) -> None:
            if module.training and isinstance(output, Tensor):
                self._activations = found  # those before are let go of at the first of these
                found[node] = output._array

        return hook

    def gradient_norms(self) -> dict[NodeId, float]:
        """The norm of the gradient of each layer's parameters that are trained; 0 where none of them has got one."""
        self._reached = self._reached or set()
        norms = {}
        for node, own in self._trained.items():
            got = [(key, parameter.grad._array) for key, parameter in own if parameter.grad is not None]
            self._reached.update(key for key, _ in got)
            if own:
                norms[node] = math.sqrt(sum(sum_of_squares(gradient) for _, gradient in got))
        return norms

    def flow(self) -> dict[NodeId, tuple[float, float]]:
        """The mean and the greatest size of the numbers in each layer's gradient; 0 where it has none."""
        found = {}
        for node, own in self._trained.items():
            parts = [parameter.grad._array for _, parameter in own if parameter.grad is not None]
            count = sum(part.size for part in parts)
            each = [sizes(part) for part in parts]
            if own:
                mean = sum(mean * part.size for (mean, _), part in zip(each, parts, strict=True)) / max(count, 1)
                found[node] = mean, max((most for _, most in each), default=0.0)
        return found

    def keep_weights(self) -> None:
        """Remember what the parameters are before a step."""
        self._before = {
            node: {key: parameter._array.copy() for key, parameter in own} for node, own in self._trained.items() if own
        }

    def updates(self) -> dict[NodeId, float]:
        """By how much the parameters of each layer differ from those that were kept, as a share of their norm then.

        Nothing where none were kept, or they were zero.
        """
        shares = {}
        for node, before in self._before.items():
            moved = {key: sum_of_squares(now._array - before[key]) for key, now in self._trained[node]}
            norms = {key: sum_of_squares(old) for key, old in before.items()}
            self._shares |= {key: math.sqrt(moved[key] / norm) for key, norm in norms.items() if norm > 0}
            if (norm := sum(norms.values())) > 0:
                shares[node] = math.sqrt(sum(moved.values()) / norm)
        self._before = {}
        return shares

    @property
    def unreached(self) -> tuple[tuple[NodeId, str], ...]:
        """The parameters that are trained and had no gradient whenever `gradient_norms` looked; none before it did."""
        if self._reached is None:
            return ()
        keys = (key for own in self._trained.values() for key, _ in own)
        return tuple((key.node, key.name) for key in keys if key not in self._reached)

    def statistics(self, run: int, step: int, norms: dict[NodeId, float]) -> Statistics:
        """What the cards show, with norms as `gradient_norms` gave them."""
        return Statistics(run, step, {node: self._card(node, norms.get(node)) for node in self._parameters})

    def _card(self, node: NodeId, norm: float | None) -> NodeStatistics:
        if own := self._parameters[node]:
            first, *others = (parameter._array for _, parameter in own)
            shown = histogram(first, CARD_BINS)
            return NodeStatistics(shown, None, norm, shown.nonfinite + sum(map(nonfinite, others)))
        if (activations := self._activations.get(node)) is not None:
            shown = histogram(activations, CARD_BINS)
            return NodeStatistics(shown, zeros(activations), norm, shown.nonfinite)
        return NodeStatistics(None, None, norm)

    def activations(self, run: int, step: int, node: NodeId) -> ActivationsView | None:
        """How what a layer gave for the step's batch spreads. None where it gave nothing, or nobody watched it."""
        if (given := self._activations.get(node)) is None:
            return None
        return ActivationsView(run, step, node, histogram(given, VIEW_BINS), zeros(given))

    def parameter_infos(self, node: NodeId | None = None) -> tuple[ParameterInfo, ...]:
        """Of the parameters and buffers of one layer, of a container with all that is in it, or of all."""
        parts = self._model.parts
        inside = {id(part) for part in parts[node].modules()} if node is not None else None
        return tuple(
            parameter_info(key, parameter, self._shares.get(key))
            for owner, own in self._parameters.items()
            if inside is None or id(parts[owner]) in inside
            for key, parameter in (*own, *self._buffers[owner])
        )

    def view(self, node: NodeId, name: str | None, step: int) -> ParameterView | None:
        """The parameters of a layer, and one of them in full (None: the first). None if there is no such layer."""
        if node not in self._parameters:
            return None
        infos = self.parameter_infos(node)
        tensors = (*self._parameters[node], *self._buffers[node])
        chosen = [tensor for key, tensor in tensors if name in (None, key.name)]
        if not chosen:
            return ParameterView(node, step, infos)
        name = name or tensors[0][0].name
        values, gradient = chosen[0]._array, chosen[0].grad
        image, stride = picture(values)
        return ParameterView(
            node,
            step,
            infos,
            name,
            histogram(values, VIEW_BINS),
            None if gradient is None else histogram(gradient._array, VIEW_BINS),
            image.shape[0],
            image.shape[1],
            stride,
            image.tobytes(),
            b"" if gradient is None else picture(gradient._array)[0].tobytes(),
            kernels(values),
        )


def kernels(values: Array) -> tuple[Picture, ...]:
    """Of the weights of a convolution the first `MOST_KERNELS`, one by one: (out, in, …, height, width) by their last
    two axes, (out, in, length) by each output. None of other parameters."""
    if values.ndim < 3:
        return ()
    rows, columns = values.shape[-2:]
    some = to_numpy(values.reshape(-1, rows, columns)[:MOST_KERNELS])
    images = (picture(each)[0] for each in some)
    return tuple(Picture(image.shape[0], image.shape[1], image.tobytes()) for image in images)


def parameter_info(key: Key, parameter: Tensor, update: float | None = None) -> ParameterInfo:
    """What the window is told of one parameter or buffer: its figures and those of its gradient. `update`: by which
    share of its norm the last step that was looked at changed it."""
    found = summary(parameter._array)
    gradient = parameter.grad
    return ParameterInfo(
        key.node,
        key.name,
        key.shape,
        parameter.dtype.name,
        str(parameter.device),
        found.mean,
        found.std,
        found.minimum,
        found.maximum,
        found.zeros,
        None if gradient is None else math.sqrt(sum_of_squares(gradient._array)),
        parameter.requires_grad,
        found.nonfinite,
        math.sqrt(sum_of_squares(parameter._array)),
        not isinstance(parameter, Parameter),
        update,
    )

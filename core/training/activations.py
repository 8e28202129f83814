"""What a layer gives: its numbers over many samples, and for one sample as maps, attention or states over steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import nn
from core.arrays.backend import to_numpy
from core.errors import NetloomError
from core.functions.creation import from_numpy
from core.nn import Module
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.figures import histogram, zeros
from core.training.messages import ActivationsSeen, Picture, SeeActivations
from core.training.seeing import LITTLE, Looking, as_picture

COUNT = 256
"""Samples over which figures are taken."""
BINS = 64
MOST_PICTURES, SIDE = 64, 64
NEAR = 0.01
"""How near to an end of its range, in shares of it, an activation is saturated."""
ENDS: Mapping[str, tuple[float, float]] = {
    "Sigmoid": (0, 1), "Tanh": (-1, 1), "Softsign": (-1, 1), "Hardsigmoid": (0, 1), "Hardtanh": (-1, 1),
    "ReLU6": (0, 6), "Softmax": (0, 1), "Softmax2d": (0, 1), "Softmin": (0, 1),
}  # fmt: skip
"""The activations that have ends."""


def see_activations(looking: Looking, request: SeeActivations) -> ActivationsSeen:
    """Raises NetloomError if the layer is not there, or gives nothing."""
    part = looking.model.parts.get(request.node)
    if part is None:
        raise NetloomError("The model has no such layer any more.")
    many = looking.part("test" if request.sample.part == "drawn" else request.sample.part, slice(0, COUNT))[0]
    given = _given(looking, part, many)
    one, kind = _pictured(looking, part, looking.sample(request.sample)[0])
    low, high = ENDS.get(looking.design.as_it_runs[request.node].type, (0.0, 0.0))
    margin = NEAR * (high - low)
    is_saturated = (given <= low + margin) | (given >= high - margin) if margin else None
    axis = 1 if given.ndim in (2, 4, 5) else given.ndim - 1
    rest = tuple(place for place in range(given.ndim) if place != axis)
    return ActivationsSeen(
        request.node,
        len(given),
        tuple(given.shape[1:]),
        histogram(given, BINS),
        zeros(given),
        None if is_saturated is None else float(is_saturated.mean()),
        (given == 0).mean(rest).astype(LITTLE).tobytes(),
        b"" if is_saturated is None else is_saturated.mean(rest).astype(LITTLE).tobytes(),
        kind,
        one,
    )


def _given(looking: Looking, part: Module, features: NDArray[np.float32]) -> NDArray[Any]:
    """What a layer gives for these samples."""
    found: list[NDArray[Any]] = []
    handle = part.register_forward_hook(lambda _part, _inputs, output: found.append(_array(output)))
    try:
        _run(looking, features)
    finally:
        handle.remove()
    if not found:
        raise NetloomError("Nothing flows through this layer, so that it gives nothing.")
    return found[-1]


def _array(output: object) -> NDArray[Any]:
    if not isinstance(output, Tensor) or output.ndim < 2:
        raise NetloomError("This layer gives no tensor of samples.")
    return to_numpy(output.detach()._array).astype(np.float32)


def _run(looking: Looking, features: NDArray[np.float32]) -> None:
    with looking.in_eval(), no_grad():
        looking.output(from_numpy(features.copy()).to(looking.device))


def _pictured(looking: Looking, part: Module, features: NDArray[np.float32]) -> tuple[tuple[Picture, ...], str]:
    """What a layer gives for one sample, in pictures, and of which kind they are."""
    calls: list[tuple[Module, tuple[Any, ...], dict[str, Any]]] = []
    with _watching(part, calls):
        values = _given(looking, part, features)[0]
    if calls and isinstance(calls[0][0], nn.MultiheadAttention):
        heads = [head for call in calls for head in _weights(looking, *call)]
        return tuple(as_picture(head, SIDE) for head in heads[:MOST_PICTURES]), "attention"
    if calls:
        with looking.in_eval(), no_grad():
            states = to_numpy(_plain(calls[0][0]).forward(calls[0][0], *calls[0][1])[0]._array)[0]
        return (as_picture(states, SIDE),), "steps"
    if values.ndim == 1:
        return (as_picture(values.reshape(1, -1), 8 * SIDE),), "units"
    if values.ndim == 2:
        return (as_picture(values, SIDE),), "steps"
    maps = values.reshape(-1, *values.shape[-2:])
    return tuple(as_picture(each, SIDE) for each in maps[:MOST_PICTURES]), "maps"


@contextmanager
def _watching(part: Module, calls: list[tuple[Module, tuple[Any, ...], dict[str, Any]]]) -> Iterator[None]:
    """Remember how a recurrent layer, or attention in a layer, is called."""

    def note(module: Module, inputs: tuple[Any, ...], words: dict[str, Any]) -> None:
        calls.append((module, inputs, words))

    watched: list[Module] = [m for m in part.modules() if isinstance(m, nn.MultiheadAttention)]
    watched += [part] if isinstance(part, nn.RNN | nn.GRU | nn.LSTM) else []
    handles = [module.register_forward_pre_hook(note, with_kwargs=True) for module in watched]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _plain(module: Module) -> Any:
    """The class of PyTorch's that a card's module is built on: it gives all that the card leaves out."""
    plain = (nn.MultiheadAttention, nn.LSTM, nn.GRU, nn.RNN)
    return next(kind for kind in plain if isinstance(module, kind))


def _weights(looking: Looking, module: Any, inputs: tuple[Any, ...], words: dict[str, Any]) -> NDArray[Any]:
    """(heads, who looks, at whom): attention done once more, with its weights."""
    query, key, value = (*inputs, *[inputs[-1]] * 2)[:3]
    mask = words.get("attn_mask")
    if getattr(module, "causal", False):
        steps = query.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(steps, query.device, query.dtype)
    with looking.in_eval(), no_grad():
        weights: Any
        _, weights = nn.MultiheadAttention.forward(
            module, query, key, value, need_weights=True, average_attn_weights=False, attn_mask=mask
        )
    found: NDArray[Any] = to_numpy(weights._array)[0]
    return found

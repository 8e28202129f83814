"""Weights under their dotted names, `net.fc1.weight`, between a file and a model."""

from __future__ import annotations

from pathlib import Path

from core.errors import FileError
from core.files.weights import read_weights, write_weights
from core.nn import Module
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.messages import WeightsReport, WeightsSaved


def save_weights(path: Path, module: Module) -> WeightsSaved:
    """Write all parameters and buffers. Raises FileError."""
    state = module.state_dict()
    write_weights(path, state)
    return WeightsSaved(str(path), len(state))


def load_weights(path: Path, module: Module, apply: bool) -> WeightsReport:
    """Compare a file with a model and, with `apply`, load what matches by name and shape. Raises FileError."""
    found = _only_state(path)
    own = module.state_dict()
    shared = [name for name in own if name in found]
    matched = [name for name in shared if own[name].shape == found[name].shape]
    if apply:
        with no_grad():
            for name in matched:
                own[name].copy_(found[name])
    return WeightsReport(
        str(path),
        apply,
        tuple(matched),
        missing=tuple(name for name in own if name not in found),
        unexpected=tuple(name for name in found if name not in own),
        mismatched=tuple(
            (name, tuple(found[name].shape), tuple(own[name].shape)) for name in shared if name not in set(matched)
        ),
    )


def _only_state(path: Path) -> dict[str, Tensor]:
    states = read_weights(path)
    if len(states) > 1:
        raise FileError(
            "'{path}' holds {count} sets of weights: {names}. Save the one that is meant to a file of its own.",
            path=str(path), count=len(states), names=", ".join(map(ascii, states)),
        )  # fmt: skip
    (state,) = states.values()
    return state

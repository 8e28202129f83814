"""Weights under their dotted names, `net.fc1.weight`, between a file and a model."""

from __future__ import annotations

from pathlib import Path

from core.data.learnt import metadata_of
from core.files.safetensors import read_metadata
from core.files.weights import read_weights, write_weights
from core.nn import Module
from core.tensors.grad_mode import no_grad
from core.training.finite import all_finite
from core.training.messages import WeightsReport, WeightsSaved
from core.training.naming import best_renaming


def save_weights(path: Path, module: Module, learnt: str = "") -> WeightsSaved:
    """Write all parameters and buffers and, where there is a place for it, what they learned from. Raises FileError."""
    state = module.state_dict()
    write_weights(path, state, metadata_of(learnt))
    return WeightsSaved(str(path), len(state))


def learnt_in(path: Path, report: WeightsReport) -> str:
    """What the weights of a file learned from, as a text; none where it does not say, or not all of them were taken."""
    if report.missing or report.mismatched or path.suffix.lower() != ".safetensors":
        return ""
    return read_metadata(path).get("data", "")


def load_weights(path: Path, module: Module, apply: bool, part: str = "") -> WeightsReport:
    """Compare a file with a model and, with `apply`, load what matches by name and shape. Raises FileError.

    All is read before anything changes. `part`: which of several sets of weights is meant; by default the first.
    """
    states, own = read_weights(path), module.state_dict()
    part = part if part in states else next(iter(states))
    renaming = best_renaming(states[part], own)
    found = renaming.of(states[part])
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
        removed=renaming.removed,
        added=renaming.added,
        parts=tuple(states) if len(states) > 1 else (),
        part=part,
        unsound=tuple(name for name in matched if not all_finite([found[name].detach().numpy()])),
    )

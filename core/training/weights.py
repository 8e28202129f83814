"""Weights under their dotted names, `net.fc1.weight`, as PyTorch and others read and write them."""

from __future__ import annotations

from pathlib import Path

import core
from core.files import read_tensors, write_tensors
from core.nn import Module
from core.training.messages import WeightsReport, WeightsSaved


def save_weights(path: Path, module: Module) -> WeightsSaved:
    """Write all parameters and buffers. Raises FileError."""
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}
    write_tensors(path, arrays, {"format": "pt"})
    return WeightsSaved(str(path), len(arrays))


def load_weights(path: Path, module: Module, apply: bool) -> WeightsReport:
    """Compare a file with a model and, with `apply`, load what matches by name and shape. Raises FileError."""
    arrays, _ = read_tensors(path)
    own = module.state_dict()
    shared = [name for name in own if name in arrays]
    matched = [name for name in shared if tuple(own[name].shape) == arrays[name].shape]
    if apply:
        with core.no_grad():
            for name in matched:
                own[name].copy_(core.from_numpy(arrays[name]))
    return WeightsReport(
        str(path),
        apply,
        tuple(matched),
        missing=tuple(name for name in own if name not in arrays),
        unexpected=tuple(name for name in arrays if name not in own),
        mismatched=tuple(
            (name, arrays[name].shape, tuple(own[name].shape)) for name in shared if name not in set(matched)
        ),
    )

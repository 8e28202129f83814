"""Weights under their dotted names, `net.fc1.weight`, as PyTorch and others read and write them.

A file's ending says its format: .pt and .pth are PyTorch's own, all others are .safetensors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.errors import FileError
from core.files import read_tensors, write_tensors
from core.files.pt import load, save
from core.functions.creation import from_numpy
from core.nn import Module
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.messages import WeightsReport, WeightsSaved

_PYTORCH = (".pt", ".pth")


def save_weights(path: Path, module: Module) -> WeightsSaved:
    """Write all parameters and buffers. Raises FileError."""
    state = module.state_dict()
    if path.suffix.lower() in _PYTORCH:
        save(state, path)
    else:
        write_tensors(path, {name: tensor.detach().cpu().numpy() for name, tensor in state.items()}, {"format": "pt"})
    return WeightsSaved(str(path), len(state))


def load_weights(path: Path, module: Module, apply: bool) -> WeightsReport:
    """Compare a file with a model and, with `apply`, load what matches by name and shape. Raises FileError."""
    arrays = _read_pytorch(path) if path.suffix.lower() in _PYTORCH else read_tensors(path)[0]
    own = module.state_dict()
    shared = [name for name in own if name in arrays]
    matched = [name for name in shared if tuple(own[name].shape) == arrays[name].shape]
    if apply:
        with no_grad():
            for name in matched:
                own[name].copy_(from_numpy(arrays[name]))
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


def _read_pytorch(path: Path) -> dict[str, NDArray[Any]]:
    try:
        loaded = load(path, map_location="cpu")
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    states = _states(loaded)
    if len(states) != 1:
        raise FileError(
            "'{path}' holds {count} sets of weights under their names, where one was expected: save the model's "
            "state_dict().",
            path=str(path), count=len(states),
        )  # fmt: skip
    return {name: tensor.detach().numpy() for name, tensor in states[0].items()}


def _states(loaded: object) -> list[dict[str, Tensor]]:
    """A state_dict, or those in a dict beside other things, as training scripts write them."""
    if not isinstance(loaded, dict):
        return []
    return [loaded] if _is_state(loaded) else [value for value in loaded.values() if value and _is_state(value)]


def _is_state(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(each, Tensor) for key, each in value.items()
    )

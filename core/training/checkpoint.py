"""A checkpoint: parameters, optimiser and random state by node, in one safetensors file that is written whole or not.

Names of tensors are `model|NODE|NAME`, `optimiser|NODE|NAME|STATE` and `random`; metadata says which optimiser and
seed they belong to, how many steps were made, and what was learned from. Where they are from the middle of a run,
`drawn` and `best|NODE|NAME` and what metadata says of its `place` let it go on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import FileError
from core.files import read_tensors, write_tensors
from core.functions.creation import from_numpy
from core.limits import limited
from core.network import Key, Model
from core.tensors.tensor import Tensor
from core.training.parameters import LiveParameters, Place

FORMAT = "netloom checkpoint 1"


def write_checkpoint(path: Path, live: LiveParameters, model: Model | None = None) -> None:
    """Write what lives on; of the parameters those of `model`, if it is given. Raises FileError."""
    keys = set(model.tensors()) if model is not None else set(live.tensors)
    arrays: dict[str, NDArray[Any]] = {}
    for key, tensor in live.tensors.items():
        if key in keys:
            arrays[f"model|{key.node}|{key.name}"] = _array(tensor)
    for key, state in live.optimiser.items():
        if key in keys:
            for name, value in state.items():
                if value is not None:
                    arrays[f"optimiser|{key.node}|{key.name}|{name}"] = _array(value)
    if live.random is not None:
        arrays["random"] = _array(live.random)
    if (place := live.place) is not None:
        arrays["drawn"] = _array(place.drawn)
        arrays |= {f"best|{key.node}|{key.name}": _array(tensor) for key, tensor in place.best.items() if key in keys}
    write_tensors(path, arrays, _metadata(live), private=True)


def read_checkpoint(path: Path) -> LiveParameters:
    """What lives on, as it was written. Raises FileError when the file is damaged or no checkpoint."""
    try:
        with limited(path):
            arrays, metadata = read_tensors(path)
            if metadata.get("format") != FORMAT:
                raise FileError("'{path}' is no checkpoint of Netloom: it holds other tensors.", path=str(path))
            return _live(arrays, metadata)
    except (KeyError, ValueError, msgspec.MsgspecError) as error:
        raise FileError("'{path}' is a damaged checkpoint: {reason}.", path=str(path), reason=str(error)) from error


class _Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where in a run, as metadata say it."""

    step: int
    epoch: int
    seen: int
    course: dict[str, float]


def _metadata(live: LiveParameters) -> dict[str, str]:
    metadata = {
        "format": FORMAT,
        "optimiser": live.optimiser_kind,
        "seed": "" if live.seed is None else str(live.seed),
        "steps": str(live.steps),
        **({"data": live.learnt} if live.learnt else {}),
    }
    if (place := live.place) is not None:
        told = _Place(place.step, place.epoch, place.seen, dict(place.course))
        metadata["place"] = msgspec.json.encode(told).decode()
    return metadata


def _live(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> LiveParameters:
    live = LiveParameters(
        optimiser_kind=metadata["optimiser"],
        seed=int(metadata["seed"]) if metadata["seed"] else None,
        steps=int(metadata["steps"]),
        learnt=metadata.get("data", ""),
    )
    shapes = {name: array.shape for name, array in arrays.items()}
    best: dict[Key, Tensor] = {}
    for name, array in arrays.items():
        match name.split("|"):
            case ["model", node, parameter]:
                live.tensors[Key(node, parameter, array.shape)] = from_numpy(array)
            case ["optimiser", node, parameter, state]:
                key = Key(node, parameter, shapes[f"model|{node}|{parameter}"])
                live.optimiser.setdefault(key, {})[state] = array.item() if not array.ndim else from_numpy(array)
            case ["best", node, parameter]:
                best[Key(node, parameter, array.shape)] = from_numpy(array)
            case ["random"]:
                live.random = from_numpy(array)
            case ["drawn"]:
                pass
            case _:
                raise ValueError(f"it holds '{name}'")
    if "place" in metadata:
        place = msgspec.json.decode(metadata["place"], type=_Place)
        if min(place.step, place.epoch, place.seen) < 0:
            raise ValueError("it is from before a run's first step")
        drawn = from_numpy(arrays["drawn"])
        live.place = Place(place.step, place.epoch, place.seen, drawn, place.course, best)
    return live


def _array(value: Tensor | float) -> NDArray[Any]:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)

"""A design written for PyTorch: the script, and beside it the weights and the samples it reads."""

from __future__ import annotations

import io
import math
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import atomic
from core.data.prepare import PreparedData
from core.data.scaling import Scaling
from core.data.streamed import Features, Streamed
from core.design.model import Design
from core.design.pytorch.script import PYTORCH, REQUIREMENTS, script_source
from core.design.shapes import Report
from core.errors import DataError, FileError
from core.nn import Module
from core.training.pytorch_columns import columns_source
from core.training.weights import save_weights

TAKEN = {"torch", "numpy", "netloom", "core"}
"""Names of modules that a script imports, besides Python's own."""
MOST_WRITTEN = 2**30
"""Values of a part that are written beside a script."""


def write_pytorch(
    script: Path, design: Design, report: Report, data: PreparedData, module: Module, engine: str = PYTORCH
) -> None:
    """Write a script and, under names that begin like its own, the weights, the samples and the requirements beside it:
    all of them, or none. `engine`: what the script is to be run with, PYTORCH or NETLOOM.

    Raises DesignError if the design cannot be written, FileError if a file cannot or the script is not to end in .py.
    """
    if script.suffix != ".py":
        raise FileError("'{path}' is no name for a script: it must end in .py.", path=str(script))
    if script.stem in sys.stdlib_module_names | TAKEN:
        raise FileError("'{path}' would hide a module that it needs: choose another name.", path=str(script))
    source = script_source(design, report, script.stem, partial(columns_source, data.learnt), engine)
    with suppress(OSError):  # what is wrong with it, writing into it says
        script.parent.mkdir(exist_ok=True)
    with atomic.together():
        write_samples(script.with_name(f"{script.stem}-data.npz"), data)
        save_weights(script.with_name(f"{script.stem}-weights.pt"), module)
        atomic.write(script.with_name(f"{script.stem}-requirements.txt"), REQUIREMENTS[engine].encode())
        atomic.write(script, source.encode("utf-8", "replace"))


def write_samples(path: Path, data: PreparedData) -> None:
    """Write a `.npz` of the samples as they were before they were scaled, with the constants. Raises FileError.

    `train_features` and `test_features` (N, *sample), `train_targets` and `test_targets` (N,) whole numbers of classes
    or (N, k) numbers; `features_mean`, `features_scale`, `targets_mean` and `targets_scale`.
    """
    arrays = {
        "features_mean": data.features.mean,
        "features_scale": data.features.scale,
        "targets_mean": data.targets.mean,
        "targets_scale": data.targets.scale,
    }
    for part in ("train", "test"):
        features, targets = getattr(data, f"{part}_features"), getattr(data, f"{part}_targets")
        arrays[f"{part}_features"] = _unscaled(features, data.features)
        arrays[f"{part}_targets"] = targets if data.description.classes else _unscaled(targets, data.targets)
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)  # type: ignore[arg-type]  # numpy means its other argument
    atomic.write(path, written.getvalue())


def _unscaled(values: Features, scaling: Scaling) -> NDArray[Any]:
    """As they were read. Raises DataError where they are too many to be written beside a script."""
    if not isinstance(values, Streamed):
        return scaling.undo(values)
    raw = values.as_read()
    if math.prod(raw.shape) > MOST_WRITTEN:
        raise DataError(
            "The {count} samples are too large to be written beside a script: choose a smaller size, or fewer.",
            count=f"{len(raw):,}",
        )
    return raw[:]

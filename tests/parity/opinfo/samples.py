"""PyTorch's own sample inputs, thinned alike on every run."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

torch.set_num_threads(1)  # the samples are small: threads would only wait for each other

DTYPES = {
    "float64": 3000,
    "float32": 3000,
    "int64": 200,
    "bool": 100,
    **dict.fromkeys(("float16", "int32", "int16", "int8", "uint8"), 60),
}
"""Types that are compared, with the number of samples of an operation that are run at most."""

IN_ONE_FORM = ("float16", "int32", "int16", "int8", "uint8")
"""Types for which an operation is run as a function only."""

OTHER_FORMS = 40
"""How many samples are run in another form than the first: as a method, in place, under another name."""

SECOND = 40
"""How many of the samples in float64 are differentiated twice."""


def spread(values: Sequence[Any], most: int) -> list[Any]:
    """At most so many of the values, at equal distances, with the first and the last."""
    if len(values) <= most:
        return list(values)
    return [values[round(n * (len(values) - 1) / (most - 1))] for n in range(most)]


def seed() -> None:
    """Makes samples the same on each run; a few are drawn by Python's generator or numpy's."""
    torch.default_generator.manual_seed(0)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - PyTorch's samples draw from it


def sample_inputs(op: Any, dtype: str) -> list[Any]:
    kind = getattr(torch, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seed()
        # `op.sample_inputs` would look through the stack for the name of the test, again for each sample.
        found = list(op.sample_inputs_func(op, "cpu", kind, op.supports_autograd and kind.is_floating_point))
    return spread(found, DTYPES[dtype])


def error_inputs(op: Any) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seed()
        if op.error_inputs_func is not None:
            yield from op.error_inputs_func(op, "cpu")

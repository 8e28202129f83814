"""The operations that both have, run on the inputs of PyTorch's own tests."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Any

import torch

from tests.parity.opinfo.adapter import OutOfScopeError
from tests.parity.opinfo.comparison import call_text, differences
from tests.parity.opinfo.forms import Form, forms, known_operations, title
from tests.parity.opinfo.samples import IN_ONE_FORM, OTHER_FORMS, SECOND, error_inputs, sample_inputs

# All samples of the first are complex, the second has none without a GPU.
EMPTY = ("nn.functional.silu (complex)", "nn.functional.batch_norm (without_cudnn)")
OPERATIONS = {title(op): op for op in known_operations() if title(op) not in EMPTY}
UNINITIALISED = "empty empty_like empty_strided empty_permuted new_empty new_empty_strided resize_ resize_as_".split()


@cache
def runs(name: str, dtype: str) -> tuple[list[str], int]:
    """The texts of what differs, and how many calls were compared."""
    op, found, compared = OPERATIONS[name], [], 0
    samples = sample_inputs(op, dtype)
    for number, form in enumerate(islice(forms(op), 1 if dtype in IN_ONE_FORM else None)):
        for position, sample in enumerate(samples[:OTHER_FORMS] if number else samples):
            second = dtype == "float64" and not number and position < SECOND and op.supports_gradgrad
            texts = _differences(form, sample, second, op.name in UNINITIALISED)
            if texts is not None:
                compared += 1
                found += [f"{form.name}, {each}" for each in texts]
    return found, compared


@cache
def error_runs(name: str) -> list[str]:
    """The texts of what differs where PyTorch refuses a call."""
    form = next(forms(OPERATIONS[name]))
    results = (_differences(form, each.sample_input, False, False) for each in error_inputs(OPERATIONS[name]))
    return [text for texts in results for text in texts or ()]


def _differences(form: Form, sample: Any, second: bool, random: bool) -> list[str] | None:
    """None for a sample that is out of scope."""
    text = call_text((sample.input, *sample.args), sample.kwargs)
    try:
        return [f"{each}; ({text})" for each in differences(form, sample, second, random)]
    except OutOfScopeError:
        return None


def operations_in(dtype: str) -> list[str]:
    return [name for name, op in OPERATIONS.items() if getattr(torch, dtype) in op.dtypes]

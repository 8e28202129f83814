"""The list of differences holds nothing that no longer differs."""

from __future__ import annotations

import re

import pytest

import tests.parity.opinfo.needed  # noqa: F401 - before what needs PyTorch
from tests.parity.differences import DIFFERENCES
from tests.parity.opinfo import modules, operations
from tests.parity.opinfo.samples import DTYPES

LISTED = [(name, each.pattern) for each in DIFFERENCES for name in each.names]


def found(name: str) -> list[str]:
    if name in operations.OPERATIONS:
        dtypes = [dtype for dtype in DTYPES if name in operations.operations_in(dtype)]
        runs = [operations.error_runs(name), *(operations.runs(name, dtype)[0] for dtype in dtypes)]
    else:
        layer = name.removeprefix("nn.")
        runs = [modules.error_runs(layer), *(modules.runs(layer, dtype)[0] for dtype in modules.MODULE_DTYPES)]
    return [text for each in runs for text in each]


@pytest.mark.parametrize(("name", "pattern"), LISTED, ids=[name for name, _ in LISTED])
def test_still_differs(name: str, pattern: str) -> None:
    assert any(re.search(pattern, text) for text in found(name)), f"{name} no longer differs: {pattern}"

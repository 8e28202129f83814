"""Every layer and loss that both have, on the inputs of PyTorch's own tests."""

from __future__ import annotations

import pytest

import tests.parity.opinfo.needed  # noqa: F401 - before what needs PyTorch
from tests.parity.opinfo.expected import judge
from tests.parity.opinfo.modules import MODULE_DTYPES, MODULES, error_runs, runs


@pytest.mark.parametrize("dtype", MODULE_DTYPES)
@pytest.mark.parametrize("name", MODULES)
def test_module(name: str, dtype: str) -> None:
    found, compared = runs(name, dtype)
    assert compared, "PyTorch has no inputs that are in scope"
    judge(f"nn.{name}", found)


@pytest.mark.parametrize("name", [name for name, info in MODULES.items() if info.module_error_inputs_func])
def test_errors(name: str) -> None:
    judge(f"nn.{name}", error_runs(name))

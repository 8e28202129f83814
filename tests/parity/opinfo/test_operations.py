"""Every operation that both have, on the inputs of PyTorch's own tests."""

from __future__ import annotations

import pytest

import core
import tests.parity.opinfo.needed  # noqa: F401 - before what needs PyTorch
from tests.parity.opinfo.expected import judge
from tests.parity.opinfo.forms import every_name, find, known_operations
from tests.parity.opinfo.operations import OPERATIONS, error_runs, operations_in, runs
from tests.parity.opinfo.samples import DTYPES
from tools.list_operations import PAGE, absent


@pytest.mark.parametrize(("dtype", "name"), [(dtype, name) for dtype in DTYPES for name in operations_in(dtype)])
def test_operation(name: str, dtype: str) -> None:
    judge(name, runs(name, dtype)[0])


@pytest.mark.parametrize("name", [name for name, op in OPERATIONS.items() if op.error_inputs_func is not None])
def test_errors(name: str) -> None:
    judge(name, error_runs(name))


@pytest.mark.parametrize("name", OPERATIONS)
def test_something_was_compared(name: str) -> None:
    assert any(runs(name, dtype)[1] for dtype in DTYPES if name in operations_in(dtype))


def test_every_function_is_covered() -> None:
    """A function that PyTorch's tests know under one of its names is run under that name."""
    known = {each.name for op in known_operations() for each in (op, *op.aliases)}
    run = {name for op in OPERATIONS.values() for name in every_name(op)}
    public = {
        f"{prefix}{name}" for prefix, names in _rooms().items() for name in names if find(core, f"{prefix}{name}")
    }
    assert public & known <= run
    assert len(public & known) > 200


def test_what_is_absent_is_told() -> None:
    assert f"\n{absent()}\n" in PAGE.read_text(encoding="utf-8"), "make docs renews the lists in docs/engine.md"


def _rooms() -> dict[str, list[str]]:
    """Where our functions are, and their names there."""
    rooms = {"": core.__all__, "nn.functional.": dir(core.nn.functional)}
    for name in ("linalg", "special"):
        if hasattr(core, name):
            rooms[f"{name}."] = dir(getattr(core, name))
    return rooms

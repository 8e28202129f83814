"""Comparing with PyTorch 2.13, where it is installed."""

from __future__ import annotations

from typing import Any

import pytest

REFERENCE = "2.13"


@pytest.fixture(scope="session")
def torch() -> Any:
    """PyTorch itself; the test is skipped where it, or this version of it, is missing."""
    found = pytest.importorskip("torch")
    if not found.__version__.startswith(REFERENCE):
        pytest.skip(f"the reference is PyTorch {REFERENCE}, not {found.__version__}")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "parity" in item.path.parts:
            item.add_marker(pytest.mark.parity)

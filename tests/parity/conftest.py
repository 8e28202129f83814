"""Comparing with PyTorch 2.13, where it is installed."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "parity" in item.path.parts:
            item.add_marker(pytest.mark.parity)

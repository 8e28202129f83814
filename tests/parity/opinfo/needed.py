"""Skips a module that imports this where PyTorch's own samples cannot be had."""

from __future__ import annotations

import pytest

from tests.conftest import REFERENCE

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("expecttest", reason="PyTorch's own samples need expecttest")
if not torch.__version__.startswith(REFERENCE):
    pytest.skip(f"the reference is PyTorch {REFERENCE}, not {torch.__version__}", allow_module_level=True)

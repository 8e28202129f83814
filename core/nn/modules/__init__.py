"""Where PyTorch keeps its layers; what is used under that address."""

from importlib import import_module
from typing import Any

from core.nn import lazy as lazy
from core.nn.modules import batchnorm as batchnorm
from core.nn.modules import module as module
from core.nn.modules import utils as utils
from core.paths import PATHS


def __getattr__(name: str) -> Any:
    """Every layer is found here too, as `from core.nn.modules import Linear`, and every family of them."""
    if f"core.nn.modules.{name}" in PATHS:
        return import_module(f"core.nn.modules.{name}")
    found = None if name.startswith("__") else getattr(import_module("core.nn"), name, None)
    if found is None:
        raise AttributeError(f"module 'core.nn.modules' has no attribute '{name}'")
    return found

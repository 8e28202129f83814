"""Random numbers, under the names of `torch.random`: the same seed gives PyTorch's numbers."""

from importlib import import_module
from typing import Any

_NAMES = ("get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state")


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module("core.random.draws.draws"), name)
    if name == "default_generator":
        return import_module("core.random.draws.generator").default_generator
    raise AttributeError(f"module 'core.random.draws' has no attribute '{name}'")

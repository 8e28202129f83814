"""Random numbers, under the names of `torch.random`: the same seed gives PyTorch's numbers."""

from importlib import import_module
from typing import Any

_HOMES = {"default_generator": "core.random.generator"}
_NAMES = ("fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state")


def __getattr__(name: str) -> Any:
    """What PyTorch has under `torch.random`: found when it is asked for, so that the generator can be had alone."""
    if name in _NAMES or name in _HOMES:
        return getattr(import_module(_HOMES.get(name, "core.random.draws")), name)
    raise AttributeError(f"module 'core.random' has no attribute '{name}'")

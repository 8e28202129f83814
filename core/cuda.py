"""The GPUs of this machine, under PyTorch's names. Without a GPU these raise only where one is named."""

from importlib import import_module
from typing import Any

from core.arrays.gpus import NoGpuError as NoGpuError
from core.arrays.gpus import current_device as current_device
from core.arrays.gpus import device_count as device_count
from core.arrays.gpus import empty_cache as empty_cache
from core.arrays.gpus import get_device_name as get_device_name
from core.arrays.gpus import is_available as is_available
from core.arrays.gpus import mem_get_info as mem_get_info
from core.arrays.gpus import synchronize as synchronize
from core.arrays.gpus import unavailable_reason as unavailable_reason

__path__: list[str] = []  # PyTorch has modules within: see core.paths


def __getattr__(name: str) -> Any:
    if name == "amp":
        return import_module("core.amp")
    raise AttributeError(f"module 'core.cuda' has no attribute '{name}'")


def manual_seed(seed: int) -> None:
    """Changes nothing: numbers for a GPU come from the generator of the CPU, which `core.manual_seed` seeds."""


manual_seed_all = manual_seed

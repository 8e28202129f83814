"""Which array module a device uses: numpy on the CPU, cupy on the GPU. The only file that imports cupy."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

from core.arrays.allocator import keep_freed_memory

Array: TypeAlias = Any
"""An array of numpy or of cupy."""

# PyTorch yields inf and nan silently. Asking numpy for that at each operation would cost a microsecond each time.
np.seterr(all="ignore")
keep_freed_memory()


class StandIn:
    """Stands in for an array where gradients of gradients are recorded: see `core.autograd.recorded_array`."""

    functions: Any
    tensor: Any
    standing_for: Any

    def apply(self, op: Any, arrays: tuple[Any, ...]) -> Any:
        """Runs and records the operation `op`."""
        raise NotImplementedError


def namespace(array: Array) -> Any:
    """The module whose functions take `array`: numpy or cupy. Python numbers and numpy scalars belong to numpy."""
    if array.__class__ is np.ndarray or isinstance(array, np.generic | int | float):
        return np
    return array.functions if isinstance(array, StandIn) else _cupy()


def as_array(value: Any) -> Array:
    """numpy answers operations on arrays without dimensions with scalars; a tensor always holds an array."""
    return np.asarray(value) if isinstance(value, np.generic) else value


def is_array(value: Any) -> bool:
    """Whether `value` is an array of numpy or cupy, and not a number."""
    return isinstance(value, np.ndarray) or (hasattr(value, "astype") and not isinstance(value, np.generic | StandIn))


def is_on_gpu(array: Array) -> bool:
    """Whether `array` lies in the memory of a GPU."""
    return not isinstance(array, np.ndarray)


def to_numpy(array: Array) -> np.ndarray[Any, Any]:
    """`array` in the computer's own memory: itself if it is there already, else a copy."""
    return array if isinstance(array, np.ndarray) else _cupy().asnumpy(array)


def to_gpu(array: Array, index: int) -> Array:
    """`array` in the memory of GPU `index`: itself if it is there already, else a copy."""
    with _cupy().cuda.Device(index):
        return _cupy().asarray(array)


def gpu_index(array: Array) -> int:
    """The number of the GPU on which `array` lies."""
    return int(array.device.id)


@cache
def _cupy() -> Any:
    return import_module("cupy")


@cache
def cuda_problem() -> str:
    """Why no GPU can be used at all, as a sentence; empty if cupy is here and finds a device."""
    if find_spec("cupy") is None:
        return "CuPy is not installed: install netloom[cuda12] or netloom[cuda13]."
    try:
        cupy = _cupy()
    except ImportError as error:
        return f"CuPy is installed but cannot be imported: {error}"
    if not cupy.cuda.is_available():
        return "CuPy finds no CUDA device or no NVIDIA driver."
    return ""


@cache
def device_problem(index: int) -> str:
    """Why GPU `index` cannot be used, as a sentence; empty if it can.

    One addition and one product of matrices are tried, since a missing NVRTC or cuBLAS shows only there.
    """
    if problem := cuda_problem():
        return problem
    cupy = _cupy()
    if index >= cupy.cuda.runtime.getDeviceCount():
        return f"There is no GPU number {index}."
    try:
        with cupy.cuda.Device(index):
            ones = cupy.ones((2, 2), dtype=np.float32)
            works = bool(((ones + ones) @ ones == 4).all())
    except (RuntimeError, ImportError, OSError) as error:
        return f"GPU {index} failed a trial sum and product: {error}"
    return "" if works else f"GPU {index} gave a wrong result for a trial sum and product."


def gpu_count() -> int:
    """How many GPUs cupy finds; 0 where none can be used at all."""
    return 0 if cuda_problem() else int(_cupy().cuda.runtime.getDeviceCount())


def gpu_name(index: int) -> str:
    """The name its maker gave GPU `index`."""
    name = _cupy().cuda.runtime.getDeviceProperties(index)["name"]
    return name.decode() if isinstance(name, bytes) else str(name)


def gpu_memory(index: int) -> tuple[int, int]:
    """Free and total memory of GPU `index` in bytes."""
    with _cupy().cuda.Device(index):
        free, total = _cupy().cuda.runtime.memGetInfo()
    return int(free), int(total)


def current_gpu() -> int:
    """The number of the GPU that cupy uses unless told otherwise."""
    return int(_cupy().cuda.runtime.getDevice())


def wait_for_gpu(index: int) -> None:
    """Until GPU `index` has done all that it was given."""
    with _cupy().cuda.Device(index):
        _cupy().cuda.runtime.deviceSynchronize()


def free_gpu_memory() -> None:
    """Gives memory that no array uses any more back to the system."""
    _cupy().get_default_memory_pool().free_all_blocks()

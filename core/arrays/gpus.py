"""The GPUs of this machine, by number. Without a GPU these raise only where one is named."""

from __future__ import annotations

from core.arrays import backend
from core.errors import DeviceError


class NoGpuError(DeviceError, RuntimeError):
    """A GPU was asked for and is not there, or does not work."""


def is_available() -> bool:
    """Whether at least one GPU adds and multiplies."""
    return any(not backend.device_problem(index) for index in range(device_count()))


def device_count() -> int:
    """How many GPUs there are, whether they work or not."""
    return backend.gpu_count()


def unavailable_reason(index: int | None = None) -> str:
    """A sentence that says why GPU `index` (or any GPU) cannot be used; empty if it can."""
    if index is not None:
        return backend.device_problem(index)
    if problem := backend.cuda_problem():
        return problem
    reasons = [backend.device_problem(i) for i in range(device_count())]
    return "" if not all(reasons) else " ".join(reasons)


def get_device_name(index: int = 0) -> str:
    """The name its maker gave GPU `index`, such as `NVIDIA H100`."""
    _require(index)
    return backend.gpu_name(index)


def current_device() -> int:
    """The number of the GPU in use. Raises NoGpuError if the first cannot be used."""
    _require(0)
    return backend.current_gpu()


def mem_get_info(index: int = 0) -> tuple[int, int]:
    """Free and total memory of GPU `index` in bytes."""
    _require(index)
    return backend.gpu_memory(index)


def synchronize(index: int | None = None) -> None:
    """Waits until the GPU has done all that it was given, so that times can be measured."""
    where = current_device() if index is None else index
    _require(where)
    backend.wait_for_gpu(where)


def empty_cache() -> None:
    """Gives memory that no tensor uses any more back to the system."""
    if device_count():
        backend.free_gpu_memory()


def _require(index: int) -> None:
    if problem := backend.device_problem(index):
        raise NoGpuError("{problem}", problem=problem)

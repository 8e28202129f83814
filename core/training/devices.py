"""The devices one can train on, and what to say of one that is not there."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from core.arrays import gpus
from core.arrays.device import device
from core.errors import DeviceError
from core.training.messages import Device, Devices


def list_devices() -> Devices:
    """The CPU and each CUDA device with its name and memory, or the reason why it cannot be used."""
    found = [Device("cpu", _processor_name(), *_main_memory())]
    found += [_gpu(index) for index in range(gpus.device_count())]
    return Devices(tuple(found), gpus.unavailable_reason())


def check_device(name: str) -> device:
    """The device of this name. Raises DeviceError, which names those that are there."""
    try:
        wanted = device(name)
        problem = "" if wanted.type == "cpu" else gpus.unavailable_reason(wanted.index or 0)
    except RuntimeError as error:
        problem = f"{error}."
    if not problem:
        return wanted
    usable = ", ".join(found.name for found in list_devices().devices if not found.problem)
    raise DeviceError(
        "Device '{name}' cannot be used. {problem} Choose one of: {usable}.",
        name=name,
        problem=problem,
        usable=usable,
    )


def memory_in_use(where: device) -> int:
    """Bytes this process holds on that device; 0 where the system does not tell."""
    if where.type == "cuda":
        free, total = gpus.mem_get_info(where.index or 0)
        return total - free
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _gpu(index: int) -> Device:
    name = f"cuda:{index}"
    if problem := gpus.unavailable_reason(index):
        return Device(name, f"GPU {index}", problem=problem)
    return Device(name, gpus.get_device_name(index), *gpus.mem_get_info(index))


def _processor_name() -> str:
    """As Linux tells it; elsewhere what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _main_memory() -> tuple[int, int]:
    """Free and total bytes of main memory; 0 where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return sizes.get("MemAvailable", 0), sizes.get("MemTotal", 0)

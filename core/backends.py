"""PyTorch's switches for libraries that are not used here: scripts may set them, and nothing changes."""

from __future__ import annotations

import os
import warnings
from types import SimpleNamespace
from typing import Any, NoReturn

from core import cuda as gpus

__path__: list[str] = []  # PyTorch has modules within: see core.paths

VERSION = "2.13.0"
"""The PyTorch whose behaviour this is."""


class Missing:
    """Stands where PyTorch has a library that is not here: it can be imported, and says so when it is used."""

    def __init__(self, name: str, reason: str) -> None:
        self.__name__ = name
        self._reason = reason

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"module 'core.{self.__name__}' has no attribute '{name}': {self._reason}")


def _never() -> bool:
    return False


cudnn = SimpleNamespace(
    allow_tf32=False, benchmark=False, deterministic=True, enabled=False, is_available=_never, version=lambda: None
)
cuda = SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=gpus.is_available)
mps = SimpleNamespace(is_available=_never, is_built=_never)
mkl = SimpleNamespace(is_available=_never)
mkldnn = SimpleNamespace(is_available=_never, enabled=False)
openmp = SimpleNamespace(is_available=_never)
version = SimpleNamespace(__version__=VERSION, cuda=None, hip=None, debug=False, git_version="")
onnx = Missing("onnx", "nothing is written as ONNX here; torch.save and safetensors are there")
hub = Missing("hub", "nothing is downloaded here")
jit = Missing("jit", "there is one way to run here, step by step")
profiler = Missing("profiler", "Python's own profilers see every step here")
distributed = SimpleNamespace(is_available=_never, is_initialized=_never)
accelerator = SimpleNamespace(
    is_available=gpus.is_available,
    device_count=gpus.device_count,
    current_accelerator=lambda check_available=False: _first_gpu(),
    synchronize=lambda *_: gpus.synchronize() if gpus.is_available() else None,
)
_threads = {"within": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1}
_precision = {"matmul": "highest"}


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Changes nothing: a run on the CPU with a seed repeats to the bit anyway."""


def are_deterministic_algorithms_enabled() -> bool:
    """Yes: a run on the CPU with a seed repeats to the bit."""
    return True


def set_num_threads(number: int) -> None:
    """Notes the number: how many threads a product takes is up to numpy's library, which reads it when it starts."""
    if number < 1:
        raise RuntimeError("set_num_threads expects a positive integer")
    _threads["within"] = number


def get_num_threads() -> int:
    """The number last set, or that of the processors that may be used."""
    return _threads["within"]


def set_num_interop_threads(number: int) -> None:
    """Changes nothing: one operation runs after the other."""


def get_num_interop_threads() -> int:
    """One: one operation runs after the other."""
    return 1


def set_float32_matmul_precision(precision: str) -> None:
    """Notes the precision; products are always of the highest. Raises RuntimeError for one that PyTorch has not."""
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(f"{precision} is not one of 'highest', 'high' or 'medium'")
    _precision["matmul"] = precision


def get_float32_matmul_precision() -> str:
    """What was last set."""
    return _precision["matmul"]


def set_warn_always(always: bool) -> None:
    """Lets warnings be said each time, or once a place."""
    warnings.simplefilter("always" if always else "default")


def _first_gpu() -> Any:
    from core.arrays.device import device

    return device("cuda") if gpus.is_available() else None

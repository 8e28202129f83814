"""Where a tensor lives: `device('cpu')`, `device('cuda', 0)`. The name in lower case is PyTorch's."""

from __future__ import annotations

from typing import Any

from core.arrays import backend
from core.arrays.backend import Array
from core.arrays.gpus import NoGpuError


class device:  # noqa: N801 - PyTorch's name
    """A place for tensors. `device('cpu')` and `device('cpu', 0)` are not equal, as in PyTorch."""

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: str | int | device, index: int | None = None) -> None:
        self.type, self.index = _parts(type, index)
        if self.type not in ("cpu", "cuda"):
            raise RuntimeError(f"Expected one of cpu, cuda device type at start of device string: {self.type}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __str__(self) -> str:
        return f"{self.type}:{self.index}" if self.index is not None else self.type

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)


Device = device | str | int | None
"""What may be given where a device is asked for."""


def _parts(kind: str | int | device, index: int | None) -> tuple[str, int | None]:
    if isinstance(kind, device):
        return kind.type, kind.index
    if isinstance(kind, int):
        return "cuda", kind
    if not isinstance(kind, str):
        raise TypeError(f"device() received an invalid combination of arguments - got ({kind.__class__.__name__})")
    name, colon, number = kind.partition(":")
    if colon and index is not None:
        raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {kind}")
    if colon and not number.isdecimal():
        raise RuntimeError(f"Invalid device string: '{kind}'")
    return name, int(number) if colon else index


CPU = device("cpu")


def device_of(array: Array) -> device:
    """Where `array` lies."""
    return device("cuda", backend.gpu_index(array)) if backend.is_on_gpu(array) else CPU


def place(array: Array, where: Device) -> Array:
    """`array` on the device `where`: itself if it is there already, else a copy.

    Raises NoGpuError (a RuntimeError) with the reason if that device cannot be used.
    """
    if where is None:
        return array
    target = device(where)
    if target.type == "cpu":
        return backend.to_numpy(array)
    index = target.index or 0
    if problem := backend.device_problem(index):
        raise NoGpuError("{problem}", problem=problem)
    return backend.to_gpu(array, index)

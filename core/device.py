"""Where a tensor lives: `device('cpu')`, `device('cuda', 0)`. The name in lower case is PyTorch's."""

from __future__ import annotations

from typing import Any

from core import backend
from core.backend import Array
from core.cuda import NoGpuError


class device:  # noqa: N801 - PyTorch's name
    """A place for tensors. `device('cpu')` and `device('cpu', 0)` are not equal, as in PyTorch."""

    __slots__ = ("index", "type")

    def __init__(self, type: str | int | device, index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int):
            type, index = "cuda", type
        elif ":" in type:
            type, index = _split(type, index)
        if type not in ("cpu", "cuda"):
            raise RuntimeError(f"Expected one of cpu, cuda device type at start of device string: {type}")
        self.type = type
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)


Device = device | str | int | None
"""What may be given where a device is asked for."""

CPU = device("cpu")


def _split(text: str, index: int | None) -> tuple[str, int]:
    kind, _, number = text.partition(":")
    if index is not None:
        raise RuntimeError(
            f"type (string) must not include an index because index was passed explicitly: {text}",
        )
    if not number.isdecimal():
        raise RuntimeError(f"Invalid device string: '{text}'")
    return kind, int(number)


def device_of(array: Array) -> device:
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

"""Padding layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.nn import functional as F
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    """Over the last `axes` axes. padding: one width, or in front and behind for each axis, the last axis first."""

    axes: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        self.padding = (padding,) * (2 * self.axes) if isinstance(padding, int) else tuple(padding)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """`value` at either end of the last axis."""

    axes = 1


class ConstantPad2d(_ConstantPad):
    """`value` around the last two axes."""

    axes = 2


class ConstantPad3d(_ConstantPad):
    """`value` around the last three axes."""

    axes = 3


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad):
    """Zeros at either end of the last axis."""

    axes = 1


class ZeroPad2d(_ZeroPad):
    """Zeros around the last two axes."""

    axes = 2


class ZeroPad3d(_ZeroPad):
    """Zeros around the last three axes."""

    axes = 3


class ReflectionPad1d(_Pad):
    """The numbers inside, as in a mirror, at either end of the last axis."""

    axes = 1
    mode = "reflect"


class ReflectionPad2d(_Pad):
    """The numbers inside, as in a mirror, around the last two axes."""

    axes = 2
    mode = "reflect"


class ReflectionPad3d(_Pad):
    """The numbers inside, as in a mirror, around the last three axes."""

    axes = 3
    mode = "reflect"


class ReplicationPad1d(_Pad):
    """The outermost number again at either end of the last axis."""

    axes = 1
    mode = "replicate"


class ReplicationPad2d(_Pad):
    """The outermost number again around the last two axes."""

    axes = 2
    mode = "replicate"


class ReplicationPad3d(_Pad):
    """The outermost number again around the last three axes."""

    axes = 3
    mode = "replicate"


class _CircularPad(_Pad):
    mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (self.axes + 1, self.axes + 2):
            raise ValueError(f"expected {self.axes + 1}D or {self.axes + 2}D input (got {input.ndim}D input)")
        return super().forward(input)


class CircularPad1d(_CircularPad):
    """The numbers of the other end, at either end of the last axis."""

    axes = 1


class CircularPad2d(_CircularPad):
    """The numbers of the other end, around the last two axes."""

    axes = 2


class CircularPad3d(_CircularPad):
    """The numbers of the other end, around the last three axes."""

    axes = 3

"""Pooling over windows that begin at places drawn at random, as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from core.nn import functional as F
from core.nn.module import Module
from core.tensors.tensor import Tensor

__all__ = ["FractionalMaxPool2d", "FractionalMaxPool3d"]


class FractionalMaxPool2d(Module):
    """The greatest number of each window, the windows drawn at random. (N, C, H, W) -> (N, C, *output_size).

    Either `output_size` or `output_ratio`, its share of H and W, is given; else ValueError.
    """

    axes: ClassVar[int] = 2
    function: ClassVar[Callable[..., Any]] = F.fractional_max_pool2d

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        output_size: int | Sequence[int] | None = None,
        output_ratio: float | Sequence[float] | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = self._for_each(kernel_size)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else self._for_each(output_size)
        self.output_ratio = None if output_ratio is None else self._for_each(output_ratio)
        if self.output_size is None and self.output_ratio is None:
            raise ValueError(f"{type(self).__name__} requires specifying either an output size, or a pooling ratio")
        if self.output_size is not None and self.output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_ratio is not None and not all(0 < ratio < 1 for ratio in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def _for_each(self, value: Any) -> tuple[Any, ...]:
        return tuple(value) if isinstance(value, tuple | list) else (value,) * self.axes

    def forward(self, input: Tensor) -> Any:
        return type(self).function(
            input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples
        )


class FractionalMaxPool3d(FractionalMaxPool2d):
    """As FractionalMaxPool2d over three axes."""

    axes = 3
    function = F.fractional_max_pool3d

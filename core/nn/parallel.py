"""A layer on several devices, which here is a layer on one."""

from __future__ import annotations

from typing import Any

from core.nn.module import Module

__path__: list[str] = []  # PyTorch has modules within: see core.paths

__all__ = ["DataParallel"]


class DataParallel(Module):
    """Passes everything on to `module`, which it holds under that name, as PyTorch's does on one device."""

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.dim = dim
        self.device_ids = list(device_ids or [])

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


def data_parallel(module: Module, inputs: Any, *_: Any, module_kwargs: Any = None, **__: Any) -> Any:
    """`module` on the inputs, on the one device that there is."""
    return module(*(inputs if isinstance(inputs, tuple) else (inputs,)), **(module_kwargs or {}))

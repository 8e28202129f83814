"""PyTorch's paths to modules that lie elsewhere here: `import core.utils.data.dataloader` finds `core.data.loader`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

_LAYERS = {
    "activation": "core.nn",
    "adaptive": "core.nn.layers.adaptive_softmax",
    "container": "core.nn",
    "conv": "core.nn.layers.convolution",
    "distance": "core.nn.layers.distance",
    "dropout": "core.nn.layers.dropout",
    "flatten": "core.nn.layers.shape",
    "fold": "core.nn.layers.folding",
    "instancenorm": "core.nn",
    "lazy": "core.nn.lazy",
    "linear": "core.nn.layers.linear",
    "loss": "core.nn",
    "normalization": "core.nn",
    "padding": "core.nn.layers.padding",
    "pixelshuffle": "core.nn.layers.pixel_shuffle",
    "pooling": "core.nn",
    "rnn": "core.nn",
    "sparse": "core.nn.layers.embedding",
    "transformer": "core.nn.layers.transformer",
    "upsampling": "core.nn.layers.resampling",
}
PATHS = {
    **{f"core.nn.modules.{name}": home for name, home in _LAYERS.items()},
    **{f"core.backends.{name}": f"core.backends:{name}" for name in "cuda cudnn mkl mkldnn mps openmp".split()},
    **{f"core.utils.data.{name}": f"core.data.{name}" for name in ("dataset", "sampler")},
    "core.utils.data.dataloader": "core.utils.data",
    "core.utils.data.distributed": "core.utils.data",
    "core.cuda.amp": "core.amp",
    "core.cuda.random": "core.cuda",
    "core.amp.autocast_mode": "core.amp",
    "core.amp.grad_scaler": "core.amp",
    "core.autograd.variable": "core.autograd.variables",
    "core.autograd.grad_mode": "core.tensors.grad_mode",
    "core.multiprocessing": "multiprocessing",
    "core.nn.parallel.data_parallel": "core.nn.parallel",
    "core.nn.parallel.distributed": "core.nn.parallel",
    "core.optim.adamw": "core.optim.adam",
    "core.serialization": "core.files.pt",
    "core.types": "core.tensors.dtypes",
    "core.version": "core.backends:version",
    "core.accelerator": "core.backends:accelerator",
    "core.distributions.kl": "core.distributions",
    "core.distributions.distribution": "core.distributions",
    "core.onnx": "core.backends:onnx",
    "core.distributed": "core.backends:distributed",
    "core.hub": "core.backends:hub",
    "core.jit": "core.backends:jit",
    "core.profiler": "core.backends:profiler",
}
"""By PyTorch's path a module here, or after a colon what stands in a module for one."""


class _Alias(Loader):
    """Gives an imported module under another path, as it is."""

    def __init__(self, target: str) -> None:
        self._target = target

    def create_module(self, spec: ModuleSpec) -> Any:
        found = resolved(self._target)
        self._spec = getattr(found, "__spec__", None)
        return found

    def exec_module(self, module: Any) -> None:
        module.__spec__ = self._spec


class Paths(MetaPathFinder):
    """Finds modules by paths other than their own. find: the path or the place of a path, None for any other."""

    def __init__(self, find: Any) -> None:
        self._find = find

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """Where the module of that path is, if this knows it."""
        found = self._find(fullname)
        return None if found is None else ModuleSpec(fullname, _Alias(found), is_package=True)


def resolved(target: str) -> Any:
    """The module, or what stands in one for a module."""
    import_module("core.methods")
    home, _, name = target.partition(":")
    module = import_module(home)
    return getattr(module, name) if name else module


sys.meta_path.append(Paths(PATHS.get))

"""Weight normalisation as it was before parametrisations: the weight is made anew before each call."""

from __future__ import annotations

from typing import Any

from core.nn.hooks import hook_making
from core.nn.module import Module
from core.nn.parameter import Parameter, is_lazy
from core.tensors.tensor import Tensor

__all__ = ["remove_weight_norm", "weight_norm"]


def length(weight: Tensor, dim: int) -> Tensor:
    """The length of what stands at each index of `dim`, broadcastable to `weight`; for dim=-1 one length of all."""
    if dim == -1:
        return weight.norm()
    others = [axis for axis in range(weight.ndim) if axis != dim]
    return weight.norm(2, others, keepdim=True) if others else weight.abs()


def normed(weight_g: Tensor, weight_v: Tensor, dim: int) -> Tensor:
    """The directions of `weight_v` with the lengths `weight_g`."""
    return weight_v * (weight_g / length(weight_v, dim))


class WeightNorm:
    """The hook that makes the weight from its length, `<name>_g`, and its direction, `<name>_v`."""

    def __init__(self, name: str, dim: int) -> None:
        self.name = name
        self.dim = dim

    def compute_weight(self, module: Module) -> Tensor:
        """The direction `v` with the length `g`."""
        return normed(getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v"), self.dim)

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Splits a weight into `<name>_g` and `<name>_v`; `parametrizations.weight_norm` is the newer way.

    Raises RuntimeError if that was done already, ValueError if the weight has no shape yet.
    """
    if hook_making(module, name, WeightNorm) is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    weight = getattr(module, name)
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to run the dummy forward "
            "before applying weight normalization"
        )
    hook = WeightNorm(name, -1 if dim is None else dim)
    del module._parameters[name]
    module.register_parameter(f"{name}_g", Parameter(length(weight, hook.dim).detach()))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    hook(module, ())
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Makes the weight a parameter again. Raises ValueError if it has no weight normalisation."""
    found = hook_making(module, name, WeightNorm)
    if found is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    key, hook = found
    weight = hook.compute_weight(module).detach()
    for attribute in (name, f"{name}_g", f"{name}_v"):
        delattr(module, attribute)
    setattr(module, name, Parameter(weight))
    del module._forward_pre_hooks[key]
    return module

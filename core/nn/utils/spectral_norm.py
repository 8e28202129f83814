"""Spectral normalisation as it was before parametrisations: the weight is made anew before each call."""

from __future__ import annotations

from typing import Any

from core.nn import functional as F
from core.nn.hooks import hook_making
from core.nn.module import Module
from core.nn.parameter import Parameter, is_lazy
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = ["remove_spectral_norm", "spectral_norm"]


class SpectralNorm:
    """The hook that makes the weight from `<name>_orig`, and follows its singular vectors `<name>_u`, `<name>_v`."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.name = name
        self.n_power_iterations = n_power_iterations
        self.dim = dim
        self.eps = eps

    def matrix(self, weight: Tensor) -> Tensor:
        """`weight` as a matrix whose rows run along `dim`."""
        turned = weight.movedim(self.dim, 0)
        return turned.reshape(turned.shape[0], -1)

    def compute_weight(self, module: Module, iterate: bool) -> Tensor:
        """The original weight over its largest singular value; `iterate` brings that value's estimate closer first."""
        weight, u, v = (getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v"))
        matrix = self.matrix(weight)
        if iterate:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    F.normalize(matrix.t().mv(u), dim=0, eps=self.eps, out=v)
                    F.normalize(matrix.mv(v), dim=0, eps=self.eps, out=u)
                u, v = u.clone(), v.clone()  # the next call changes them, and this one's gradient needs them
        return weight / u.dot(matrix.mv(v))  # type: ignore[no-any-return]

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divides a weight by its greatest singular value; `parametrizations.spectral_norm` is the newer way.

    Raises RuntimeError if that was done already, ValueError if there is no such weight or it has no shape yet.
    """
    if hook_making(module, name, SpectralNorm) is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    if dim is None:
        dim = int(type(module).__name__.startswith("ConvTranspose"))
    hook = SpectralNorm(name, n_power_iterations, dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if is_lazy(weight):
        raise ValueError(
            "The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy "
            "forward before applying spectral normalization"
        )
    sizes = hook.matrix(weight.detach()).shape
    u, v = (F.normalize(weight.detach().new_empty(size).normal_(0, 1), dim=0, eps=eps) for size in sizes)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """Makes the weight a parameter again. Raises ValueError if it has no spectral normalisation."""
    found = hook_making(module, name, SpectralNorm)
    if found is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    key, hook = found
    with no_grad():
        weight = hook.compute_weight(module, iterate=False)
    for attribute in (name, f"{name}_u", f"{name}_v", f"{name}_orig"):
        delattr(module, attribute)
    module.register_parameter(name, Parameter(weight.detach()))
    del module._forward_pre_hooks[key]
    return module

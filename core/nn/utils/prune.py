"""Pruning: parts of a parameter are held at zero. `<name>_orig` learns on, `<name>_mask` says what of it counts."""

from __future__ import annotations

from typing import Any

from core.functions.creation import ones_like
from core.nn.hooks import hook_making
from core.nn.module import Module
from core.random.draws import rand_like
from core.tensors.tensor import Tensor

__all__ = ["custom_from_mask", "identity", "is_pruned", "l1_unstructured", "random_unstructured", "remove"]


class PruningHook:
    """Makes the parameter `name` from its original and its mask before each call."""

    def __init__(self, name: str) -> None:
        self.name = name

    def apply_mask(self, module: Module) -> Tensor:
        """The original weight, 0 where the mask is."""
        original: Tensor = getattr(module, f"{self.name}_orig")
        mask: Tensor = getattr(module, f"{self.name}_mask")
        return mask.to(original.dtype) * original

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.apply_mask(module))


def l1_unstructured(module: Module, name: str, amount: float, importance_scores: Tensor | None = None) -> Module:
    """Prunes the numbers nearest to zero (or of the least importance): a share, or an integer count, of those left.

    Raises TypeError or ValueError for an `amount` that is neither, or more than there are.
    """
    scores = getattr(module, name) if importance_scores is None else importance_scores
    return _pruned(module, name, amount, -scores.detach().abs())


def random_unstructured(module: Module, name: str, amount: float) -> Module:
    """Prunes numbers at random: a share, or an integer count, of those left. Raises as `l1_unstructured`."""
    return _pruned(module, name, amount, None)


def identity(module: Module, name: str) -> Module:
    """Prunes nothing, but makes the original and a mask of ones."""
    return _masked(module, name, ones_like(getattr(module, name)).detach())


def custom_from_mask(module: Module, name: str, mask: Tensor) -> Module:
    """Prunes where `mask` is 0. Raises AssertionError if its shape is another than the parameter's."""
    shape = getattr(module, name).shape
    if mask.shape != shape:
        raise AssertionError(f"default_mask shape {shape} must match self.mask shape {mask.shape}")
    return _masked(module, name, mask)


def is_pruned(module: Module) -> bool:
    """Whether the module, or one below it, has a parameter that is pruned."""
    hooks = (hook for part in module.modules() for hook, _ in part._forward_pre_hooks.values())
    return any(isinstance(hook, PruningHook) for hook in hooks)


def remove(module: Module, name: str) -> Module:
    """Makes the parameter an ordinary one again, with zeros where it was pruned. Raises ValueError if it was not."""
    found = hook_making(module, name, PruningHook)
    if found is None:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    key, hook = found
    value = hook.apply_mask(module).detach()
    original = module._parameters.pop(f"{name}_orig")
    delattr(module, name)
    delattr(module, f"{name}_mask")
    del module._forward_pre_hooks[key]
    if original is not None:
        original.data = value
    setattr(module, name, original)
    return module


def _pruned(module: Module, name: str, amount: float, merit: Tensor | None) -> Module:
    """Masks those of greatest `merit`, or at random, among what is left."""
    _check(amount)
    found = hook_making(module, name, PruningHook)
    mask = ones_like(getattr(module, name)).detach() if found is None else getattr(module, f"{name}_mask").clone()
    left = mask == 1
    among = getattr(module, name).detach()[left]
    count = amount if isinstance(amount, int) else round(amount * among.numel())
    if count > among.numel():
        raise ValueError(f"amount={count} should be smaller than the number of parameters to prune={among.numel()}")
    if count:
        ranked = rand_like(among) if merit is None else merit[left]
        kept = ones_like(among)
        kept[ranked.topk(int(count)).indices] = 0
        mask[left] = kept
    return _masked(module, name, mask)


def _masked(module: Module, name: str, mask: Tensor) -> Module:
    found = hook_making(module, name, PruningHook)
    if found is None:
        hook = PruningHook(name)
        module.register_parameter(f"{name}_orig", getattr(module, name))
        del module._parameters[name]
        module.register_forward_pre_hook(hook)
    else:
        hook = found[1]
        mask = getattr(module, f"{name}_mask") * mask
    module.register_buffer(f"{name}_mask", mask.to(getattr(module, f"{name}_orig").dtype))
    hook(module, ())
    return module


def _check(amount: Any) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or (isinstance(amount, float) and amount > 1):
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")

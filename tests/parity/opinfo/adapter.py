"""Values of PyTorch as ours: tensors with their strides, types, devices and generators, however deeply nested."""

from __future__ import annotations

from typing import Any

import torch

import core
from core.tensors.dtypes import ALL

KNOWN_TYPES = {getattr(torch, each.name): each for each in ALL}


class OutOfScopeError(Exception):
    """The engine refuses the value by rule: complex, bfloat16, sparse, quantised, or of more axes than numpy's 64."""


class Adapter:
    """Gives for one object of PyTorch always the same object of ours, so that what is shared stays shared."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, Any]] = {}

    def ours(self, value: Any) -> Any:
        """`value` with everything of PyTorch's replaced. Raises OutOfScopeError."""
        if isinstance(value, torch.Tensor):
            return self._once(value, tensor)
        if isinstance(value, torch.Generator):
            return self._once(value, generator)
        if isinstance(value, torch.Size):
            return core.Size(value)
        if isinstance(value, torch.nn.Module):
            return self._once(value, module)
        if isinstance(value, (list, tuple)):
            items = [self.ours(each) for each in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        if isinstance(value, dict):
            # To keep the memory format is what happens without that keyword.
            return {key: self.ours(each) for key, each in value.items() if each is not torch.preserve_format}
        return plain(value)

    def _once(self, value: Any, make: Any) -> Any:
        if id(value) not in self._made:
            self._made[id(value)] = (value, make(value))
        return self._made[id(value)][1]


def plain(value: Any) -> Any:
    """What has no parts: types, devices, layouts; numbers, texts and None are the same on both sides."""
    if isinstance(value, torch.dtype):
        if value not in KNOWN_TYPES:
            raise OutOfScopeError(str(value))
        return KNOWN_TYPES[value]
    if isinstance(value, torch.device):
        if value.type not in ("cpu", "cuda"):
            raise OutOfScopeError(str(value))
        return core.device(str(value))
    if isinstance(value, complex) or value is torch.sparse_coo or str(type(value)).startswith("<class 'torch.sparse"):
        raise OutOfScopeError(str(value))
    if isinstance(value, str) and value in ("meta", "xla"):
        raise OutOfScopeError(value)
    if isinstance(value, (torch.memory_format, torch.layout)):
        name = str(value).removeprefix("torch.")
        if not hasattr(core, name):
            raise OutOfScopeError(name)
        return getattr(core, name)
    return counterpart(value) if callable(value) else value


def counterpart(value: Any) -> Any:
    """The function of ours that has the name of PyTorch's."""
    for theirs, mine in ((torch, core), (torch.nn.functional, core.nn.functional)):
        name = getattr(value, "__name__", "")
        if getattr(theirs, name, None) is value and hasattr(mine, name):
            return getattr(mine, name)
    return value


def tensor(value: torch.Tensor) -> Any:
    """A leaf with the same numbers on memory laid out in the same way."""
    outside = value.layout is not torch.strided or value.is_quantized or value.device.type != "cpu" or value.ndim > 64
    if outside or value.dtype not in KNOWN_TYPES:
        raise OutOfScopeError(f"{value.dtype}, {value.layout}, {value.device}")
    memory = torch.empty(0, dtype=value.dtype).set_(value.detach().resolve_neg().untyped_storage().clone())
    array = memory.as_strided(value.size(), value.stride(), value.storage_offset()).numpy()
    made = core.from_numpy(array)
    if isinstance(value, torch.nn.Parameter):
        return core.nn.Parameter(made, requires_grad=value.requires_grad)
    return made.requires_grad_(value.requires_grad)


def generator(value: torch.Generator) -> Any:
    return core.Generator().manual_seed(value.initial_seed())


def module(value: torch.nn.Module) -> Any:
    """Layers given to other layers: activations and the like, without weights, and what encoders are made of."""
    if isinstance(value, torch.nn.TransformerEncoderLayer):
        return encoder_layer(value)
    found = getattr(core.nn, type(value).__name__, None)
    if found is None or list(value.parameters()):
        raise OutOfScopeError(type(value).__name__)
    return found()


def encoder_layer(value: torch.nn.TransformerEncoderLayer) -> Any:
    attention = value.self_attn
    made = core.nn.TransformerEncoderLayer(
        attention.embed_dim,
        attention.num_heads,
        value.linear1.out_features,
        value.dropout.p,
        counterpart(value.activation),
        value.norm1.eps,
        attention.batch_first,
        value.norm_first,
        bias=value.linear1.bias is not None,
    )
    weights = Adapter().ours(dict(value.state_dict()))
    made.to(next(iter(weights.values())).dtype).load_state_dict(weights)
    return made


def leaves(value: Any, kind: Any) -> list[Any]:
    """The tensors of class `kind` in `value` that want a gradient, each once, in the order in which they are met."""
    found: dict[int, Any] = {}

    def visit(part: Any) -> None:
        if isinstance(part, kind):
            if part.requires_grad:
                found.setdefault(id(part), part)
        elif isinstance(part, (list, tuple)):
            for each in part:
                visit(each)
        elif isinstance(part, dict):
            for each in part.values():
                visit(each)

    visit(value)
    return list(found.values())

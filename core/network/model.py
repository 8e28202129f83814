"""A network that was built of a design, and its parameters by the layers they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.design.model import NodeId
from core.functions.splitting import split
from core.nn import Module, Parameter
from core.tensors.tensor import Tensor


class Key(NamedTuple):
    """A parameter or buffer. With another shape it is another one, so that undo brings the first back."""

    node: NodeId
    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The network of a design: `parts` has the module of each layer and container, that of the root too.

    `shares`: of several Inputs, how much of a sample's first axis each takes.
    """

    module: Module
    parts: Mapping[NodeId, Module]
    shares: tuple[int, ...] = ()

    def outputs(self, samples: Tensor) -> tuple[Tensor, ...]:
        """What each Output of the network gives for a batch."""
        given = self.module(*split(samples, self.shares, 1)) if self.shares else self.module(samples)
        return given if isinstance(given, tuple) else (given,)

    def tensors(self) -> dict[Key, Tensor]:
        """Parameters and buffers by the node that owns them. Tied layers each have an entry for what they share."""
        others = {id(part) for part in self.parts.values()}
        return {
            Key(node, name, tuple(tensor.shape)): tensor
            for node, part in self.parts.items()
            for name, tensor in _own(part, others)
        }

    def parameters(self) -> dict[Key, Parameter]:
        """The parameters among `tensors`."""
        return {key: tensor for key, tensor in self.tensors().items() if isinstance(tensor, Parameter)}


def _own(module: Module, others: set[int], prefix: str = "") -> Iterator[tuple[str, Tensor]]:
    """The tensors of a layer and of what is inside it, but not of layers of the design that are inside it."""
    for name, tensor in (*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)):
        yield prefix + name, tensor
    for name, child in module.named_children():
        if id(child) not in others:
            yield from _own(child, others, f"{prefix}{name}.")

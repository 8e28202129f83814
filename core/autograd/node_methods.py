"""What a record offers to who looks at the graph: `tensor.grad_fn.next_functions` and hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.autograd.hooks import RemovableHandle, add_hook, hooks_of
from core.ops.operation import Operation, Output
from core.tensors.tensor import Tensor

Gradients = tuple[Tensor | None, ...]


class AccumulateGrad:
    """The end of the graph at a leaf, which is `variable`: there gradients are added to `.grad`."""

    next_functions: tuple[()] = ()

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def name(self) -> str:
        """PyTorch's name for it."""
        return "torch::autograd::AccumulateGrad"

    def register_prehook(self, hook: Callable[[Gradients], Gradients | None]) -> RemovableHandle:
        """Calls `hook` with the gradient, in a tuple, before it is added."""
        return add_hook(hooks_of(self.variable, "_hooks").on_outputs, hook)

    def register_hook(self, hook: Callable[[Gradients, Gradients], Any]) -> RemovableHandle:
        """Calls `hook` with an empty tuple, and the gradient in a tuple, after it has been added."""

        def after(leaf: Tensor) -> None:
            hook((), (leaf.grad,))

        return add_hook(hooks_of(self.variable, "_hooks").after, after)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and self.variable is other.variable

    def __hash__(self) -> int:
        return hash(self.variable)

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self.variable):#x}>"


def next_functions(self: Operation) -> tuple[tuple[Any, int], ...]:
    """For each input the record, or the leaf's AccumulateGrad, or None, and the number of its output."""
    return tuple([place_of(source) for source in self.inputs])


def register_hook(self: Operation, hook: Callable[[Gradients, Gradients], Any]) -> RemovableHandle:
    """Calls `hook` with the gradients of the inputs and of the outputs; its answer replaces the former."""
    return add_hook(hooks_of(self, "hooks").on_inputs, hook)


def register_prehook(self: Operation, hook: Callable[[Gradients], Any]) -> RemovableHandle:
    """Calls `hook` with the gradients of the outputs before they are used; its answer replaces them."""
    return add_hook(hooks_of(self, "hooks").on_outputs, hook)


def place_of(edge: Any) -> tuple[Any, int]:
    """The end of an edge as `next_functions` shows it."""
    if isinstance(edge, Tensor):
        return AccumulateGrad(edge), 0
    return (edge.inputs[0], edge.number) if isinstance(edge, Output) else (edge, 0)


METHODS = {
    "next_functions": property(next_functions),
    "register_hook": register_hook,
    "register_prehook": register_prehook,
}
for name, method in METHODS.items():
    setattr(Operation, name, method)

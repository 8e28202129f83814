"""Functions that are called when a gradient is known: on tensors, on leaves and on records."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any
from weakref import ref

from core.arrays.backend import Array, StandIn, as_array
from core.ops.operation import Parts
from core.tensors.tensor import Tensor, edge_of, tensor_of

TensorHook = Callable[[Tensor], Tensor | None]
_next_id = count().__next__


class RemovableHandle:
    """Takes a hook out again, by `remove()` or at the end of a `with` block."""

    def __init__(self, hooks: dict[int, Any]) -> None:
        self.id = _next_id()
        self._hooks = hooks

    def remove(self) -> None:
        """Takes the hook out; does nothing the second time."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def add_hook(hooks: dict[int, Any], hook: Any) -> RemovableHandle:
    """Puts `hook` behind the others; the handle takes it out again."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


class Hooks:
    """What is called around one record or leaf.

    before: each with the gradient, which its answer replaces. keepers: after those, with the gradient. on_outputs and
    on_inputs: before and after the record's `backward`, with tuples of gradients. after: with a leaf whose gradient has
    been accumulated.
    """

    __slots__ = ("after", "before", "keepers", "on_inputs", "on_outputs")

    def __init__(self) -> None:
        self.before: dict[int, TensorHook] = {}
        self.keepers: list[Callable[[Tensor], None]] = []
        self.on_outputs: dict[int, Callable[[tuple[Any, ...]], Any]] = {}
        self.on_inputs: dict[int, Callable[[tuple[Any, ...], tuple[Any, ...]], Any]] = {}
        self.after: dict[int, Callable[[Tensor], None]] = {}

    def run_before(self, array: Array) -> Array:
        """The gradient `array` after `before`, `keepers` and `on_outputs` have seen it, which may replace it."""
        for hook in list(self.before.values()):
            answer = hook(as_tensor(array))
            if answer is not None:
                array = _checked(answer, array, hook)
        for keep in self.keepers:
            keep(as_tensor(array))
        for listen in list(self.on_outputs.values()):
            answers = listen(_tensors(array))
            if answers is not None:
                array = _arrays(answers, array)
        return array

    def run_after(self, parts: Any, array: Array) -> Any:
        """`parts`, the gradients of the inputs, after `on_inputs` has seen them. array: that of the output."""
        for hook in list(self.on_inputs.values()):
            answers = hook(_tensors(parts), _tensors(array))
            if answers is not None:
                parts = _arrays(answers, parts)
        return parts

    def run_accumulated(self, leaf: Tensor) -> None:
        """Calls `after` with a leaf whose `.grad` is up to date."""
        for hook in list(self.after.values()):
            hook(leaf)


def as_tensor(array: Array) -> Tensor:
    """A gradient as a tensor: with its record, if gradients of gradients are recorded."""
    tensor: Tensor = array.tensor if isinstance(array, StandIn) else tensor_of(as_array(array))
    return tensor


def like(array: Array, tensor: Tensor) -> Array:
    """The array of `tensor`, or its stand-in if `array` is one."""
    return array.standing_for(tensor) if isinstance(array, StandIn) else tensor._array


def _checked(answer: Any, array: Array, hook: TensorHook) -> Array:
    if not isinstance(answer, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(answer).__name__}'")
    if answer._array.shape != array.shape:
        raise RuntimeError(f"hook '{getattr(hook, '__name__', hook)}' has changed the size of value")
    return like(array, answer)


def _tensors(arrays: Any) -> tuple[Tensor | None, ...]:
    several = arrays if isinstance(arrays, tuple) else (arrays,)
    return tuple([None if tensor is None else as_tensor(tensor) for tensor in several])


def _arrays(answers: Any, before: Any) -> Any:
    """The answers of a hook in the form of what it was given: one array, or a tuple of them."""
    several = answers if isinstance(answers, tuple | list) else (answers,)
    given = before if isinstance(before, tuple) else (before,)
    sample = next((tensor for tensor in given if tensor is not None), None)
    arrays = tuple([None if tensor is None else like(sample, tensor) for tensor in several])
    return Parts(arrays) if isinstance(before, Parts) else arrays if isinstance(before, tuple) else arrays[0]


def hooks_of(owner: Any, attribute: str) -> Hooks:
    """The hooks in an attribute of a record or a leaf, made if there are none."""
    hooks: Hooks | None = getattr(owner, attribute)
    if hooks is None:
        hooks = Hooks()
        setattr(owner, attribute, hooks)
    return hooks


def register_hook(input: Tensor, hook: TensorHook) -> RemovableHandle:
    """Calls `hook` with the gradient of this tensor when it is known; what it returns replaces the gradient."""
    edge = edge_of(input)
    if edge is None:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    hooks = hooks_of(edge, "_hooks" if edge is input else "hooks")
    return add_hook(hooks.before, hook)


def register_post_accumulate_grad_hook(input: Tensor, hook: Callable[[Tensor], None]) -> RemovableHandle:
    """Calls `hook` with this leaf each time after `backward` has added to its `.grad`."""
    if not input.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if input.grad_fn is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return add_hook(hooks_of(input, "_hooks").after, hook)


def retain_grad(input: Tensor) -> None:
    """Lets `backward` fill `.grad` of this tensor although it is no leaf, for as long as the tensor lives."""
    if not input.requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if input.is_leaf or input._hooks is not None:
        return
    owner = ref(input)

    def keep(gradient: Tensor) -> None:
        held = owner()
        if held is not None:
            held._grad = gradient.clone() if held._grad is None else held._grad + gradient

    input._hooks = Hooks()
    input._hooks.keepers.append(keep)
    hooks_of(edge_of(input), "hooks").keepers.append(keep)

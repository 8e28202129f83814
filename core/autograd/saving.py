"""Saved-tensor hooks: what operations save for their gradients, kept in another way, on another device say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from core.arrays.backend import Array, is_array
from core.ops.operation import Operation
from core.tensors.grad_mode import grad_mode
from core.tensors.tensor import Tensor, tensor_of

packers: list[tuple[Callable[[Tensor], Any], Callable[[Any], Tensor]]] = []
"""The pairs of hooks that are in force, the innermost last."""

_refusals: list[str] = []


class Packed(NamedTuple):
    """What a hook made of a saved array, and the hook that gives it back."""

    value: Any
    unpack: Callable[[Any], Tensor]

    def opened(self) -> Array:
        """The array again."""
        return self.unpack(self.value)._array


class saved_tensors_hooks:  # noqa: N801 - PyTorch's name
    """Within it, `pack_hook` is given each tensor that is saved, and what it returns is kept in its place.

    `unpack_hook` is given that when the gradient needs the tensor, and returns it.
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]) -> None:
        self._pair = pack_hook, unpack_hook

    def __enter__(self) -> None:
        if _refusals:
            raise RuntimeError(_refusals[-1])
        packers.append(self._pair)

    def __exit__(self, *_: Any) -> None:
        packers.pop()


class save_on_cpu(saved_tensors_hooks):  # noqa: N801 - PyTorch's name
    """Within it, what is saved on a GPU waits in the computer's own memory. pin_memory changes nothing."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(_to_cpu, _back)


def _to_cpu(tensor: Tensor) -> tuple[Any, Tensor]:
    return tensor.device, tensor.cpu()


def _back(packed: tuple[Any, Tensor]) -> Tensor:
    device, tensor = packed
    moved: Tensor = tensor.to(device)
    return moved


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Within it, saved-tensor hooks are refused with that sentence."""
    _refusals.append(error_message)
    try:
        yield
    finally:
        _refusals.pop()


def pack_saved(op: Operation) -> None:
    """Hands what the record saved to the hooks in force; its `backward` asks for it again."""
    pack, unpack = packers[-1]
    before, grad_mode.enabled = grad_mode.enabled, False
    try:
        op.saved = [Packed(pack(tensor_of(each)), unpack) if is_array(each) else each for each in op.saved or ()]
    finally:
        grad_mode.enabled = before
    kind: Any = op.__class__
    op.__class__ = _opening(kind)


def opened(saved: Sequence[Any]) -> list[Any]:
    """What was saved, with everything unpacked."""
    return [each.opened() if isinstance(each, Packed) else each for each in saved]


@cache
def _opening(kind: Any) -> Any:
    """`kind`, whose `backward` is given what was saved unpacked."""

    class Opening(kind):  # type: ignore[misc]
        __slots__ = ()
        title = kind.title

        def backward(self, grad: Any, *saved: Any) -> Any:
            return super().backward(grad, *opened(saved))

    Opening.__name__ = Opening.__qualname__ = kind.__name__
    return Opening

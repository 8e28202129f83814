"""The record of one call of a user's `Function`, and what its `forward` leaves for its `backward`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from core.arrays.backend import Array, namespace
from core.autograd.complaints import freed
from core.autograd.hooks import as_tensor, like
from core.autograd.in_place import rebase
from core.autograd.node_methods import place_of
from core.autograd.recording import Edge, output_of
from core.ops.operation import Operation, Parts, next_sequence
from core.tensors.tensor import Tensor, tensor_of


class FunctionCtx:
    """What `forward` leaves for `backward`, next to any attributes that the two agree on."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._saved: Sequence[Any] | None = ()
        self._dirty: Sequence[Tensor] = ()
        self._constants: Sequence[Tensor] = ()
        self._materializes = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keeps inputs or outputs (or None) for `saved_tensors`; a change in place before `backward` will be noticed.

        Raises TypeError for anything else.
        """
        for number, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {number} is of type "
                    f"{type(tensor).__name__}"
                )
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was kept. Raises RuntimeError after `backward` has freed it."""
        if self._saved is None:
            raise freed()
        return tuple(self._saved)

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Says which inputs `forward` changed in place; they must be among the outputs."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Says through which outputs no gradient flows."""
        self._constants = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether `backward` receives zeros, and not None, for outputs that nobody used."""
        self._materializes = value


class SavedOutput(NamedTuple):
    """An output that was saved: without its record, which would hold the output in turn."""

    array: Array
    version: list[int]
    number: int


class FunctionNode(Operation):
    """The record of one call of a `Function`. What is no attribute of it is one of the call's `ctx`."""

    __slots__ = ("ctx", "function", "models", "places")

    def __init__(self, function: Any, ctx: FunctionCtx, inputs: Sequence[Any]) -> None:
        self.function = function
        self.ctx = ctx
        self.places = [source._array.shape if isinstance(source, Tensor) else None for source in inputs]

    def __getattr__(self, name: str) -> Any:
        if name in ("ctx", "hooks", "function"):
            raise AttributeError(name)
        return getattr(self.ctx, name)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was kept for `backward`. Raises RuntimeError after it has been freed."""
        if self.saved is None:
            raise freed()
        return tuple([self._unpacked(value) for value in self.saved])

    def name(self) -> str:
        return f"{self.function.__name__}Backward"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        return tuple(
            [place_of(source) for source, place in zip(self.inputs, self.places, strict=True) if place is not None]
        )

    def plan(self, needs: int) -> tuple[int | None, ...]:
        return (0,) * len(self.saved or ())

    def record(self, edges: list[Edge | None], outputs: list[Any], several: bool) -> None:
        """Makes this the record of the tensors among `outputs` that may have a gradient."""
        ctx, self.inputs, self.sequence, self.hooks = self.ctx, edges, next_sequence(), None
        self.models = [output._array if isinstance(output, Tensor) else None for output in outputs]
        kept = [tensor for tensor in ctx._saved or () if tensor is not None]
        self.cells = [tensor._counter for tensor in kept]
        self.versions = [cell[0] for cell in self.cells]
        self.saved = [self._packed(tensor, outputs) for tensor in ctx._saved or ()]
        ctx._saved = None
        self.shape, self.dtype = ((), None) if several else (outputs[0]._array.shape, outputs[0]._array.dtype)
        for number, made in enumerate(outputs):
            if self._has_gradient(made):
                node = output_of(self, number, len(outputs), made._array) if several else self
                rebase(node, made)
        ctx._dirty = ctx._constants = ()
        self.models = [None if model is None else (model.shape, model.dtype) for model in self.models]

    def _has_gradient(self, output: Any) -> bool:
        if not isinstance(output, Tensor) or output._array.dtype.kind != "f":
            return False
        return not any(output is tensor for tensor in self.ctx._constants)

    def _packed(self, tensor: Tensor | None, outputs: list[Any]) -> Any:
        numbers = [number for number, output in enumerate(outputs) if output is tensor]
        if tensor is None or not numbers:
            return tensor
        return SavedOutput(tensor._array, tensor._counter, numbers[0])

    def _unpacked(self, saved: Any) -> Any:
        if not isinstance(saved, SavedOutput):
            return saved
        tensor = tensor_of(saved.array)
        tensor._counter = saved.version
        tensor._node = self if self.dtype else output_of(self, saved.number, len(self.models), saved.array)
        return tensor

    def backward(self, grad: Any, *saved: Any) -> tuple[Array | None, ...]:
        grads = grad if isinstance(grad, Parts) else (grad,)
        sample = next(grad for grad in grads if grad is not None)
        self.ctx._saved = [self._unpacked(value) for value in saved]
        try:
            answers = self.function.backward(self.ctx, *self._materialized(grads, sample))
        finally:
            self.ctx._saved = None
        several = answers if isinstance(answers, tuple) else (answers,)
        return tuple([None if tensor is None else like(sample, tensor) for tensor in self._checked(several)])

    def _materialized(self, grads: Sequence[Any], sample: Array) -> list[Tensor | None]:
        xp = namespace(sample)
        zeros = self.ctx._materializes
        return [
            as_tensor(grad) if grad is not None else as_tensor(xp.zeros(*model)) if zeros and model else None
            for grad, model in zip(grads, self.models, strict=True)
        ]

    def _checked(self, answers: tuple[Any, ...]) -> list[Tensor | None]:
        """The gradients of the inputs. Raises RuntimeError if their number, kind or shapes are wrong."""
        expected = len(self.inputs)
        if len(answers) < expected or any(answer is not None for answer in answers[expected:]):
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {expected}, got "
                f"{len(answers)})"
            )
        return [self._fitting(number, answers[number]) for number in range(expected)]

    def _fitting(self, number: int, answer: Any) -> Tensor | None:
        if answer is None:
            return None
        if not isinstance(answer, Tensor):
            raise RuntimeError(f"expected Variable or None (got {type(answer).__name__})")
        place = self.places[number]
        if place is None:
            raise RuntimeError(
                f"function {self.name()} returned a gradient different than None at position {number + 1}, but the "
                "corresponding forward input was not a Variable"
            )
        if not _broadcasts(place, answer._array.shape):
            raise RuntimeError(
                f"Function {self.name()} returned an invalid gradient at index {number} - got {list(answer.shape)} but "
                f"expected shape compatible with {list(place)}"
            )
        return answer


class OnceDifferentiable(Operation):
    """The record of a gradient that has no gradient in turn."""

    def backward(self, grad: Array) -> Array:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False

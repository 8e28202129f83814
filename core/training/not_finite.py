"""The first value of a run that is NaN or infinite: the step, the layer and the operation it arose in.

Nothing is watched while a run goes well. A step that failed is made once more, with the same batch, weights and random
numbers, this time with every operation watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.autograd.node_methods import Gradients
from core.autograd.watching import watch_operations
from core.design.model import NodeId
from core.errors import RunError
from core.network import Model
from core.nn import Module
from core.nn.hooks import RemovableHandle
from core.ops.operation import Operation
from core.tensors.tensor import Tensor
from core.training.finite import all_finite, kind_of

MASKS = ("MaskedFill", "Where")
"""Operations that put minus infinity where attention shall not look: they are not to blame."""

KEPT = " The weights after step {kept} are kept."
ADVICE = " Make the learning rate smaller, or look for values that are too large."
FIRST = " No step was made before it: look at what flows into this layer."
"""Where the learning rate cannot be to blame."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value that is not finite arose. `what` is "output", "loss", "gradient" or "update"."""

    what: str
    operation: str
    value: str
    node: NodeId | None = None


SENTENCES = {
    "output": "Step {step} failed: '{name}' gave {value} in {operation}.",
    "loss": "Step {step} failed: the loss became {value} in {operation}.",
    "gradient": "Step {step} failed: the gradient of '{name}' became {value} in {operation}.",
    "update": "Step {step} failed: {operation} made a weight of '{name}' {value}.",
    "test": "The test after step {step} failed: '{name}' gave {value} in {operation}.",
    "test loss": "The test after step {step} failed: the loss became {value} in {operation}.",
}


class NotFiniteError(RunError):
    """A run came upon NaN or infinity in `step`, and went back to its weights after step `kept`."""

    def __init__(self, origin: Origin, step: int, kept: int, name: str) -> None:
        values = {"operation": origin.operation, "value": origin.value, "name": name, "step": step, "kept": kept}
        advice = FIRST if not kept and origin.what == "output" else ADVICE
        super().__init__(SENTENCES[origin.what] + (KEPT if kept else "") + advice, **values)
        self.node = origin.node
        self.step = step
        self.kept = kept
        self.operation = origin.operation


class Watcher:
    """Looks at every layer and operation of a step, to tell where the first value arose that is not finite."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._inside: list[NodeId] = []
        self._operations: dict[NodeId, str] = {}
        self._origin: Origin | None = None

    def in_forward(self, make_loss: Callable[[], Tensor], name: str) -> Origin | None:
        """Compute a loss, called `name`. None if it and all layers are finite."""
        with self._watch_layers(), watch_operations(self._see):
            loss = make_loss()
        if self._origin is None and not all_finite([loss._array]):
            return Origin("loss", name, kind_of(loss._array))
        return self._origin

    def in_backward(self, make_loss: Callable[[], Tensor]) -> Origin | None:
        """Compute a loss and its gradients. None if these are finite."""
        with self._watch_layers(), watch_operations(self._see):
            loss = make_loss()
        loss.backward()
        return self._origin or self._in_sums()

    @contextmanager
    def _watch_layers(self) -> Iterator[None]:
        handles: list[RemovableHandle] = []
        for node, part in self._model.parts.items():
            handles.append(part.register_forward_pre_hook(self._enter(node)))
            handles.append(part.register_forward_hook(self._leave(node)))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, node: NodeId) -> Callable[..., None]:
        return lambda _module, _inputs: self._inside.append(node)

    def _leave(self, node: NodeId) -> Callable[..., None]:
        def leave(module: Module, _inputs: object, output: object) -> None:
            self._inside.pop()
            if self._origin is None and isinstance(output, Tensor) and not all_finite([output._array]):
                operation = self._operations.get(node, module._get_name())
                self._origin = Origin("output", operation, kind_of(output._array), node)

        return leave

    def _see(self, operation: Operation, results: Sequence[Tensor]) -> None:
        """Note the first operation in a layer that gave something not finite, and wait for its gradient."""
        node, title = (self._inside[-1] if self._inside else None), operation.title
        if node is not None and title not in MASKS and not all_finite(result._array for result in results):
            self._operations.setdefault(node, title)

        def look(inputs: Gradients, outputs: Gradients) -> None:
            found = [source._array for source in inputs if source is not None]
            given = (output._array for output in outputs if output is not None)
            if self._origin is None and not all_finite(found) and all_finite(given):
                self._origin = Origin("gradient", title, kind_of(*found), node)

        operation.register_hook(look)  # type: ignore[attr-defined]

    def _in_sums(self) -> Origin | None:
        """Where gradients that are finite one by one add up to one that is not."""
        for key, parameter in self._model.parameters().items():
            if parameter.grad is not None and not all_finite([parameter.grad._array]):
                return Origin("gradient", "Add", kind_of(parameter.grad._array), key.node)
        return None

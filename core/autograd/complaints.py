"""What is said when a record cannot be run backwards."""

from __future__ import annotations

from typing import Any

from core.arrays.backend import is_array, is_on_gpu
from core.ops.operation import OUTPUT, Operation, Output
from core.tensors import dtypes
from core.tensors.tensor import Tensor

HINT = (
    "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
    "torch.autograd.set_detect_anomaly(True, check_nan=False)."
)
HINT_BESIDE_LINES = (
    "Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable in "
    "question was changed in there or anywhere later. Good luck!"
)


def freed() -> RuntimeError:
    """For a second walk after the first has freed what was saved."""
    return RuntimeError(
        "Trying to backward through the graph a second time (or directly access saved tensors after they have "
        "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
        "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if "
        "you need to access saved tensors after calling backward."
    )


def changed_in_place(node: Operation) -> RuntimeError:
    """Names the value that was saved, where it came from, and by how many changes it is too new."""
    number = next(at for at, cell in enumerate(node.cells) if cell[0] != node.versions[at])
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"{_described(node, number)} is at version {node.cells[number][0]}; expected version {node.versions[number]} "
        f"instead. {HINT}"
    )


def _described(node: Operation, number: int) -> str:
    """The `number`th of the saved values that can change, as PyTorch puts it."""
    if node.composed:
        return f"[a value saved by {node.name()}]"
    needs = sum(1 << index for index, edge in enumerate(node.inputs) if edge is not None)
    every = zip(node.plan(needs), node.saved or (), strict=True)
    changing = [(position, value) for position, value in every if not isinstance(value, int | float | None)]
    if len(changing) != len(node.cells):
        return f"[a value saved by {node.name()}]"
    position, value = changing[number]
    array = value if is_array(value) else value._array if isinstance(value, Tensor) else value.array
    place = "cuda." if is_on_gpu(array) else ""
    text = f"[torch.{place}{dtypes.of(array.dtype).title}Tensor {list(array.shape)}]"
    origin = _origin(node, position, value)
    return f"{text}, which is {origin}," if origin else text


def _origin(node: Operation, position: Any, value: Any) -> str:
    if isinstance(value, Tensor):  # a user's Function saves tensors as they are, and outputs apart
        edge: Any = value._node
    elif not is_array(value):
        return f"output {value.number} of {_short(node)}"
    elif position < 0:
        return f"output {OUTPUT - position} of {_short(node)}"
    else:
        edge = node.inputs[position]
    if not isinstance(edge, Operation):
        return ""
    return f"output {edge.number if isinstance(edge, Output) else 0} of {_short(edge)}"


def _short(node: Operation) -> str:
    return node.name().rstrip("0123456789").removesuffix("Backward")

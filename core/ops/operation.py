"""What an operation is, and the record that it leaves of one call."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, ClassVar

from core.arrays.backend import Array, StandIn

next_sequence = count(1).__next__
"""Numbers records in the order in which they are made."""

NOTHING: Sequence[Any] = ()

OUTPUT = -1
"""Stands in `Operation.saves` for the operation's own output; OUTPUT - 1 for its second one, and so on."""

Gradients = Array | tuple[Array | None, ...] | None


class Operation:
    """One call of an operation. It knows arrays only; `core.autograd` keeps in it what `backward` needs.

    A subclass gives `forward` and `backward`. Its parameters that are no arrays (a dimension, say) are attributes set
    by `__init__`. `saves` says for each input which values its gradient is made of: positions of inputs, or OUTPUT.
    `backward` receives the gradient of the output and those values in order, inputs first; one that no input in need
    of a gradient asks for is None. It may return gradients in the broadcast shape and in the output's type: the engine
    sums and casts. Where `forward` returns a tuple, `core.autograd.record_many` records it, and `backward` receives a
    tuple of gradients, None for an output that nobody used.

    bounds: names of attributes with which values are compared. Beside half precision they are rounded to it, as in
    PyTorch, so that a value equal to the rounded bound is at the bound.
    exact_numbers: whether a Python number beside half precision keeps its digits, as it does in PyTorch's kernels of
    these operations; elsewhere it is rounded to half precision first.
    replays: whether `backward` uses what `forward` computed and left on the operation. Then gradients of gradients run
    `forward` again, on what was saved of the inputs, instead of looking into `backward`.
    composed: whether it stands for several operations; `composed_backward` then records their gradients.
    sequence: number of the record; inputs always have lower ones, so descending order is a topological order.
    """

    __slots__ = ("cells", "dtype", "hooks", "inputs", "saved", "sequence", "shape", "versions")

    saves: ClassVar[tuple[tuple[int, ...], ...]] = ()
    is_view: ClassVar[bool] = False
    bounds: ClassVar[tuple[str, ...]] = ()
    exact_numbers: ClassVar[bool] = False
    replays: ClassVar[bool] = False
    composed: ClassVar[bool] = False
    title: ClassVar[str] = ""
    _plans: ClassVar[dict[int, tuple[int | None, ...]]]

    inputs: list[Any]
    saved: Sequence[Any] | None
    cells: Sequence[list[int]]
    versions: Sequence[int]
    sequence: int
    shape: tuple[int, ...]
    dtype: Any
    hooks: Any

    def __init_subclass__(cls) -> None:
        cls._plans = {}
        if "title" not in cls.__dict__:
            cls.title = cls.__name__

    def forward(self, *arrays: Array) -> Array:
        raise NotImplementedError

    def backward(self, grad: Array, *saved: Any) -> Gradients:
        raise NotImplementedError

    def composed_backward(self, grad: Any) -> Any:
        """As `backward`, with every step recorded. Only where the operation is `composed`."""
        raise NotImplementedError

    def needs(self, position: int) -> bool:
        """Whether the gradient of that input is wanted."""
        return self.inputs[position] is not None

    def plan(self, needs: int) -> tuple[int | None, ...]:
        """Which values to save, given as bits which inputs need a gradient: positions, None where nobody asks."""
        found = self._plans.get(needs)
        if found is None:
            wanted = {
                position for index, positions in enumerate(self.saves) if needs >> index & 1 for position in positions
            }
            every = sorted({position for positions in self.saves for position in positions}, key=_inputs_first)
            found = self._plans[needs] = tuple([position if position in wanted else None for position in every])
        return found

    def name(self) -> str:
        """PyTorch's name for the record."""
        return f"{self.title}Backward0"

    def __repr__(self) -> str:
        return f"<{self.name()} object at {id(self):#x}>"


class Output(Operation):
    """One of several outputs of an operation, which is its only input."""

    __slots__ = ("count", "number")

    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.count = count

    def backward(self, grad: Array) -> Parts:
        return Parts([grad if number == self.number else None for number in range(self.count)])

    def name(self) -> str:
        made_by: Operation = self.inputs[0]
        return made_by.name()


class Parts(tuple[Any, ...]):
    """The gradients of an operation's outputs, None for one without. They are gathered as those of one output are."""

    __slots__ = ()
    shape = ()
    dtype = None

    def __add__(self, other: Any) -> Parts:
        pairs = zip(self, other, strict=True)
        return Parts([b if a is None else a if b is None else a + b for a, b in pairs])


def apply(op: Operation, *arrays: Any) -> Any:
    """What `op` makes of `arrays`, for use in another operation's `backward`: recorded if one of them is a stand-in."""
    for array in arrays:
        if isinstance(array, StandIn):
            return array.apply(op, arrays)
    return op.forward(*arrays)


def _inputs_first(position: int) -> tuple[bool, int]:
    return position < 0, abs(position)

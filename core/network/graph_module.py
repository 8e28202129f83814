"""The module of a Module container: its children, called in the order of its wires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from core import nn
from core.plan.program import Walk, containers
from core.plan.tape import CannotPlanError
from core.tensors.tensor import Tensor

Source: TypeAlias = str | int | tuple[str, int]
"""What feeds a child: another child, by its dotted name, one of its several outputs, or one of the container's inputs,
by number.
"""


class GraphModule(nn.Module):
    """Calls each child of `plan`, which may be a member of a list, with what its sources gave; returns what `results`
    gave: of several, a tuple.

    Children are looked up by name, so that one can be replaced by attribute assignment.
    """

    def __init__(self, plan: Sequence[tuple[str, tuple[Source, ...]]], results: Sequence[Source]) -> None:
        super().__init__()
        self.plan = tuple(plan)
        self.results = tuple(results)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        values: dict[Source, Tensor] = dict(enumerate(inputs))
        for name, sources in self.plan:
            module: Any = self
            for step in name.split("."):
                module = module._modules[step]
            given = module(*[values[source] for source in sources])
            if isinstance(given, tuple):
                values.update({(name, number): each for number, each in enumerate(given)})
            else:
                values[name] = given
        results = tuple(values[result] for result in self.results)
        return results if len(results) > 1 else results[0]

    def _get_name(self) -> str:
        """In a text it is a Module, as in the palette."""
        return "Module"


def _walk(module: GraphModule, inputs: Sequence[int], walk: Walk) -> int:
    """The calls of `forward`, for a plan."""
    values: dict[Any, int] = dict(enumerate(inputs))
    for name, sources in module.plan:
        if any(source not in values for source in sources):
            raise CannotPlanError
        values[name] = walk(module.get_submodule(name), [values[source] for source in sources])
    if len(module.results) != 1 or module.results[0] not in values:
        raise CannotPlanError
    return values[module.results[0]]


containers[GraphModule] = _walk

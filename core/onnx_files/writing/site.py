"""Where a layer is written: what flows in, its options and weights, and how operators are put down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from core.design.catalog import Options
from core.design.model import TensorSpec, Value
from core.errors import DesignError

Array: TypeAlias = NDArray[Any]


class Graph:
    """The operators and constants written so far."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """`arrays`: parameters and buffers by their dotted names."""
        self.arrays = arrays
        self.nodes: list[NodeProto] = []
        self.initializers: dict[str, TensorProto] = {}
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """A name like this one that nothing has yet."""
        number, found = 1, name
        while found in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken.add(found)
        return found

    def keep(self, name: str, array: Array) -> str:
        """A constant under a name, written once."""
        if name not in self.initializers:
            self._taken.add(name)
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name)
        return name


@dataclass(frozen=True, slots=True)
class Site:
    """A layer at its place. `path` is its dotted name, `owner` that of the twin whose parameters it has.

    `options` are all of them, `inputs` the values that flow in, `specs` their shapes, `output` that of the result.
    """

    graph: Graph
    path: str
    owner: str
    options: Options
    inputs: tuple[str, ...]
    specs: tuple[TensorSpec, ...]
    output: TensorSpec
    prefix: str = field(default="")
    """Where in the layer the weights are that are meant: "self_attn."."""

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Put down an operator of one result: its name."""
        return self.ops(kind, inputs, 1, **attributes)[0]

    def ops(self, kind: str, inputs: Sequence[str], results: int, **attributes: Any) -> list[str]:
        """Put down an operator of several results."""
        name = self.graph.free(f"/{self.path.replace('.', '/')}/{kind}")
        names = [f"{name}_output_{number}" for number in range(results)]
        self.graph.nodes.append(helper.make_node(kind, list(inputs), names, name=name, **attributes))
        return names

    def constant(self, values: object, kind: type[np.generic] = np.float32) -> str:
        """A constant of this layer."""
        return self.graph.keep(self.graph.free(f"{self.path}.constant"), np.asarray(values, kind))

    def sizes(self, *values: int) -> str:
        """A constant of whole numbers, as shapes and axes are."""
        return self.constant(values, np.int64)

    def array(self, name: str) -> Array | None:
        """A parameter's numbers; None if the layer has none of this name."""
        return self.graph.arrays.get(f"{self.owner}.{self.prefix}{name}")

    def needed(self, name: str) -> Array:
        """A parameter's numbers, which the layer must have."""
        return self.graph.arrays[f"{self.owner}.{self.prefix}{name}"]

    def weight(self, name: str) -> str:
        """A parameter as it is, under its dotted name; "" if the layer has none of this name."""
        array = self.array(name)
        return "" if array is None else self.graph.keep(f"{self.owner}.{self.prefix}{name}", array)

    def weights(self, *names: str) -> list[str]:
        """Those of these parameters that there are."""
        return [found for name in names if (found := self.weight(name))]

    def rearranged(self, name: str, array: Array) -> str:
        """Parameters in the order in which ONNX has them, under a name of the layer that owns them."""
        return self.graph.keep(f"{self.owner}.{self.prefix}{name}", array)

    def reshape(self, value: str, *sizes: int) -> str:
        """A value in another shape; 0 is the size that the axis has, so that any batch goes through."""
        return self.op("Reshape", value, self.sizes(*sizes))

    @property
    def x(self) -> str:
        """The one thing that flows in."""
        return self.inputs[0]

    @property
    def spatial(self) -> tuple[int, ...]:
        """The sizes of the axes behind the channels."""
        return sizes(self.specs[0])[1:]

    def axes(self, name: str, count: int | None = None) -> tuple[int, ...]:
        """An option with a number for each axis behind the channels."""
        return spread(self.options[name], len(self.spatial) if count is None else count)

    def cannot(self, why: str) -> DesignError:
        """What to raise where ONNX has no words."""
        return DesignError("'{name}' cannot be written in ONNX: {why}.", name=self.path, why=why)


Writer: TypeAlias = Callable[[Site], str]
SeveralWriter: TypeAlias = Callable[[Site], Sequence[str]]
"""Of layers that have several outputs."""


def sizes(spec: TensorSpec) -> tuple[int, ...]:
    """All but the batch, which are known."""
    return cast("tuple[int, ...]", spec.shape[1:])


def spread(value: Value, count: int) -> tuple[int, ...]:
    """A number for each axis."""
    return (value,) * count if isinstance(value, int) else cast("tuple[int, ...]", value)


def chain(site: Site, kind: str, values: Iterable[str]) -> str:
    """Values brought together by an operator of two."""
    first, *others = values
    for other in others:
        first = site.op(kind, first, other)
    return first
